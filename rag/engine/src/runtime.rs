//! What the worker needs of a model, so that it can be tried with a toy one.

use std::path::Path;

use crate::scheduler::{Plan, Seq, Token};
use crate::{ChatMessage, EngineError};

/// A prompt in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prompt {
    pub(crate) tokens: Vec<Token>,
    /// Lengths of beginnings that other prompts are likely to share, ascending.
    pub(crate) keep: Vec<usize>,
}

/// A prompt with the place of the visitor's question in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScorePrompt {
    pub(crate) prompt: Prompt,
    /// Positions of the question's tokens; starts after the first token.
    pub(crate) question: std::ops::Range<usize>,
}

/// Text to tokens and back. Shared by callers' threads and the worker.
pub(crate) trait Lexicon: Send + Sync {
    /// The prompt for these messages, up to where the reply begins.
    fn prompt(&self, messages: &[ChatMessage]) -> Result<Prompt, EngineError>;

    /// What every prompt begins with that consists of these messages and one of the visitor.
    fn beginning(&self, messages: &[ChatMessage]) -> Result<Prompt, EngineError>;

    /// The prompt for a candidate's messages followed by one of the visitor.
    fn score_prompt(
        &self,
        candidate: &[ChatMessage],
        question: &str,
        closing: &str,
    ) -> Result<ScorePrompt, EngineError>;

    /// The first token of a text as the model would write it, if it has any.
    fn first_token(&self, text: &str) -> Option<Token>;

    /// The bytes a token stands for; empty for control tokens.
    fn piece(&self, token: Token) -> Vec<u8>;

    /// True when this token ends a reply.
    fn ends_reply(&self, token: Token) -> bool;
}

/// Evaluates steps. Lives on the worker's thread.
pub(crate) trait Runtime {
    /// A copy of one sequence's state, outside context memory.
    type State;

    /// Carries out a plan's memory operations, then evaluates its rows.
    fn step(&mut self, plan: &Plan) -> Result<(), StepError>;

    /// Logits after a row of the last step that asked for them; empty otherwise.
    fn logits(&self, row: usize) -> &[f32];

    /// Tries how many threads are fastest now and goes on with those. Only while no sequence is
    /// in use: context memory may be empty afterwards.
    fn retune(&mut self) -> Result<Retuned, StepError>;

    /// Copies a sequence's state out of context memory; `None` when that fails.
    fn save(&mut self, seq: Seq) -> Option<Self::State>;

    /// Puts a state into an empty sequence. When false, the sequence may hold anything.
    fn load(&mut self, state: &Self::State, seq: Seq) -> bool;

    /// Bytes a state takes.
    fn state_bytes(state: &Self::State) -> u64;

    /// Writes a sequence's state and its tokens to a file. False when that fails.
    fn write(&mut self, seq: Seq, tokens: &[Token], file: &Path) -> bool;

    /// Reads a file into an empty sequence. When false (also because the file is of other tokens),
    /// the sequence may hold anything.
    fn read(&mut self, file: &Path, seq: Seq, tokens: &[Token]) -> bool;
}

/// What came of trying threads anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retuned {
    /// Threads in use now.
    pub(crate) threads: usize,
    /// Fewer than this machine has cores for.
    pub(crate) is_reduced: bool,
    /// Context memory holds nothing any more.
    pub(crate) is_empty: bool,
}

/// Why a step was not evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepError {
    /// No context memory left; nothing was evaluated, the operations were carried out.
    Full,
    /// The state cannot be trusted any more; llama.cpp's return code.
    Broken(i32),
}
