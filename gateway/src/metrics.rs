//! Counters for `/metrics`, in the Prometheus text format.
//!
//! Labels are small closed sets (routes, outcomes); never a site's visitors,
//! never text.

mod engine;

pub use engine::EngineNumbers;

use comptoir_rag::pipeline::{Outcome, Route};
use comptoir_session::Counts;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

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
    /// Gateways heard on the bus, this one too; 0 without a bus.
    pub nodes: Gauge,
    /// Times at which notes of other gateways may have been missed.
    pub bus_gaps: Counter,
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
            nodes: Gauge::default(),
            bus_gaps: Counter::default(),
            entries_to_read: Gauge::default(),
        };
        registry.register(
            "comptoir_nodes",
            "Gateways heard on the bus, this one too",
            metrics.nodes.clone(),
        );
        registry.register(
            "comptoir_bus_gaps",
            "Times at which notes of other gateways may have been missed",
            metrics.bus_gaps.clone(),
        );
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
