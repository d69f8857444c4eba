//! Who listens to a conversation. Each listener has a bounded queue; one that
//! does not keep up is let go and resumes by sequence number, so that a slow
//! reader never slows the others.

use crate::api::{ChatError, Subscription, Update};
use comptoir_protocol::Typist;
use tokio::sync::mpsc;

/// Who a listener is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listener {
    Visitor,
    Agent,
}

pub(super) struct Audience {
    listeners: Vec<(Listener, mpsc::Sender<Update>)>,
    most: usize,
    queue: usize,
}

impl Audience {
    pub(super) fn new(most: usize, queue: usize) -> Self {
        Self { listeners: Vec::new(), most, queue }
    }

    /// Adds a listener.
    ///
    /// # Errors
    /// `Busy` when the conversation has as many as it may.
    pub(super) fn add(&mut self, listener: Listener) -> Result<Subscription, ChatError> {
        self.prune();
        if self.listeners.len() >= self.most {
            return Err(ChatError::Busy { retry_ms: 2_000 });
        }
        let (sender, subscription) = mpsc::channel(self.queue);
        self.listeners.push((listener, sender));
        Ok(subscription)
    }

    /// Gives an update to everybody whom it concerns.
    pub(super) fn tell(&mut self, update: &Update) {
        self.listeners.retain(|(listener, queue)| {
            !concerns(*listener, update) || queue.try_send(update.clone()).is_ok()
        });
    }

    pub(super) fn is_empty(&mut self) -> bool {
        self.prune();
        self.listeners.is_empty()
    }

    fn prune(&mut self) {
        self.listeners.retain(|(_, queue)| !queue.is_closed());
    }
}

/// Visitors need not hear that they are typing.
fn concerns(listener: Listener, update: &Update) -> bool {
    match (listener, update) {
        (Listener::Visitor, Update::Typing { who: Typist::Visitor, .. }) => false,
        (Listener::Visitor | Listener::Agent, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_listener_is_let_go_and_the_others_stay() {
        let mut audience = Audience::new(4, 2);
        let mut slow = audience.add(Listener::Visitor).expect("room");
        let mut quick = audience.add(Listener::Agent).expect("room");
        for position in 1..=3 {
            audience.tell(&Update::Queued { position, wait_ms: 0 });
            assert!(quick.try_recv().is_ok());
        }
        assert!(slow.try_recv().is_ok() && slow.try_recv().is_ok());
        assert_eq!(slow.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
        assert!(!audience.is_empty());
    }

    #[test]
    fn visitors_do_not_hear_themselves_typing() {
        let mut audience = Audience::new(4, 2);
        let mut visitor = audience.add(Listener::Visitor).expect("room");
        let mut agent = audience.add(Listener::Agent).expect("room");
        audience.tell(&Update::Typing { who: Typist::Visitor, name: None, on: true });
        assert!(visitor.try_recv().is_err() && agent.try_recv().is_ok());
    }

    #[test]
    fn a_full_house_is_busy_until_somebody_leaves() {
        let mut audience = Audience::new(1, 2);
        let first = audience.add(Listener::Visitor).expect("room");
        assert!(matches!(audience.add(Listener::Visitor), Err(ChatError::Busy { .. })));
        drop(first);
        assert!(audience.add(Listener::Visitor).is_ok());
    }
}
