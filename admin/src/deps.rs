//! What the pages need from the process, given by the gateway.

use async_trait::async_trait;
use comptoir_chat::{Chat, Clock, Ids};
use comptoir_protocol::Route;
use comptoir_storage::Storage;
use comptoir_storage::model::SiteId;
use std::sync::Arc;

use crate::auth::Door;
use crate::checks::Runs;
use crate::rehearsal::Rehearsal;

/// Everything the pages ask for.
#[derive(Clone)]
pub struct AdminDeps {
    /// Conversations.
    pub chat: Chat,
    /// Rows.
    pub storage: Arc<dyn Storage>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers and secrets.
    pub ids: Arc<dyn Ids>,
    /// What the machine would answer.
    pub preview: Arc<dyn AnswerPreview>,
    /// What it would answer after a change.
    pub rehearsal: Arc<dyn Rehearsal>,
    /// Rehearsals that are going on.
    pub runs: Arc<Runs>,
    /// State of the model and of the index.
    pub system: Arc<dyn SystemView>,
    /// How people are reached outside the pages.
    pub reach: DeskReach,
    /// Address people type, for the snippet and for secure cookies.
    pub public_url: String,
    /// One-time code that the first-run page asks for; printed at start.
    pub setup_code: Option<Arc<str>>,
    /// What requests share at the door.
    pub door: Arc<Door>,
}

/// How people are reached outside the pages, as far as pages show it.
#[derive(Debug, Clone)]
pub struct DeskReach {
    /// Key that browsers subscribe with.
    pub push_key: Arc<str>,
    /// Whether a push service on this machine may be used.
    pub allows_local_push: bool,
    /// Whether a mail server is configured.
    pub has_mail: bool,
    /// Whether letters can be answered.
    pub has_replies: bool,
}

/// Shows an owner what the machine would answer, through the very pipeline
/// that serves visitors.
#[async_trait]
pub trait AnswerPreview: Send + Sync + 'static {
    /// Answers a question without keeping anything.
    async fn preview(&self, site: &SiteId, question: &str) -> Result<Preview, PreviewError>;
}

/// What the machine would answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// How it was decided.
    pub route: Route,
    /// The text, if the FAQ says anything.
    pub text: Option<String>,
    /// Questions of the entries the text rests on.
    pub cited: Vec<String>,
    /// The entry that answers, when one does.
    pub answers: Option<String>,
    /// For `Clarify`: the questions offered.
    pub choices: Vec<String>,
    /// Entries that came close, best first.
    pub competitors: Vec<Competitor>,
    /// Time to the last word, in milliseconds.
    pub total_ms: u64,
}

/// An entry that came close.
#[derive(Debug, Clone, PartialEq)]
pub struct Competitor {
    /// Entry id.
    pub id: String,
    /// Its question.
    pub question: String,
    /// Fused retrieval score; larger is closer.
    pub score: f32,
}

/// No preview could be made.
#[derive(Debug, thiserror::Error)]
#[error("no preview: {0}")]
pub struct PreviewError(pub Box<dyn std::error::Error + Send + Sync>);

/// State of the parts an owner should know of.
pub trait SystemView: Send + Sync + 'static {
    /// The language model.
    fn engine(&self) -> EngineView;

    /// The language model's figures; `None` when it is switched off.
    fn figures(&self) -> Option<EngineFigures>;
}

/// What the engine's page shows. Counts are since the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EngineFigures {
    /// Name of the model.
    pub model: String,
    /// Replies that can be worked on at once, and those that are.
    pub slots: usize,
    /// Sequences being worked on: a reply, or one entry being weighed.
    pub running: usize,
    /// Sequences that wait.
    pub waiting: usize,
    /// How long somebody who asks now would wait, in milliseconds.
    pub expected_wait_ms: u64,
    /// Threads that compute; 0 when unknown.
    pub threads: usize,
    /// Tokens of context memory in use, and all there are.
    pub context: (usize, usize),
    /// Recent speed of writing, over all visitors.
    pub tokens_per_second: f32,
    /// Requests, and those refused, given up by visitors, or too late.
    pub requests: [u64; 4],
    /// Prompt tokens, and those that were known already.
    pub prompt_tokens: (u64, u64),
    /// Guesses at next tokens, and those that came true.
    pub guesses: (u64, u64),
    /// Replies measured, then milliseconds to the first word: the middle one,
    /// and the one that nineteen of twenty beat.
    pub first_word: (usize, u64, u64),
    /// Requests answered from memory, and others.
    pub memo: (u64, u64),
    /// Entries' states kept, their bytes in memory and on disk.
    pub states: (usize, u64, u64),
    /// Bytes of memory of the whole process now, and at most.
    pub memory: (u64, u64),
}

/// The language model, in an owner's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineView {
    /// Replies are written by this model.
    Ready {
        /// Name of the model.
        model: String,
    },
    /// Still loading.
    Loading {
        /// Percent done.
        percent: u8,
    },
    /// Not working: only the FAQ's own words and people answer.
    Down {
        /// Cause, for the person who mends it.
        cause: DownCause,
    },
    /// Switched off by configuration.
    Off,
}

/// Why the language model is not working, as far as an owner can do something
/// about it; the log and `comptoir doctor` say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownCause {
    /// Its file is missing, damaged or of a kind that cannot be used.
    File,
    /// The machine is too small or too old for it.
    Machine,
    /// It failed while working.
    Failed,
    /// It was stopped on purpose.
    Stopped,
    /// The server it runs on does not answer as it should.
    Server,
}
