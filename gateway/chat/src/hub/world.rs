//! What every conversation of a process shares.

use super::Limits;
use super::bus::{Bus, Note, NoteKind};
use crate::actor::Command;
use crate::api::{ChatError, SiteNews, SiteWatch};
use crate::ports::{Answerer, Clock, Ids};
use comptoir_storage::Storage;
use comptoir_storage::model::{ConversationKey, Site, SiteId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

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
    pub node: Uuid,
    // Short locks, never held across an await: lookups and insertions only.
    mailboxes: Mutex<HashMap<ConversationKey, mpsc::Sender<Command>>>,
    sites: Mutex<HashMap<SiteId, (Arc<Site>, Instant)>>,
    watches: Mutex<HashMap<SiteId, broadcast::Sender<SiteNews>>>,
}

impl World {
    pub(super) fn new(deps: super::Deps, bus: Arc<dyn Bus>) -> Self {
        let super::Deps { storage, answerer, clock, ids, limits } = deps;
        let node = ids.uuid();
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
            mailboxes: Mutex::default(),
            sites: Mutex::default(),
            watches: Mutex::default(),
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// The mailbox of a conversation; its actor is started if it rests.
    pub(super) fn mailbox(self: &Arc<Self>, key: ConversationKey) -> mpsc::Sender<Command> {
        let mut mailboxes = locked(&self.mailboxes);
        if let Some(mailbox) = mailboxes.get(&key).filter(|mailbox| !mailbox.is_closed()) {
            return mailbox.clone();
        }
        let (sender, receiver) = mpsc::channel(self.limits.mailbox);
        mailboxes.insert(key, sender.clone());
        crate::actor::spawn(key, Arc::clone(self), receiver);
        sender
    }

    /// The mailbox of a conversation that is at work here.
    pub(super) fn awake(&self, key: ConversationKey) -> Option<mpsc::Sender<Command>> {
        locked(&self.mailboxes).get(&key).filter(|mailbox| !mailbox.is_closed()).cloned()
    }

    /// All conversations at work here.
    pub(super) fn all_awake(&self) -> Vec<mpsc::Sender<Command>> {
        locked(&self.mailboxes).values().cloned().collect()
    }

    /// An idle actor asks to end. Closes its mailbox unless something waits in
    /// it; what was sent in between is still received.
    pub(crate) fn retire(
        &self,
        key: ConversationKey,
        mailbox: &mut mpsc::Receiver<Command>,
    ) -> bool {
        let mut mailboxes = locked(&self.mailboxes);
        if !mailbox.is_empty() {
            return false;
        }
        mailbox.close();
        mailboxes.remove(&key);
        true
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
    pub(crate) fn news(&self, site: &SiteId, key: ConversationKey, calls: bool) {
        self.tell_inboxes(site, key, calls);
        let what = NoteKind::Conversation { key, calls };
        self.bus.publish(Note { from: self.node, site: site.clone(), what });
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
