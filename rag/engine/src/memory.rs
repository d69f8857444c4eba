//! How much memory a model will take, before it is loaded.

use crate::EngineParams;
use crate::gguf::ModelHeader;

/// Bytes a model will need, by what needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryEstimate {
    /// The weights, mapped from the file: they can be given back under pressure, at the price of
    /// reading them again.
    pub weights: u64,
    /// The copy of most of them that llama.cpp rearranges for the processor.
    pub rearranged: u64,
    /// Context memory.
    pub context: u64,
    /// Working memory of one step, states kept in memory, and what the process needs besides.
    pub working: u64,
}

impl MemoryEstimate {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.weights
            .saturating_add(self.rearranged)
            .saturating_add(self.context)
            .saturating_add(self.working)
    }
}

/// The process itself, tokenizer tables, buffers.
const BASE: u64 = 96 << 20;

/// Estimates the memory for a model file with these settings. Meant to be a little too high.
#[must_use]
pub fn estimate_memory(model: &ModelHeader, params: &EngineParams) -> MemoryEstimate {
    let per_token = u64::from(model.layers)
        * u64::from(model.kv_heads)
        * (u64::from(model.key_length) + u64::from(model.value_length))
        * params.memory.bytes_of_32()
        / 32;
    let rows = u64::from(params.step_tokens);
    // One row of logits, twice (graph and output), and some activations of each row.
    let row = 8 * u64::from(model.vocabulary) + 4 * 40 * u64::from(model.width);
    MemoryEstimate {
        weights: model.file_bytes,
        // Measured: 0.6 of the file for a Q4_K_M model.
        rearranged: model.file_bytes / 8 * 5,
        context: per_token * u64::from(params.context),
        working: (BASE + rows * row).saturating_add(params.states.memory_bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qwen_like() -> ModelHeader {
        ModelHeader {
            file_bytes: 1_117_320_768,
            layers: 28,
            kv_heads: 2,
            key_length: 128,
            value_length: 128,
            vocabulary: 151_936,
            width: 1536,
            ..ModelHeader::default()
        }
    }

    #[test]
    fn context_memory_is_counted_exactly() {
        let estimate = estimate_memory(&qwen_like(), &EngineParams::new("m.gguf"));
        assert_eq!(estimate.context, 28 * 2 * 256 * 2 * 8192);
    }

    #[test]
    fn a_15b_model_stays_under_the_promised_limit() {
        let estimate = estimate_memory(&qwen_like(), &EngineParams::new("m.gguf"));
        assert!(estimate.total() < 2_500_000_000, "{estimate:?}");
    }
}
