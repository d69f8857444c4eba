//! What a case starts from: a fresh site nobody else touches.

use comptoir_protocol::{
    AnswerId, AnswerStatus, ClientId, Epoch, Event, NumberedEvent, Route, Seq,
};
use comptoir_storage::model::{
    Agent, AgentId, Commit, Committed, Conversation, ConversationHead, ConversationKey, Entry,
    EntryContent, EntryId, EntryStatus, GapKind, Holder, NewAgent, NewConversation, NewEntry,
    NewEvent, NewGap, Role, SiteId, SiteSettings, TokenHash,
};
use comptoir_storage::{Storage, StorageError};
use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// 2026-03-01T08:00:00.123Z: no round number, so that lost milliseconds show.
const BEGINNING: i64 = 1_772_352_000_123;

/// A moment some milliseconds after the beginning of all cases.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(BEGINNING + ms).expect("a time within range")
}

/// A visitor nobody else is.
pub(crate) fn visitor() -> TokenHash {
    let (a, b) = (Uuid::new_v4(), Uuid::new_v4());
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(a.as_bytes());
    bytes[16..].copy_from_slice(b.as_bytes());
    TokenHash(bytes)
}

/// A site of its own.
pub(crate) struct World {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) site: SiteId,
}

impl World {
    pub(crate) async fn new(storage: &Arc<dyn Storage>) -> Self {
        let name = format!("s-{}", Uuid::new_v4().simple());
        let site = SiteId::parse(&name).expect("a valid site name");
        let settings =
            SiteSettings { firm: "Sablon Chauffage".to_owned(), ..SiteSettings::default() };
        storage.create_site(&site, &settings, at(0)).await.expect("site created");
        Self { storage: Arc::clone(storage), site }
    }

    pub(crate) fn new_agent(&self, name: &str) -> NewAgent {
        NewAgent {
            id: AgentId(Uuid::now_v7()),
            site: self.site.clone(),
            email: format!("{}@example.org", Uuid::new_v4().simple()),
            name: name.to_owned(),
            role: Role::Artisan,
            lang: "fr".to_owned(),
            password_hash: "$argon2id$scratch".to_owned(),
            created_at: at(1),
        }
    }

    pub(crate) async fn agent(&self, name: &str) -> Agent {
        self.storage.create_agent(&self.new_agent(name)).await.expect("agent created")
    }

    pub(crate) fn new_conversation(&self, ms: i64) -> NewConversation {
        NewConversation {
            key: ConversationKey(Uuid::now_v7()),
            site: self.site.clone(),
            visitor: visitor(),
            epoch: Epoch(Uuid::new_v4().to_string()),
            head: ConversationHead::beginning("fr"),
            page: "/depannage".to_owned(),
            at: at(ms),
        }
    }

    pub(crate) async fn begin(&self, ms: i64) -> Conversation {
        self.storage.begin(&self.new_conversation(ms)).await.expect("conversation begun")
    }

    /// Commits events on top of what is stored, without changing the head.
    pub(crate) async fn append(
        &self,
        key: ConversationKey,
        ms: i64,
        events: Vec<NewEvent>,
    ) -> Result<Committed, StorageError> {
        let stored = self.stored(key).await;
        let commit = Commit { events, ..commit_on(&stored, ms) };
        self.storage.commit(&commit).await
    }

    /// Moves the head to another holder.
    pub(crate) async fn hold(&self, key: ConversationKey, ms: i64, holder: Holder) {
        let mut commit = commit_on(&self.stored(key).await, ms);
        commit.head.holder = holder;
        self.storage.commit(&commit).await.expect("holder changed");
    }

    pub(crate) async fn stored(&self, key: ConversationKey) -> Conversation {
        self.storage.conversation(key).await.expect("lookup").expect("conversation stored")
    }

    pub(crate) async fn log(&self, key: ConversationKey) -> Vec<NumberedEvent> {
        self.storage.events(key, Seq(0), u32::MAX).await.expect("events read")
    }

    pub(crate) async fn entry(&self, question: &str) -> Entry {
        let new = new_entry(question);
        self.storage.create_entry(&self.site, &new, None, at(2)).await.expect("entry created")
    }
}

/// A commit that changes nothing yet.
pub(crate) fn commit_on(stored: &Conversation, ms: i64) -> Commit {
    Commit {
        key: stored.key,
        expected: stored.last_seq,
        base: stored.head.clone(),
        events: Vec::new(),
        head: stored.head.clone(),
        gaps: Vec::new(),
        notifications: Vec::new(),
        at: at(ms),
    }
}

/// A visitor's message with a client id of its own.
pub(crate) fn says(text: &str) -> NewEvent {
    says_as(&Uuid::new_v4().to_string(), text)
}

pub(crate) fn says_as(id: &str, text: &str) -> NewEvent {
    let id = ClientId(id.to_owned());
    let event = Event::VisitorMessage { id: id.clone(), text: text.to_owned() };
    NewEvent { event, client_id: Some(id) }
}

pub(crate) fn answers(to: Seq, text: &str) -> NewEvent {
    let event = Event::BotMessage {
        answer: AnswerId(Uuid::new_v4().to_string()),
        to,
        text: text.to_owned(),
        lang: "fr".to_owned(),
        route: Route::Answer,
        citations: Vec::new(),
        status: AnswerStatus::Complete,
        offers: Vec::new(),
    };
    NewEvent { event, client_id: None }
}

pub(crate) fn gap(question: &str) -> NewGap {
    NewGap {
        id: comptoir_storage::model::GapId(Uuid::now_v7()),
        question: question.to_owned(),
        lang: "fr".to_owned(),
        nearest: None,
        kind: GapKind::Unanswered,
    }
}

pub(crate) fn content(question: &str) -> EntryContent {
    EntryContent {
        question: question.to_owned(),
        alternatives: vec![format!("{question} (autrement dit)")],
        answer: "Comptez deux heures sur place.".to_owned(),
        category: None,
        keywords: vec!["délai".to_owned()],
        lang: "fr".to_owned(),
        status: EntryStatus::Published,
    }
}

pub(crate) fn new_entry(question: &str) -> NewEntry {
    NewEntry { id: EntryId(Uuid::now_v7()), external_id: None, content: content(question) }
}
