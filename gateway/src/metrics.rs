//! Counters for `/metrics`, in the Prometheus text format.
//!
//! Labels are small closed sets (routes, outcomes); never a site's visitors,
//! never text.

use comptoir_engine::TextGenerator;
use comptoir_rag::pipeline::{Outcome, Route};
use comptoir_session::Counts;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::Arc;

/// How a reply was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RouteLabel {
    /// Route name.
    pub route: RouteValue,
}

/// Routes as label values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum RouteValue {
    /// Answer from the FAQ.
    Answer,
    /// Asked which entry was meant.
    Clarify,
    /// The FAQ does not say.
    OfferHuman,
    /// A person at once.
    Handover,
}

/// The process's counters. Clones share the same numbers.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Visitor connections open now.
    pub connections: Gauge,
    /// Visitor messages accepted.
    pub messages: Counter,
    /// Frames or connections refused for fair use.
    pub refused: Counter,
    /// Replies by route.
    pub replies: Family<RouteLabel, Counter>,
    /// Seconds from question to first visible text.
    pub first_text: Histogram,
    /// Replies the fact guard cut.
    pub guard_stops: Counter,
    /// Published entries of the site in work that the model has not read yet.
    pub entries_to_read: Gauge,
}

impl Counts for Metrics {
    fn connected(&self) {
        self.connections.inc();
    }

    fn parted(&self) {
        self.connections.dec();
    }

    fn kept(&self) {
        self.messages.inc();
    }

    fn refused(&self) {
        self.refused.inc();
    }
}

impl Metrics {
    /// Fresh counters, registered.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            connections: Gauge::default(),
            messages: Counter::default(),
            refused: Counter::default(),
            replies: Family::default(),
            first_text: Histogram::new(exponential_buckets(0.005, 2.0, 14)),
            guard_stops: Counter::default(),
            entries_to_read: Gauge::default(),
        };
        registry.register(
            "comptoir_connections",
            "Visitor connections open now",
            metrics.connections.clone(),
        );
        registry.register(
            "comptoir_visitor_messages",
            "Visitor messages accepted",
            metrics.messages.clone(),
        );
        registry.register(
            "comptoir_refused",
            "Frames or connections refused for fair use",
            metrics.refused.clone(),
        );
        registry.register("comptoir_replies", "Replies by route", metrics.replies.clone());
        registry.register(
            "comptoir_first_text_seconds",
            "Seconds from question to first visible text",
            metrics.first_text.clone(),
        );
        registry.register(
            "comptoir_guard_stops",
            "Replies the fact guard cut",
            metrics.guard_stops.clone(),
        );
        registry.register(
            "comptoir_entries_to_read",
            "Published entries the model has not read ahead yet",
            metrics.entries_to_read.clone(),
        );
        metrics
    }

    /// Counts a finished reply.
    pub fn count(&self, outcome: &Outcome) {
        let route = match outcome.route {
            Route::Answer => RouteValue::Answer,
            Route::Clarify => RouteValue::Clarify,
            Route::OfferHuman => RouteValue::OfferHuman,
            Route::Handover => RouteValue::Handover,
        };
        self.replies.get_or_create(&RouteLabel { route }).inc();
        self.guard_stops.inc_by(u64::from(outcome.trace.guard_interventions));
    }
}

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
        let stored = status.stored;
        let numbers = [
            ("comptoir_engine_running", "Sequences being evaluated", status.running as u64),
            ("comptoir_engine_waiting", "Sequences that wait for a slot", status.waiting as u64),
            ("comptoir_engine_states", "Prompt states kept", stored.count as u64),
            ("comptoir_engine_states_loaded", "Prompt states used since the start", stored.loaded),
            ("comptoir_engine_state_memory_bytes", "States in memory", stored.memory_bytes),
            ("comptoir_engine_state_disk_bytes", "States on disk", stored.disk_bytes),
        ];
        for (name, help, value) in numbers {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}
