//! What the conversation needs from the world. Adapters live in the gateway.

use async_trait::async_trait;
use comptoir_protocol::{Citation, ConversationId, Route};
use comptoir_storage::model::{EntryId, SiteId};
use futures::stream::BoxStream;
use jiff::Timestamp;
use uuid::Uuid;

/// Answers a question from a site's FAQ.
#[async_trait]
pub trait Answerer: Send + Sync + 'static {
    /// Starts an answer. Dropping the stream cancels it.
    ///
    /// # Errors
    /// `Busy` when the queue is full, `Unavailable` when nothing can answer.
    async fn answer(&self, question: Question) -> Result<AnswerStream, AnswerError>;
}

/// Pieces of one answer: any number of `Queued` and `Text`, then one `Done`.
pub type AnswerStream = BoxStream<'static, Result<AnswerPiece, AnswerError>>;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Whose FAQ.
    pub site: SiteId,
    /// Firm's name, for the prompt.
    pub firm: String,
    /// Fairness key: one visitor never starves another.
    pub conversation: ConversationId,
    /// The visitor's words.
    pub text: String,
    /// Language of the widget's texts; the reply may differ.
    pub lang: String,
    /// The turns before, oldest first, at most eight.
    pub history: Vec<Turn>,
}

/// One earlier turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The visitor said.
    Visitor(String),
    /// The machine said.
    Bot(String),
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerPiece {
    /// The engine is busy; the question waits. Ephemeral.
    Queued {
        /// Place in the queue, 1 is next.
        position: u32,
        /// Estimated wait in milliseconds.
        wait_ms: u32,
    },
    /// Verified text, in order.
    Text(String),
    /// The answer as it will be kept.
    Done(Reply),
}

/// A decided answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// How it was decided.
    pub route: Route,
    /// Why, one word for logs and evaluation (`verbatim`, `generated`, `near_miss`, …).
    pub reason: &'static str,
    /// What the FAQ says; `None` when it says nothing on the subject. For
    /// `OfferHuman` this is what the nearest entry says.
    pub text: Option<String>,
    /// Language of `text`.
    pub lang: String,
    /// Entries the text rests on, best first; for `OfferHuman` all that may be
    /// said, each as the answer to its own question.
    pub citations: Vec<Citation>,
    /// Questions to choose from: for `Clarify` what may be meant, for
    /// `OfferHuman` what else is near.
    pub choices: Vec<String>,
    /// Best entry even when it did not answer, for the gap list.
    pub nearest: Option<EntryId>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The queue is full.
    #[error("too many questions at the moment")]
    Busy {
        /// When to try again, in milliseconds.
        retry_ms: u32,
    },
    /// Model and FAQ index are both out of reach.
    #[error("nothing can answer: {0}")]
    Unavailable(String),
}

/// The present.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// New identifiers and secrets.
pub trait Ids: Send + Sync + 'static {
    /// A time-ordered UUID (v7).
    fn uuid(&self) -> Uuid;
    /// A secret of 256 random bits, base64url without padding.
    fn secret(&self) -> String;
}
