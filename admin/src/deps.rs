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
    /// Address people type, for the snippet and for secure cookies.
    pub public_url: String,
    /// One-time code that the first-run page asks for; printed at start.
    pub setup_code: Option<Arc<str>>,
    /// What requests share at the door.
    pub door: Arc<Door>,
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
