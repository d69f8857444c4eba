//! What status pages and metrics may know of a backend. Numbers only, nothing anybody wrote.

use std::time::Duration;

use crate::Unavailable;

/// Whether a backend can answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum EngineState {
    /// The model is being loaded; `progress` runs from 0 to 1.
    Loading {
        /// Share of the file that is loaded.
        progress: f32,
    },
    /// Requests are served.
    #[default]
    Ready,
    /// No requests are served, and will not be until somebody acts.
    Dead {
        /// Why.
        reason: Unavailable,
    },
}

/// A snapshot of a backend.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EngineStatus {
    /// Whether it can answer.
    pub state: EngineState,
    /// Sequences that can be evaluated at the same time.
    pub slots: usize,
    /// Sequences being evaluated.
    pub running: usize,
    /// Sequences that wait for a slot.
    pub waiting: usize,
    /// Most requests accepted at once, running and waiting.
    pub capacity: usize,
    /// How long a request made now would wait for its turn; zero when a slot is free.
    pub expected_wait: Duration,
    /// Threads that evaluate; zero when unknown.
    pub threads: usize,
    /// Kept prompt beginnings.
    pub prefixes: usize,
    /// States kept outside context memory.
    pub stored: StoredStates,
    /// Tokens of context memory in use or reserved.
    pub context_used: usize,
    /// Tokens of context memory there are.
    pub context_total: usize,
    /// Recent decoding speed over all sequences, in tokens per second.
    pub tokens_per_second: f32,
    /// Time to the first word of the latest replies.
    pub first_word: Latency,
    /// Replies and verdicts given again without the model.
    pub memo: MemoCounts,
    /// Counts since the start.
    pub totals: Totals,
}

/// States of warmed beginnings outside context memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoredStates {
    /// How many, in memory or on disk.
    pub count: usize,
    /// Bytes of those in memory.
    pub memory_bytes: u64,
    /// Bytes of all state files.
    pub disk_bytes: u64,
    /// Times a state was loaded instead of evaluated, since the start.
    pub loaded: u64,
}

/// Times of the latest replies, from request to first token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// Replies looked at.
    pub count: usize,
    /// Half of them were quicker.
    pub p50: Duration,
    /// One in twenty was slower.
    pub p95: Duration,
}

/// What a [`Memo`](crate::Memo) spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoCounts {
    /// Requests answered from it.
    pub hits: u64,
    /// Requests that were not in it.
    pub misses: u64,
    /// Results it holds.
    pub held: usize,
}

/// Counts since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Requests accepted.
    pub requests: u64,
    /// Requests refused because the queue was full.
    pub refused: u64,
    /// Replies, scorings and warm-ups that ended well.
    pub completed: u64,
    /// Requests given up by their reader.
    pub cancelled: u64,
    /// Requests whose deadline passed.
    pub late: u64,
    /// Prompt tokens asked for.
    pub prompt_tokens: u64,
    /// Those of them that came from a kept state.
    pub cached_tokens: u64,
    /// Tokens written.
    pub completion_tokens: u64,
    /// Guesses at next tokens that were verified.
    pub drafted_tokens: u64,
    /// Those of them that came true.
    pub accepted_tokens: u64,
    /// Evaluation steps.
    pub steps: u64,
}

/// Which model answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelInfo {
    /// The name in the file, or the one configured for a remote server.
    pub name: String,
    /// Architecture, such as `qwen2`; empty when unknown.
    pub architecture: String,
    /// Size of the weights' file in bytes; zero when unknown.
    pub bytes: u64,
    /// Longest context the model was trained for, in tokens; zero when unknown.
    pub trained_context: u32,
}
