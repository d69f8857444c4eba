//! Everything that can go wrong, as types. The texts here are for logs; people are told through
//! the message catalog, by whoever matches on these.

use std::time::Duration;

use crate::{gguf::GgufProblem, machine::MachineProblem};

/// Why a request got no (or no complete) reply.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// The queue, or this client's share of it, is full. Nothing was queued.
    #[error("the queue is full (place {position}), retry after {retry_after:?}")]
    Busy {
        /// The place the request would have had, 1 being next.
        position: usize,
        /// A fair time to wait before asking again.
        retry_after: Duration,
    },
    /// The model is being loaded.
    #[error("the model is loading ({:.0} %)", progress * 100.0)]
    Loading {
        /// From 0 to 1.
        progress: f32,
    },
    /// There is no working model; see the reason.
    #[error("no text generation: {reason}")]
    Unavailable {
        /// Why.
        reason: Unavailable,
    },
    /// Prompt and reply do not fit the context of one request.
    #[error("the prompt has {tokens} tokens, the limit is {limit}")]
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Most tokens a prompt may have beside the reply it asks for.
        limit: usize,
    },
    /// The request was given up before it ended, by its reader or because the engine stops.
    #[error("cancelled")]
    Cancelled,
    /// The deadline passed before the first word. Later, a reply ends with
    /// [`FinishReason::Deadline`](crate::FinishReason::Deadline) instead.
    #[error("the deadline passed before the first word")]
    Deadline,
    /// This backend cannot do that.
    #[error("not supported by this backend")]
    Unsupported,
    /// The request itself is wrong, for instance without any message.
    #[error("invalid request: {what}")]
    Invalid {
        /// What is wrong, for the log.
        what: &'static str,
    },
}

/// Why there is no working model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unavailable {
    /// It never became ready.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The worker thread panicked. It is not restarted.
    #[error("the engine's worker panicked")]
    Panicked,
    /// llama.cpp failed while evaluating; the state is not trusted any more.
    #[error("evaluation failed (code {code})")]
    Evaluation {
        /// llama.cpp's return code.
        code: i32,
    },
    /// The engine was stopped on purpose.
    #[error("the engine has been stopped")]
    Stopped,
    /// The remote server failed.
    #[error(transparent)]
    Remote(#[from] RemoteFault),
}

/// Why the local engine could not start.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StartError {
    /// The machine or the model file is not fit.
    #[error(transparent)]
    Machine(#[from] MachineProblem),
    /// llama.cpp refused a file that looks whole: an architecture it does not know, or weights
    /// that do not fit the architecture.
    #[error("llama.cpp cannot load a model of architecture {architecture:?}")]
    Refused {
        /// `general.architecture` of the file.
        architecture: String,
    },
    /// The file has no chat template, so messages cannot be put to the model.
    #[error("the model file has no chat template")]
    NoChatTemplate,
    /// The file's chat template is not one that llama.cpp's built-in engine knows.
    #[error("the model's chat template is not supported")]
    UnknownChatTemplate,
    /// The context (the working memory for running requests) could not be created.
    #[error("no context of {tokens} tokens could be created")]
    Context {
        /// Tokens asked for.
        tokens: u32,
    },
    /// The operating system refused a thread.
    #[error("no thread for the engine")]
    Thread,
}

impl From<GgufProblem> for StartError {
    fn from(problem: GgufProblem) -> Self {
        Self::Machine(MachineProblem::Model(problem))
    }
}

/// How a remote server failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteFault {
    /// No connection, or it broke.
    #[error("the server cannot be reached")]
    Unreachable,
    /// Nothing came for too long.
    #[error("the server went silent")]
    Silent,
    /// The key was refused.
    #[error("the server refused the key")]
    Refused,
    /// Another HTTP status than success.
    #[error("the server answered status {0}")]
    Status(u16),
    /// The answer is not in the documented format.
    #[error("the server's answer is not understood")]
    Garbled,
    /// The address in the configuration is no HTTP address.
    #[error("the server's address is not valid")]
    Address,
}

impl From<RemoteFault> for EngineError {
    fn from(fault: RemoteFault) -> Self {
        Self::Unavailable { reason: Unavailable::Remote(fault) }
    }
}

impl From<StartError> for EngineError {
    fn from(error: StartError) -> Self {
        Self::Unavailable { reason: Unavailable::Start(error) }
    }
}
