//! The conversations at work in this process: a mailbox each, and a bell that
//! other nodes ring. However often it rings while its actor is busy, the actor
//! looks once.

use crate::actor::Command;
use comptoir_protocol::Seq;
use comptoir_storage::model::ConversationKey;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc};

/// Rung when another node may have changed a conversation.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    seq: AtomicU64,
    rung: Notify,
}

impl Bell {
    /// Another node has reached this event.
    pub(super) fn ring(&self, seq: Seq) {
        self.seq.fetch_max(seq.0, Ordering::AcqRel);
        self.rung.notify_one();
    }

    /// Notes were lost: it may have reached any.
    pub(super) fn ring_unknown(&self) {
        self.ring(Seq(u64::MAX));
    }

    /// Waits for the next ring; gives the event that others have reached at
    /// least, or the greatest number when that is not known. Cancel-safe.
    pub(crate) async fn rung(&self) -> Seq {
        self.rung.notified().await;
        Seq(self.seq.swap(0, Ordering::AcqRel))
    }
}

struct Seat {
    mailbox: mpsc::Sender<Command>,
    bell: Arc<Bell>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Seats {
    // A short lock, never held across an await: lookups and insertions only.
    seats: Mutex<HashMap<ConversationKey, Seat>>,
}

impl Seats {
    /// The mailbox of a conversation; `start` begins its actor if it rests.
    /// None when `most` are at work already.
    pub(super) fn mailbox(
        &self,
        key: ConversationKey,
        most: usize,
        queue: usize,
        start: impl FnOnce(mpsc::Receiver<Command>, Arc<Bell>),
    ) -> Option<mpsc::Sender<Command>> {
        let mut seats = self.locked();
        if let Some(seat) = seats.get(&key).filter(|seat| !seat.mailbox.is_closed()) {
            return Some(seat.mailbox.clone());
        }
        if seats.len() >= most {
            return None;
        }
        let (mailbox, receiver) = mpsc::channel(queue);
        let bell = Arc::new(Bell::default());
        seats.insert(key, Seat { mailbox: mailbox.clone(), bell: Arc::clone(&bell) });
        start(receiver, bell);
        Some(mailbox)
    }

    /// The mailbox of a conversation that is at work here.
    pub(super) fn awake(&self, key: ConversationKey) -> Option<mpsc::Sender<Command>> {
        let seats = self.locked();
        let seat = seats.get(&key).filter(|seat| !seat.mailbox.is_closed())?;
        Some(seat.mailbox.clone())
    }

    /// Another node changed a conversation.
    pub(super) fn ring(&self, key: ConversationKey, seq: Seq) {
        if let Some(seat) = self.locked().get(&key) {
            seat.bell.ring(seq);
        }
    }

    /// Other nodes may have changed any.
    pub(super) fn ring_all(&self) {
        for seat in self.locked().values() {
            seat.bell.ring_unknown();
        }
    }

    /// An idle actor asks to end. Closes its mailbox unless something waits in
    /// it; what was sent in between is still received.
    pub(super) fn retire(
        &self,
        key: ConversationKey,
        mailbox: &mut mpsc::Receiver<Command>,
    ) -> bool {
        let mut seats = self.locked();
        if !mailbox.is_empty() {
            return false;
        }
        mailbox.close();
        seats.remove(&key);
        true
    }

    /// A panic elsewhere leaves the map whole: every change is one call.
    fn locked(&self) -> MutexGuard<'_, HashMap<ConversationKey, Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rings_while_nobody_looks_are_one_and_the_highest_counts() {
        let bell = Bell::default();
        for seq in [3, 5, 4] {
            bell.ring(Seq(seq));
        }
        assert_eq!(bell.rung().await, Seq(5));
        bell.ring(Seq(1));
        assert_eq!(bell.rung().await, Seq(1), "what was looked at does not count again");
        bell.ring_unknown();
        bell.ring(Seq(9));
        assert_eq!(bell.rung().await, Seq(u64::MAX));
        let again = tokio::time::timeout(std::time::Duration::ZERO, bell.rung()).await;
        assert!(again.is_err(), "three rings, three looks");
    }
}
