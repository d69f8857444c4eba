//! Settings of the local engine, made safe before use: every combination a person can write is
//! brought to one that cannot abort llama.cpp.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::REPLY_LIMIT;

/// How many threads evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Threads {
    /// Timed at start, among one and the physical cores (four at most).
    #[default]
    Auto,
    /// This many.
    Fixed(u16),
}

/// How context memory is kept and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContextMemory {
    /// Half precision, read block by block (flash attention).
    #[default]
    Half,
    /// Half precision, read in whole rows.
    HalfPlain,
    /// Eight bits a number: half the memory, coarser. Read block by block.
    Eight,
}

impl ContextMemory {
    /// Bytes of 32 stored numbers.
    pub(crate) fn bytes_of_32(self) -> u64 {
        match self {
            Self::Half | Self::HalfPlain => 64,
            Self::Eight => 34,
        }
    }

    /// A name that differs where states do.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Half => "kv f16, flash, unified",
            Self::HalfPlain => "kv f16, unified",
            Self::Eight => "kv q8_0, flash, unified",
        }
    }
}

/// Where the states of warmed beginnings are kept, beside context memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateParams {
    /// Most bytes of them in memory; zero keeps none there.
    pub memory_bytes: u64,
    /// Folder of state files; none are written without one. It holds the firm's published
    /// entries in another form, nothing of visitors.
    pub folder: Option<PathBuf>,
    /// Most bytes of all files there.
    pub disk_bytes: u64,
}

impl Default for StateParams {
    /// About fifteen entries of a 1.5B model in memory. Files are read from the system's cache
    /// nearly as quickly, so more memory buys little.
    fn default() -> Self {
        Self { memory_bytes: 64 << 20, folder: None, disk_bytes: 1 << 30 }
    }
}

/// Settings of the local engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineParams {
    /// The GGUF file.
    pub model: PathBuf,
    /// Sequences evaluated at the same time. Six is the widest step that still pays on two cores.
    pub slots: u16,
    /// Context memory in tokens, shared by all slots and kept prefixes.
    pub context: u32,
    /// How it is kept.
    pub memory: ContextMemory,
    /// Most tokens of one request, prompt and reply.
    pub request_context: u32,
    /// Most tokens evaluated in one step while nobody is being answered. Also bounds how long a
    /// cancelled request keeps the machine.
    pub step_tokens: u16,
    /// Most tokens evaluated in one step while somebody is being answered: bounds the pause that
    /// another visitor's prompt puts between two words.
    pub busy_step_tokens: u16,
    /// Kept prompt beginnings.
    pub prefixes: u16,
    /// States beside context memory.
    pub states: StateParams,
    /// Requests that may wait beyond the slots.
    pub queue: usize,
    /// Requests one client may have at once, running or waiting.
    pub per_client: usize,
    /// Threads that evaluate.
    pub threads: Threads,
    /// Time at the first start for finding out what suits the machine; at zero nothing is tried.
    /// Remembered in the folder of states.
    pub trial: Duration,
    /// Whether guesses at the next tokens are verified where that pays.
    pub speculation: bool,
}

impl EngineParams {
    /// The default settings for a model file.
    pub fn new(model: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            slots: 6,
            context: 8192,
            memory: ContextMemory::default(),
            request_context: 2048,
            step_tokens: 128,
            busy_step_tokens: 48,
            prefixes: 32,
            states: StateParams::default(),
            queue: 16,
            per_client: 4,
            threads: Threads::Auto,
            trial: Duration::from_secs(6),
            speculation: true,
        }
    }

    /// The same settings within the bounds the engine can keep: at least one slot, a step wide
    /// enough for every slot and a prompt beside them, a request that fits the context.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.slots = self.slots.clamp(1, 32);
        self.prefixes = self.prefixes.min(128);
        let least = self.slots * 2;
        self.busy_step_tokens = self.busy_step_tokens.clamp(least, 512);
        self.step_tokens = self.step_tokens.clamp(self.busy_step_tokens, 512);
        // llama.cpp clamps its batch to the context and aborts beyond it: keep the context larger.
        let smallest = u32::from(self.step_tokens).max(u32::from(REPLY_LIMIT) + 57);
        self.context = self.context.clamp(smallest, 1 << 20).next_multiple_of(256);
        self.request_context = self.request_context.clamp(smallest, self.context);
        self.queue = self.queue.min(1024);
        self.per_client = self.per_client.max(1);
        self
    }

    /// Sequences llama.cpp must keep apart: slots and kept prefixes.
    #[must_use]
    pub(crate) fn sequences(&self) -> u32 {
        u32::from(self.slots) + u32::from(self.prefixes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_settings_become_safe(
            slots: u16, context: u32, request: u32, step: u16, busy: u16, prefixes: u16,
        ) {
            let mut params = EngineParams::new("m.gguf");
            (params.slots, params.context, params.request_context) = (slots, context, request);
            (params.step_tokens, params.busy_step_tokens, params.prefixes) = (step, busy, prefixes);
            let safe = params.bounded();
            prop_assert!(u32::from(safe.step_tokens) <= safe.context);
            prop_assert!(safe.busy_step_tokens >= safe.slots * 2);
            prop_assert!(safe.busy_step_tokens <= safe.step_tokens);
            prop_assert!(safe.request_context <= safe.context);
            prop_assert!(safe.request_context > u32::from(REPLY_LIMIT));
            prop_assert!(safe.sequences() <= 256);
            prop_assert_eq!(safe.clone().bounded(), safe);
        }
    }

    #[test]
    fn the_defaults_are_already_bounded() {
        let params = EngineParams::new("m.gguf");
        assert_eq!(params.clone().bounded(), params);
    }
}
