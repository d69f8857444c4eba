//! What a caller may ask, and the trait every backend answers.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{EngineError, EngineStatus, Generation, ModelInfo};

/// Most tokens a reply may have, whatever the request says. Short replies are a promise to the
/// visitor and to the law note, not a tuning knob.
pub const REPLY_LIMIT: u16 = 199;

/// Who speaks in a chat message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions and reference text written by the house.
    System,
    /// The visitor.
    User,
    /// Earlier replies.
    Assistant,
}

impl Role {
    /// The name chat templates and the OpenAI wire format use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who speaks.
    pub role: Role,
    /// The text. Never interpreted: control words in it reach the model as plain characters.
    pub content: String,
}

impl ChatMessage {
    /// A message of the house.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// A message of the visitor.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// An earlier reply.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

/// Whom a request is for, so that nobody's requests crowd out the others'. Opaque: the caller
/// derives it from site and conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ClientKey(pub u64);

/// A reply to write.
#[derive(Debug, Clone)]
pub struct GenerateRequest {
    /// The prompt. Put what many requests share (instructions, then the entry) first: the longest
    /// common beginning is evaluated once.
    pub messages: Vec<ChatMessage>,
    /// Most tokens to write; capped at [`REPLY_LIMIT`]. Zero counts as one.
    pub max_tokens: u16,
    /// The reply ends before the first of these strings; they are never shown. Empty strings are
    /// ignored.
    pub stop: Vec<String>,
    /// Time from now to the end of the reply, waiting included.
    pub deadline: Duration,
    /// For fairness between visitors.
    pub client: ClientKey,
}

/// A question to weigh against several candidate contexts, in one batched pass.
///
/// Each candidate's prompt is its messages followed by one visitor message made of `question` and
/// `closing`. The beginning that a candidate shares with earlier prompts is not evaluated again.
#[derive(Debug, Clone)]
pub struct ScoreRequest {
    /// One list of messages per candidate, for instance the shared instruction and one entry. A
    /// candidate without entry gives the base line for the question's likelihood.
    pub candidates: Vec<Vec<ChatMessage>>,
    /// The visitor's question; its tokens are the ones whose likelihood is measured.
    pub question: String,
    /// Text after the question in the same message, for instance "Oui ou non ?". May be empty.
    pub closing: String,
    /// Possible first words of the reply, for instance "Oui" and "Non".
    pub targets: Vec<String>,
    /// Time from now to the scores, waiting included.
    pub deadline: Duration,
    /// For fairness between visitors.
    pub client: ClientKey,
}

/// What [`TextGenerator::score`] says of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Natural-log probability of each token of the question under this candidate, in order.
    pub token_logprobs: Vec<f32>,
    /// Natural-log probability of each target's first token as the first token of the reply, in
    /// the order of the request.
    pub target_logprobs: Vec<f32>,
    /// Prompt tokens that did not have to be evaluated for this candidate.
    pub cached_tokens: usize,
}

impl Score {
    /// Natural-log probability of the whole question (a sum; divide by its tokens to compare
    /// questions).
    #[must_use]
    pub fn question_logprob(&self) -> f32 {
        self.token_logprobs.iter().sum()
    }

    /// Tokens in the question.
    #[must_use]
    pub fn question_tokens(&self) -> usize {
        self.token_logprobs.len()
    }
}

/// A source of replies. Object-safe; one instance is shared by every conversation.
#[async_trait]
pub trait TextGenerator: Send + Sync {
    /// Starts a reply. Returns as soon as the request is accepted; waiting happens in the stream.
    ///
    /// # Errors
    /// [`EngineError::Busy`] when the queue is full, [`EngineError::Loading`] or
    /// [`EngineError::Unavailable`] while there is no model, [`EngineError::PromptTooLong`].
    async fn generate(&self, request: GenerateRequest) -> Result<Generation, EngineError>;

    /// Weighs a question against candidates; see [`ScoreRequest`].
    ///
    /// # Errors
    /// As for [`generate`](Self::generate); [`EngineError::Unsupported`] where the backend cannot.
    async fn score(&self, request: ScoreRequest) -> Result<Vec<Score>, EngineError> {
        drop(request);
        Err(EngineError::Unsupported)
    }

    /// Evaluates a common beginning ahead of time, so that no visitor waits for it: the messages
    /// that will stand before one of the visitor. Its state is kept in memory and on disk; one
    /// that is there already costs nothing. Visitors always come first: this waits, and stops
    /// within a short step, whenever one of them asks. A backend without states does nothing.
    ///
    /// # Errors
    /// As for [`generate`](Self::generate).
    async fn warm(&self, messages: Vec<ChatMessage>) -> Result<(), EngineError> {
        drop(messages);
        Ok(())
    }

    /// Ends every request and gives up the model; returns when that is done. Nothing is served
    /// afterwards. A backend without a thread of its own has nothing to end.
    async fn stop(&self) {}

    /// How the backend is doing now. Cheap; called for status pages and metrics.
    fn status(&self) -> EngineStatus;

    /// Which model answers.
    fn model(&self) -> ModelInfo;
}
