//! What every conversation of a process shares.

use super::Limits;
use super::bus::{Bus, Live, Note, NoteKind};
use super::seats::Seats;
use crate::actor::Command;
use crate::api::{ChatError, SiteNews, SiteWatch};
use crate::ports::{Answerer, Clock, Ids};
use comptoir_protocol::Seq;
use comptoir_storage::Storage;
use comptoir_storage::model::{ConversationKey, NodeId, Site, SiteId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) struct World {
    pub storage: Arc<dyn Storage>,
    pub answerer: Arc<dyn Answerer>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub limits: Limits,
    /// Nothing new is begun.
    pub soft: CancellationToken,
    /// What still runs is broken off.
    pub hard: CancellationToken,
    pub tracker: TaskTracker,
    pub bus: Arc<dyn Bus>,
    pub node: NodeId,
    pub(super) seats: Seats,
    /// Somebody of a firm may see less than before.
    pub(super) access: broadcast::Sender<()>,
    // Short locks, never held across an await: lookups and insertions only.
    sites: Mutex<HashMap<SiteId, (Arc<Site>, Instant)>>,
    watches: Mutex<HashMap<SiteId, broadcast::Sender<SiteNews>>>,
}

impl World {
    pub(super) fn new(deps: super::Deps, bus: Arc<dyn Bus>) -> Self {
        let super::Deps { storage, answerer, clock, ids, limits } = deps;
        let node = NodeId(ids.uuid());
        Self {
            storage,
            answerer,
            clock,
            ids,
            limits,
            soft: CancellationToken::new(),
            hard: CancellationToken::new(),
            tracker: TaskTracker::new(),
            bus,
            node,
            seats: Seats::default(),
            access: broadcast::Sender::new(8),
            sites: Mutex::default(),
            watches: Mutex::default(),
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// The mailbox of a conversation; its actor is started if it rests. None
    /// when as many are at work as may be.
    pub(super) fn mailbox(self: &Arc<Self>, key: ConversationKey) -> Option<mpsc::Sender<Command>> {
        let Limits { awake, mailbox, .. } = self.limits;
        self.seats.mailbox(key, awake, mailbox, |mailbox, bell| {
            crate::actor::spawn(key, Arc::clone(self), mailbox, bell);
        })
    }

    /// Has a command obeyed, unless nobody waits for it and there is no room:
    /// a full mailbox means that the conversation is at work already.
    pub(super) fn wake(self: &Arc<Self>, key: ConversationKey, command: Command) {
        if let Some(mailbox) = self.mailbox(key) {
            let _ = mailbox.try_send(command);
        }
    }

    /// An idle actor asks to end; see [`Seats::retire`].
    pub(crate) fn retire(
        &self,
        key: ConversationKey,
        mailbox: &mut mpsc::Receiver<Command>,
    ) -> bool {
        self.seats.retire(key, mailbox)
    }

    /// A site, believed for a while.
    pub(crate) async fn site(&self, id: &SiteId) -> Result<Arc<Site>, ChatError> {
        let known = locked(&self.sites).get(id).cloned();
        if let Some((site, at)) = known
            && at.elapsed() < self.limits.settings
        {
            return Ok(site);
        }
        let site = Arc::new(self.storage.site(id).await?.ok_or(ChatError::UnknownSite)?);
        locked(&self.sites).insert(id.clone(), (Arc::clone(&site), Instant::now()));
        Ok(site)
    }

    pub(super) fn forget_site(&self, id: &SiteId) {
        locked(&self.sites).remove(id);
    }

    pub(super) fn forget_sites(&self) {
        locked(&self.sites).clear();
    }

    pub(super) fn watch(&self, site: &SiteId) -> SiteWatch {
        let mut watches = locked(&self.watches);
        let queue = self.limits.news_queue;
        watches.entry(site.clone()).or_insert_with(|| broadcast::Sender::new(queue)).subscribe()
    }

    /// Ends all news; a reader comes back to another process.
    pub(super) fn end_watches(&self) {
        locked(&self.watches).clear();
    }

    /// Tells the inboxes here and the other nodes.
    pub(crate) fn news(&self, site: &SiteId, key: ConversationKey, seq: Seq, calls: bool) {
        self.tell_inboxes(site, key, calls);
        self.tell_nodes(NoteKind::Conversation { site: site.clone(), key, seq, calls });
    }

    /// Tells the other nodes what is not kept.
    pub(crate) fn tell_live(&self, key: ConversationKey, what: Live) {
        self.tell_nodes(NoteKind::Live { key, what });
    }

    pub(super) fn tell_nodes(&self, what: NoteKind) {
        if !self.bus.is_alone() {
            self.bus.publish(Note { from: self.node.0, what });
        }
    }

    /// The sites whose inboxes are watched here.
    pub(super) fn watched(&self) -> Vec<SiteId> {
        locked(&self.watches).keys().cloned().collect()
    }

    pub(super) fn tell_inboxes(&self, site: &SiteId, conversation: ConversationKey, calls: bool) {
        if let Some(watch) = locked(&self.watches).get(site) {
            // No reader is fine; inboxes read storage when they open.
            let _ = watch.send(SiteNews { site: site.clone(), conversation, calls });
        }
    }
}

/// A panic elsewhere leaves these maps whole: every change is one call.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
