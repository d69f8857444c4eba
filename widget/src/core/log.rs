//! The conversation's log as far as this client holds it.

use crate::prelude::*;
use comptoir_protocol::{AnswerId, ClientId, Event, NumberedEvent, Seq};

/// Numbered events, in order, each once.
#[derive(Debug, Clone, Default)]
pub struct Log {
    events: Vec<NumberedEvent>,
    held: Seq,
    generation: u32,
}

impl Log {
    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[NumberedEvent] {
        &self.events
    }

    /// The last position up to which nothing is missing.
    #[must_use]
    pub fn held(&self) -> Seq {
        self.held
    }

    /// Changes whenever the log was replaced rather than continued, so that
    /// the view draws it anew and announces nothing twice.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Adds the next event, unless it is here already. Numbers may be skipped
    /// (kinds this version does not know).
    pub fn push(&mut self, event: NumberedEvent) {
        if event.seq > self.held {
            self.held = event.seq;
            self.events.push(event);
        }
    }

    /// Notes that the event after the last one is of no use here.
    pub fn skip(&mut self, seq: Seq) {
        if seq == self.held.next() {
            self.held = seq;
        }
    }

    /// Drops everything and takes the whole log.
    pub fn replace(&mut self, events: Vec<NumberedEvent>) {
        self.events.clear();
        self.held = Seq(0);
        self.generation += 1;
        for event in events {
            self.push(event);
        }
    }

    /// Whether the completed message of this answer is here.
    #[must_use]
    pub fn has_answer(&self, id: &AnswerId) -> bool {
        self.events
            .iter()
            .rev()
            .any(|e| matches!(&e.event, Event::BotMessage { answer, .. } if answer == id))
    }

    /// Whether the visitor's message with this id is here.
    #[must_use]
    pub fn has_message(&self, id: &ClientId) -> bool {
        self.events
            .iter()
            .rev()
            .any(|e| matches!(&e.event, Event::VisitorMessage { id: sent, .. } if sent == id))
    }

    /// Whether the visitor ever wrote.
    #[must_use]
    pub fn has_visitor(&self) -> bool {
        self.events.iter().any(|e| matches!(e.event, Event::VisitorMessage { .. }))
    }
}
