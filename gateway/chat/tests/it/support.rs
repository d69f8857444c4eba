//! A counter to test with: real SQLite, a clock that stands, an answerer that
//! follows a script.

use async_trait::async_trait;
use comptoir_chat::{
    AgentAction, AgentInput, AgentUpdate, AnswerError, AnswerPiece, AnswerStream, Answerer, Chat,
    Clock, Deps, Ids, Joined, Limits, OpenRequest, Opened, Question, Reply, Subscription, Update,
    VisitorAction,
};
use comptoir_protocol::{ClientId, Event, NumberedEvent, Route, Seq};
use comptoir_storage::model::{AgentId, ConversationKey, NewAgent, Role, SiteId, SiteSettings};
use comptoir_storage::{ConversationStore as _, PeopleStore as _, SiteStore as _, Storage};
use comptoir_storage_sqlite::{SqliteOptions, SqliteStorage};
use futures::StreamExt as _;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What the answerer does with the next question.
pub enum Script {
    /// These pieces of text, then this end.
    Say(Vec<&'static str>, Reply),
    /// These pieces, then nothing, for ever.
    Hang(Vec<&'static str>),
    /// These pieces, then an error.
    Break(Vec<&'static str>),
    /// These pieces, then the stream ends without an end.
    Stop(Vec<&'static str>),
    /// A full queue.
    Busy,
    /// Refuses at once.
    Refuse,
    /// A bug.
    Panic,
}

#[derive(Default)]
pub struct Scripted {
    scripts: Mutex<VecDeque<Script>>,
    pub asked: Mutex<Vec<Question>>,
}

impl Scripted {
    pub fn then(&self, script: Script) {
        self.scripts.lock().expect("lock").push_back(script);
    }

    pub fn questions(&self) -> Vec<String> {
        self.asked.lock().expect("lock").iter().map(|question| question.text.clone()).collect()
    }
}

#[async_trait]
impl Answerer for Scripted {
    async fn answer(&self, question: Question) -> Result<AnswerStream, AnswerError> {
        self.asked.lock().expect("lock").push(question);
        let script = self.scripts.lock().expect("lock").pop_front();
        let texts = |texts: Vec<&'static str>| {
            futures::stream::iter(texts).map(|text| Ok(AnswerPiece::Text(text.to_owned())))
        };
        match script.unwrap_or_else(|| Script::Say(vec!["Oui."], answer("Oui."))) {
            Script::Say(text, reply) => {
                let done = futures::stream::iter([Ok(AnswerPiece::Done(reply))]);
                Ok(texts(text).chain(done).boxed())
            }
            Script::Hang(text) => Ok(texts(text).chain(futures::stream::pending()).boxed()),
            Script::Break(text) => {
                let error = AnswerError::Unavailable("a secret detail".to_owned());
                Ok(texts(text).chain(futures::stream::iter([Err(error)])).boxed())
            }
            Script::Stop(text) => Ok(texts(text).boxed()),
            Script::Busy => Err(AnswerError::Busy { retry_ms: 20 }),
            Script::Refuse => Err(AnswerError::Unavailable("a secret detail".to_owned())),
            Script::Panic => panic!("a bug in the answerer"),
        }
    }
}

pub fn answer(text: &str) -> Reply {
    Reply {
        route: Route::Answer,
        reason: "verbatim",
        text: Some(text.to_owned()),
        lang: "fr".to_owned(),
        citations: Vec::new(),
        choices: Vec::new(),
        nearest: None,
    }
}

pub fn nothing_found() -> Reply {
    Reply { route: Route::OfferHuman, reason: "nothing", text: None, ..answer("") }
}

/// A clock that moves only when told to.
#[derive(Clone, Default)]
pub struct StandingClock(Arc<Mutex<Duration>>);

impl StandingClock {
    pub fn advance(&self, by: Duration) {
        *self.0.lock().expect("lock") += by;
    }
}

/// A Tuesday morning.
pub const NOW: &str = "2026-03-03T09:00:00Z";

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = NOW.parse().expect("an instant");
        start + *self.0.lock().expect("lock")
    }
}

struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn secret(&self) -> String {
        let random = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        random.chars().take(43).collect()
    }
}

pub struct Counter {
    pub chat: Chat,
    pub storage: Arc<SqliteStorage>,
    pub answers: Arc<Scripted>,
    pub clock: StandingClock,
    pub site: SiteId,
    pub folder: Arc<tempfile::TempDir>,
}

pub fn limits() -> Limits {
    Limits { delta_pace: Duration::from_millis(5), ..Limits::default() }
}

impl Counter {
    pub async fn new() -> Self {
        Self::with(limits()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let path = folder.path().join("chat.db");
        let storage =
            SqliteStorage::open(&path, SqliteOptions::default()).await.expect("a database");
        let site = SiteId::parse("atelier").expect("a name");
        let settings = SiteSettings {
            firm: "Atelier Vasseur".to_owned(),
            team: "Camille".to_owned(),
            phone: Some("02 00 00 00 00".to_owned()),
            ..SiteSettings::default()
        };
        storage
            .create_site(&site, &settings, NOW.parse().expect("an instant"))
            .await
            .expect("a site");
        for (number, name) in [(1, "Camille"), (2, "Inès")] {
            let person = NewAgent {
                id: AgentId(Uuid::from_u128(number)),
                site: site.clone(),
                email: format!("{number}@example.org"),
                name: name.to_owned(),
                role: Role::Artisan,
                lang: "fr".to_owned(),
                password_hash: String::new(),
                created_at: NOW.parse().expect("an instant"),
            };
            storage.create_agent(&person).await.expect("a person");
        }
        Self::over(Arc::new(storage), folder, site, limits)
    }

    /// A process over an existing database.
    pub fn over(
        storage: Arc<SqliteStorage>,
        folder: Arc<tempfile::TempDir>,
        site: SiteId,
        limits: Limits,
    ) -> Self {
        let answers = Arc::new(Scripted::default());
        let clock = StandingClock::default();
        let shared = Arc::clone(&storage) as Arc<dyn Storage>;
        let deps = Deps { clock: Arc::new(clock.clone()), ..deps(shared, &answers, limits) };
        let chat = Chat::new(deps);
        Self { clock, chat, storage, answers, site, folder }
    }

    /// Another process after this one died.
    pub fn reborn(&self) -> Self {
        Self::over(Arc::clone(&self.storage), Arc::clone(&self.folder), self.site.clone(), limits())
    }

    pub fn request(&self) -> OpenRequest {
        OpenRequest {
            site: self.site.clone(),
            token: None,
            conversation: None,
            lang: "fr".to_owned(),
            page: "/".to_owned(),
        }
    }

    /// A visitor with the widget open and the notice shown.
    pub async fn visitor(&self) -> Visitor {
        let opened = self.chat.open(self.request()).await.expect("open");
        let joined = self.chat.join(opened.key, opened.visitor, None).await.expect("join");
        let visitor = Visitor { chat: self.chat.clone(), opened, updates: joined.updates };
        visitor.notice().await;
        visitor
    }

    pub async fn log(&self, key: ConversationKey) -> Vec<NumberedEvent> {
        self.storage.events(key, Seq(0), 500).await.expect("events")
    }
}

pub fn deps(storage: Arc<dyn Storage>, answers: &Arc<Scripted>, limits: Limits) -> Deps {
    Deps {
        storage,
        answerer: Arc::clone(answers) as Arc<dyn Answerer>,
        clock: Arc::new(StandingClock::default()),
        ids: Arc::new(RandomIds),
        limits,
    }
}

pub struct Visitor {
    pub chat: Chat,
    pub opened: Opened,
    pub updates: Subscription,
}

impl Visitor {
    pub fn key(&self) -> ConversationKey {
        self.opened.key
    }

    pub async fn notice(&self) {
        let action = VisitorAction::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() };
        self.chat.visitor(self.key(), action).await.expect("notice");
    }

    pub async fn says(&self, id: &str, text: &str) -> Seq {
        self.chat.visitor(self.key(), send(id, text)).await.expect("sent").seq
    }

    pub async fn joins(&self) -> Joined {
        self.chat.join(self.key(), self.opened.visitor, None).await.expect("join")
    }

    /// Reads until an event fits; gives everything read. Ten seconds at most.
    pub async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Vec<Update> {
        until(&mut self.updates, wanted).await
    }
}

/// An update that may carry an event.
pub trait Heard: std::fmt::Debug {
    fn event(&self) -> Option<&Event>;
}

impl Heard for Update {
    fn event(&self) -> Option<&Event> {
        match self {
            Self::Event(logged) => Some(&logged.event),
            Self::Delta { .. } | Self::Typing { .. } | Self::Queued { .. } => None,
        }
    }
}

impl Heard for AgentUpdate {
    fn event(&self) -> Option<&Event> {
        match self {
            Self::Shared(update) => update.event(),
            Self::Note(_) | Self::Proposal(_) => None,
        }
    }
}

pub async fn until<T: Heard>(
    updates: &mut mpsc::Receiver<T>,
    wanted: impl Fn(&Event) -> bool,
) -> Vec<T> {
    hears(updates, |update| update.event().is_some_and(&wanted)).await
}

/// Reads until an update fits; gives everything read. Ten seconds at most.
pub async fn hears<T: std::fmt::Debug>(
    updates: &mut mpsc::Receiver<T>,
    wanted: impl Fn(&T) -> bool,
) -> Vec<T> {
    let mut read = Vec::new();
    let reading = async {
        while let Some(update) = updates.recv().await {
            let found = wanted(&update);
            read.push(update);
            if found {
                return true;
            }
        }
        false
    };
    let found = tokio::time::timeout(Duration::from_secs(10), reading).await;
    assert_eq!(found, Ok(true), "it never came; read {read:?}");
    read
}

pub fn send(id: &str, text: &str) -> VisitorAction {
    VisitorAction::Send { id: ClientId::from(id), text: text.to_owned() }
}

pub fn agent(number: u128, name: &str, action: AgentAction) -> AgentInput {
    AgentInput { agent: AgentId(Uuid::from_u128(number)), name: name.to_owned(), action }
}

pub fn is_bot(event: &Event) -> bool {
    matches!(event, Event::BotMessage { .. })
}

pub fn bot_texts(events: &[NumberedEvent]) -> Vec<String> {
    let text = |logged: &NumberedEvent| {
        let Event::BotMessage { text, .. } = &logged.event else {
            return None;
        };
        Some(text.clone())
    };
    events.iter().filter_map(text).collect()
}
