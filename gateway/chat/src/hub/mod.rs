//! Every conversation of a process: the handle that gateway and admin hold.
//!
//! How data enters and leaves: callers name a conversation; its actor is
//! started when it rests and does the work. Nothing here decides.
//!
//! What it must never do: wait in a full mailbox (that is `Busy`), or know a
//! visitor's secret longer than it takes to hash it.

mod bus;
mod limits;
mod nodes;
mod open;
mod seats;
mod sweep;
mod world;

pub use bus::{Bus, Heard, InProcessBus, Live, Note, NoteKind, PIECE_CHARS};
pub use limits::Limits;
pub use open::visitor_key;
pub(crate) use seats::Bell;
pub(crate) use world::World;

use crate::actor::{Command, Join};
use crate::api::{AgentInput, ChatError, Joined, Receipt, SiteWatch, VisitorAction, Watched};
use crate::policy::opening;
use crate::ports::{Answerer, Clock, Ids};
use comptoir_messages::{Catalog, notice_version};
use comptoir_protocol::{Epoch, Seq, SiteCard};
use comptoir_storage::Storage;
use comptoir_storage::model::{
    AgentId, ConversationFilter, ConversationKey, Page, SiteId, VisitorKey,
};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{broadcast, oneshot};

/// What a [`Chat`] stands on.
pub struct Deps {
    /// Where conversations are kept.
    pub storage: Arc<dyn Storage>,
    /// Who answers questions.
    pub answerer: Arc<dyn Answerer>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers and secrets.
    pub ids: Arc<dyn Ids>,
    /// How much of everything.
    pub limits: Limits,
}

/// Every conversation of this process. Cloning shares them.
#[derive(Clone)]
pub struct Chat {
    world: Arc<World>,
}

/// How often a mailbox that just closed is looked up again.
const TRIES: u32 = 4;

impl Chat {
    /// Starts a single node. Call it inside a tokio runtime.
    #[must_use]
    pub fn new(deps: Deps) -> Self {
        Self::with_bus(deps, Arc::new(InProcessBus::default()))
    }

    /// Starts one of several nodes over the same storage and bus. Call it
    /// inside a tokio runtime.
    #[must_use]
    pub fn with_bus(deps: Deps, bus: Arc<dyn Bus>) -> Self {
        let notes = bus.subscribe();
        let world = Arc::new(World::new(deps, bus));
        if !world.bus.is_alone() {
            world.tracker.spawn(nodes::listen(Arc::clone(&world), notes));
            world.tracker.spawn(nodes::take_up_regularly(Arc::clone(&world)));
        }
        world.tracker.spawn(sweep::run(Arc::clone(&world)));
        world.tracker.spawn(sweep::attend(Arc::clone(&world)));
        Self { world }
    }

    /// Lets a visitor listen to a conversation of theirs. `held` is the epoch
    /// and last event the client has.
    ///
    /// # Errors
    /// `NotYours`, `UnknownConversation`, `Busy`, `Stopping`, `Storage`.
    pub async fn join(
        &self,
        key: ConversationKey,
        visitor: VisitorKey,
        held: Option<(Epoch, Seq)>,
    ) -> Result<Joined, ChatError> {
        self.send(key, |done| Command::Join { join: Join { visitor, held: held.clone() }, done })
            .await
    }

    /// Lets a person of the firm listen to a conversation. The caller has
    /// checked that it is their site's.
    ///
    /// # Errors
    /// `UnknownConversation`, `Busy`, `Stopping`, `Storage`.
    pub async fn watch(&self, key: ConversationKey) -> Result<Watched, ChatError> {
        self.send(key, |done| Command::Watch { done }).await
    }

    /// What a visitor does. `Ok` means that it is on disk; a retry with the
    /// same id gets the same receipt.
    ///
    /// # Errors
    /// See [`ChatError`]; after `Closed`, [`Chat::open`] begins anew.
    pub async fn visitor(
        &self,
        key: ConversationKey,
        action: VisitorAction,
    ) -> Result<Receipt, ChatError> {
        self.send(key, |done| Command::Visitor { action: action.clone(), done }).await
    }

    /// What a person of the firm does.
    ///
    /// # Errors
    /// See [`ChatError`]; `HeldBy` when somebody else was quicker.
    pub async fn agent(
        &self,
        key: ConversationKey,
        input: AgentInput,
    ) -> Result<Receipt, ChatError> {
        self.send(key, |done| Command::Agent { input: input.clone(), done }).await
    }

    /// A person works here no more: everything they hold waits for another,
    /// and the visitors are told. Returns how many conversations that were.
    ///
    /// # Errors
    /// `Busy`, `Stopping`, `Storage`; what was not reached can still be taken
    /// over, and asking again goes on where this ended.
    pub async fn agent_gone(&self, site: &SiteId, agent: AgentId) -> Result<usize, ChatError> {
        let mut moved = HashSet::new();
        loop {
            // What was moved is no longer in the list: always its first page.
            let page = Page { after: None, limit: 100 };
            let held = self.world.storage.inbox(site, ConversationFilter::Mine(agent), page);
            let keys = held.await?.into_iter().map(|row| row.conversation.key);
            let fresh: Vec<_> = keys.filter(|key| moved.insert(*key)).collect();
            if fresh.is_empty() {
                return Ok(moved.len());
            }
            for key in fresh {
                self.send(key, |done| Command::AgentGone { agent, done }).await?;
            }
        }
    }

    /// Ends conversations with the machine that nobody touched for long;
    /// returns how many were found. Also done regularly by itself.
    ///
    /// # Errors
    /// `Storage`.
    pub async fn end_silent(&self) -> Result<usize, ChatError> {
        sweep::end_silent(&self.world).await
    }

    /// Does what is due for visitors who wait for a person; returns how many
    /// that were. Also done regularly by itself.
    ///
    /// # Errors
    /// `Storage`.
    pub async fn attend_waiting(&self) -> Result<usize, ChatError> {
        sweep::attend_waiting(&self.world).await
    }

    /// News of a site's conversations from now on. A reader that lags gets
    /// `Lagged` once and redraws everything.
    ///
    /// # Errors
    /// `Stopping`.
    pub fn watch_site(&self, site: &SiteId) -> Result<SiteWatch, ChatError> {
        if self.world.is_stopping() {
            return Err(ChatError::Stopping);
        }
        Ok(self.world.watch(site))
    }

    /// The firm as a visitor sees it.
    ///
    /// # Errors
    /// `UnknownSite`, `Storage`.
    pub async fn site_card(&self, site: &SiteId, lang: &str) -> Result<SiteCard, ChatError> {
        let site = self.world.site(site).await?;
        let (settings, texts) = (&site.settings, Catalog::get(lang));
        let own = Some(settings.welcome.clone()).filter(|welcome| !welcome.trim().is_empty());
        Ok(SiteCard {
            firm: settings.firm.clone(),
            phone: settings.phone.clone(),
            email: settings.email.clone(),
            notice: texts.notice.text.fill(&[("firm", &settings.firm)]),
            notice_version: notice_version().to_owned(),
            welcome: own.unwrap_or_else(|| texts.chat.welcome.as_str().to_owned()),
            quick_questions: settings.quick_questions.clone(),
            privacy_url: settings.privacy_url.clone(),
            accent: settings.accent.clone(),
            opening: (&opening(&settings.hours, self.world.clock.now())).into(),
        })
    }

    /// The owner changed a site's settings: they count from the next message.
    pub fn settings_changed(&self, site: &SiteId) {
        self.world.forget_site(site);
        self.world.tell_nodes(NoteKind::Settings { site: site.clone() });
    }

    /// Somebody of a firm may see less than before: told to every node, this
    /// one too.
    pub fn access_changed(&self) {
        // Nobody listening is fine.
        let _ = self.world.access.send(());
        self.world.tell_nodes(NoteKind::Access);
    }

    /// Tells when [`Chat::access_changed`] was called on any node. One that
    /// lags has missed nothing but repetitions.
    #[must_use]
    pub fn access_changes(&self) -> broadcast::Receiver<()> {
        self.world.access.subscribe()
    }

    /// Takes up questions whose answer died with a process, or hands them to
    /// people; returns how many were found. Also done regularly by itself.
    ///
    /// # Errors
    /// `Storage`.
    pub async fn resume_unfinished(&self) -> Result<usize, ChatError> {
        if !self.world.bus.is_alone() {
            return nodes::take_up(&self.world, Duration::ZERO).await;
        }
        sweep::take_up(&self.world, |_| true).await
    }

    /// Stops: nothing new is accepted, running answers may end until the
    /// deadline, then they are kept as interrupted and their questions stay
    /// open for the next process. All subscriptions end.
    pub async fn shutdown(&self, deadline: Duration) {
        self.world.soft.cancel();
        self.world.end_watches();
        self.world.tracker.close();
        if tokio::time::timeout(deadline, self.world.tracker.wait()).await.is_err() {
            self.world.hard.cancel();
            self.world.tracker.wait().await;
        }
    }

    /// Whether [`Chat::shutdown`] was called: a subscription that ends now was
    /// not too slow.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.world.is_stopping()
    }

    /// Hands a command to a conversation's actor and waits for the outcome.
    async fn send<T>(
        &self,
        key: ConversationKey,
        command: impl Fn(oneshot::Sender<Result<T, ChatError>>) -> Command,
    ) -> Result<T, ChatError> {
        for _ in 0..TRIES {
            if self.world.is_stopping() {
                return Err(ChatError::Stopping);
            }
            let (done, outcome) = oneshot::channel();
            let Some(mailbox) = self.world.mailbox(key) else {
                return Err(ChatError::Busy { retry_ms: 2_000 });
            };
            match mailbox.try_send(command(done)) {
                Ok(()) => match outcome.await {
                    Ok(outcome) => return outcome,
                    // The actor ended before it obeyed: ask the next one.
                    Err(_gone) => {}
                },
                Err(TrySendError::Full(_)) => return Err(ChatError::Busy { retry_ms: 500 }),
                Err(TrySendError::Closed(_)) => {}
            }
        }
        Err(if self.world.is_stopping() {
            ChatError::Stopping
        } else {
            ChatError::Busy { retry_ms: 500 }
        })
    }
}
