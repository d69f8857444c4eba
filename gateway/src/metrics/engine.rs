//! The engine's own numbers, read when somebody asks.

use comptoir_engine::{EngineStatus, TextGenerator, machine};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use std::sync::Arc;

/// Name, what it is, value.
type Number<T> = (&'static str, &'static str, T);

/// The engine's own numbers, read when somebody asks.
pub struct EngineNumbers(Arc<dyn TextGenerator>);

impl EngineNumbers {
    /// The numbers of this engine.
    #[must_use]
    pub fn new(engine: Arc<dyn TextGenerator>) -> Self {
        Self(engine)
    }
}

impl fmt::Debug for EngineNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineNumbers").finish_non_exhaustive()
    }
}

impl Collector for EngineNumbers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let status = self.0.status();
        for (name, help, value) in sizes(&status) {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        for (name, help, value) in speeds(&status) {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        for (name, help, value) in counts(&status) {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        Ok(())
    }
}

fn sizes(status: &EngineStatus) -> [Number<u64>; 11] {
    let (stored, memo) = (status.stored, status.memo);
    [
        ("comptoir_engine_running", "Sequences being evaluated", status.running as u64),
        ("comptoir_engine_waiting", "Sequences that wait for a slot", status.waiting as u64),
        ("comptoir_engine_states", "Prompt states kept", stored.count as u64),
        ("comptoir_engine_states_loaded", "Prompt states used since the start", stored.loaded),
        ("comptoir_engine_state_memory_bytes", "States in memory", stored.memory_bytes),
        ("comptoir_engine_state_disk_bytes", "States on disk", stored.disk_bytes),
        ("comptoir_engine_slots", "Sequences that can be evaluated at once", status.slots as u64),
        ("comptoir_engine_threads", "Threads that evaluate", status.threads as u64),
        ("comptoir_engine_context_used", "Tokens of context in use", status.context_used as u64),
        ("comptoir_engine_memory_bytes", "Memory of the process", machine::own_memory().0),
        ("comptoir_engine_memo_held", "Results kept in the memo", memo.held as u64),
    ]
}

fn speeds(status: &EngineStatus) -> [Number<f64>; 3] {
    [
        (
            "comptoir_engine_tokens_per_second",
            "Recent speed of writing, over all visitors",
            f64::from(status.tokens_per_second),
        ),
        (
            "comptoir_engine_first_word_p50_seconds",
            "Half of the latest replies began sooner",
            status.first_word.p50.as_secs_f64(),
        ),
        (
            "comptoir_engine_first_word_p95_seconds",
            "One of twenty of the latest replies began later",
            status.first_word.p95.as_secs_f64(),
        ),
    ]
}

fn counts(status: &EngineStatus) -> [Number<u64>; 11] {
    let (totals, memo) = (status.totals, status.memo);
    [
        ("comptoir_engine_requests", "Requests accepted", totals.requests),
        ("comptoir_engine_refused", "Requests refused for lack of room", totals.refused),
        ("comptoir_engine_cancelled", "Requests given up by their reader", totals.cancelled),
        ("comptoir_engine_late", "Requests whose deadline passed", totals.late),
        ("comptoir_engine_prompt_tokens", "Prompt tokens asked for", totals.prompt_tokens),
        ("comptoir_engine_prefix_hits", "Those known from a kept state", totals.cached_tokens),
        ("comptoir_engine_written_tokens", "Tokens written", totals.completion_tokens),
        ("comptoir_engine_drafted_tokens", "Guesses verified", totals.drafted_tokens),
        ("comptoir_engine_accepted_tokens", "Guesses that came true", totals.accepted_tokens),
        ("comptoir_engine_memo_hits", "Requests answered from the memo", memo.hits),
        ("comptoir_engine_memo_misses", "Requests that were not in the memo", memo.misses),
    ]
}
