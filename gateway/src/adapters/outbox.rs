//! The outbox in numbers.

use comptoir_notify::{Told, Watcher};
use comptoir_storage::model::{OutboxCounts, Target};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// A delivery's way and outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToldLabel {
    channel: ChannelValue,
    outcome: OutcomeValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum ChannelValue {
    Push,
    AgentMail,
    VisitorMail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum OutcomeValue {
    Sent,
    Moot,
    Retried,
    Dead,
}

/// Counters of the outbox; clones share them.
#[derive(Debug, Clone, Default)]
pub struct OutboxNumbers {
    told: Family<ToldLabel, Counter>,
    due: Gauge,
    dead: Gauge,
}

impl OutboxNumbers {
    /// Fresh counters, registered.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let numbers = Self::default();
        registry.register(
            "comptoir_notifications",
            "Deliveries and attempts by way and outcome",
            numbers.told.clone(),
        );
        registry.register(
            "comptoir_notifications_due",
            "Notifications not ended yet, those of the future included",
            numbers.due.clone(),
        );
        registry.register(
            "comptoir_notifications_dead",
            "Notifications that failed for good and wait for the owner",
            numbers.dead.clone(),
        );
        numbers
    }
}

impl Watcher for OutboxNumbers {
    fn told(&self, target: Target, told: Told) {
        let channel = match target {
            Target::Device { .. } => ChannelValue::Push,
            Target::Mailbox { .. } => ChannelValue::AgentMail,
            Target::Visitor => ChannelValue::VisitorMail,
        };
        let outcome = match told {
            Told::Sent => OutcomeValue::Sent,
            Told::Moot => OutcomeValue::Moot,
            Told::Retried => OutcomeValue::Retried,
            Told::Dead => OutcomeValue::Dead,
        };
        self.told.get_or_create(&ToldLabel { channel, outcome }).inc();
    }

    fn outbox(&self, counts: OutboxCounts) {
        let gauge = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        self.due.set(gauge(counts.due));
        self.dead.set(gauge(counts.dead));
    }
}
