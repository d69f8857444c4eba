//! What the visitor sent and the gateway has not shown yet.
//!
//! One thing travels at a time: a refusal of the first cannot let the second
//! overtake it. Everything keeps its id, so a retry is the same event.

use comptoir_protocol::{ClientFrame, ClientId, ErrorCode, Seq};

use super::Log;
use crate::prelude::*;

const REMEMBERED: usize = 50;
const MAX_TRIES: u8 = 4;

/// How far a thing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// To be sent when possible.
    Waiting,
    /// Sent on this connection, not acknowledged.
    InFlight,
    /// On the gateway's disk as this event, which has not arrived here.
    Acked(Seq),
    /// Refused; the visitor decides.
    Failed(ErrorCode),
}

/// One thing on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ClientId,
    /// The frame that carries it.
    pub frame: ClientFrame,
    /// When the visitor made it, wall clock, milliseconds.
    pub at: i64,
    /// How far it has come.
    pub stage: Stage,
    tries: u8,
}

impl Item {
    /// A thing that was never sent.
    #[must_use]
    pub fn new(id: ClientId, frame: ClientFrame, at: i64) -> Self {
        Self { id, frame, at, stage: Stage::Waiting, tries: 0 }
    }
}

/// The things on their way, in the order the visitor made them.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    items: Vec<Item>,
    done: Vec<ClientId>,
}

impl Outbox {
    /// Everything on its way.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Ids finished in this page view, as far as remembered.
    #[must_use]
    pub fn done(&self) -> &[ClientId] {
        &self.done
    }

    /// Adds a thing at the end.
    pub fn push(&mut self, item: Item) {
        self.items.push(item);
    }

    /// The next thing to send now, marked as sent; `may_speak` tells whether
    /// messages may leave (the notice was displayed).
    pub fn next(&mut self, may_speak: bool) -> Option<&ClientFrame> {
        let item = self
            .items
            .iter_mut()
            .find(|i| matches!(i.stage, Stage::Waiting | Stage::InFlight))
            .filter(|i| i.stage == Stage::Waiting)
            .filter(|i| may_speak || !matches!(i.frame, ClientFrame::Send { .. }))?;
        item.stage = Stage::InFlight;
        item.tries = item.tries.saturating_add(1);
        Some(&item.frame)
    }

    /// The gateway has stored this. A message stays visible until its event
    /// arrives; anything else is finished.
    pub fn acked(&mut self, id: &ClientId, seq: Seq, log: &Log) {
        let pending = |i: &Item| matches!(i.frame, ClientFrame::Send { .. }) && seq > log.held();
        if self.items.iter().any(|i| i.id == *id && pending(i)) {
            self.set(id, Stage::Acked(seq));
        } else {
            self.finish(id);
        }
    }

    /// The gateway refused this.
    pub fn failed(&mut self, id: &ClientId, code: ErrorCode) {
        self.set(id, Stage::Failed(code));
    }

    /// To be sent again, unless it was tried too often already.
    pub fn again(&mut self, id: &ClientId) {
        let worn = self.items.iter().any(|i| i.id == *id && i.tries >= MAX_TRIES);
        self.set(id, if worn { Stage::Failed(ErrorCode::Internal) } else { Stage::Waiting });
    }

    /// The visitor asks to try a failed thing again.
    pub fn retry(&mut self, id: &ClientId) {
        if let Some(item) = self.items.iter_mut().find(|i| i.id == *id) {
            item.tries = 0;
        }
        self.set(id, Stage::Waiting);
    }

    /// Done with, one way or the other; whether it was here.
    pub fn finish(&mut self, id: &ClientId) -> bool {
        if !self.remove(&|i| i.id == *id) {
            return false;
        }
        if self.done.len() >= REMEMBERED {
            self.done.clear();
        }
        self.done.push(id.clone());
        true
    }

    /// Nothing is under way any more on a lost connection.
    pub fn recall(&mut self) {
        for item in &mut self.items {
            if item.stage == Stage::InFlight {
                item.stage = Stage::Waiting;
            }
        }
    }

    /// After a welcome: what the log shows is finished, what it lacks although
    /// it was acknowledged is sent again (the same id makes it one event).
    pub fn reconcile(&mut self, log: &Log) {
        // Finished, not only removed: storage must not bring them back.
        let shown = self.items.iter().filter(|i| log.has_message(&i.id)).map(|i| i.id.clone());
        for id in shown.collect::<Vec<_>>() {
            self.finish(&id);
        }
        for item in &mut self.items {
            if matches!(item.stage, Stage::InFlight | Stage::Acked(_)) {
                item.stage = Stage::Waiting;
                item.tries = 0;
            }
        }
    }

    /// Leaves what the visitor wants said or done wherever the talk goes on; a
    /// new conversation begins.
    pub fn keep_wishes(&mut self) {
        self.remove(&|i| !is_wish(&i.frame));
    }

    /// Whether something still to be sent outlives its conversation.
    #[must_use]
    pub fn has_wishes(&self) -> bool {
        self.items.iter().any(|i| is_wish(&i.frame) && !matches!(i.stage, Stage::Failed(_)))
    }

    fn remove(&mut self, unwanted: &dyn Fn(&Item) -> bool) -> bool {
        let before = self.items.len();
        self.items.retain(|i| !unwanted(i));
        self.items.len() < before
    }

    fn set(&mut self, id: &ClientId, stage: Stage) {
        if let Some(item) = self.items.iter_mut().find(|i| i.id == *id) {
            item.stage = stage;
        }
    }
}

fn is_wish(frame: &ClientFrame) -> bool {
    matches!(
        frame,
        ClientFrame::Send { .. } | ClientFrame::Human { .. } | ClientFrame::Contact { .. }
    )
}
