//! Who listens to a conversation. Each listener has a bounded queue; one that
//! does not keep up is let go and resumes by sequence number, so that a slow
//! reader never slows the others.
//!
//! Visitors and people of the firm stand in two lists of two types: what is
//! private cannot be put into a visitor's queue.

use crate::api::{AgentSubscription, AgentUpdate, ChatError, Subscription, Update};
use comptoir_protocol::Typist;
use tokio::sync::mpsc;

pub(super) struct Audience {
    visitors: Vec<mpsc::Sender<Update>>,
    agents: Vec<mpsc::Sender<AgentUpdate>>,
    most: usize,
    queue: usize,
}

impl Audience {
    pub(super) fn new(most: usize, queue: usize) -> Self {
        Self { visitors: Vec::new(), agents: Vec::new(), most, queue }
    }

    /// Adds a visitor's client.
    ///
    /// # Errors
    /// `Busy` when the conversation has as many listeners as it may.
    pub(super) fn add_visitor(&mut self) -> Result<Subscription, ChatError> {
        self.has_room()?;
        let (sender, subscription) = mpsc::channel(self.queue);
        self.visitors.push(sender);
        Ok(subscription)
    }

    /// Adds the page of a person of the firm.
    ///
    /// # Errors
    /// `Busy` when the conversation has as many listeners as it may.
    pub(super) fn add_agent(&mut self) -> Result<AgentSubscription, ChatError> {
        self.has_room()?;
        let (sender, subscription) = mpsc::channel(self.queue);
        self.agents.push(sender);
        Ok(subscription)
    }

    /// Gives an update to everybody whom it concerns.
    pub(super) fn tell(&mut self, update: &Update) {
        if concerns_visitors(update) {
            give(&mut self.visitors, update);
        }
        self.tell_agents(&AgentUpdate::Shared(update.clone()));
    }

    /// Gives an update to people of the firm only.
    pub(super) fn tell_agents(&mut self, update: &AgentUpdate) {
        give(&mut self.agents, update);
    }

    /// Whether somebody of the firm has the conversation on screen.
    pub(super) fn has_agents(&mut self) -> bool {
        self.prune();
        !self.agents.is_empty()
    }

    pub(super) fn is_empty(&mut self) -> bool {
        self.prune();
        self.visitors.is_empty() && self.agents.is_empty()
    }

    fn has_room(&mut self) -> Result<(), ChatError> {
        self.prune();
        if self.visitors.len() + self.agents.len() < self.most {
            Ok(())
        } else {
            Err(ChatError::Busy { retry_ms: 2_000 })
        }
    }

    fn prune(&mut self) {
        self.visitors.retain(|queue| !queue.is_closed());
        self.agents.retain(|queue| !queue.is_closed());
    }
}

/// Puts an update into every queue; one that is full is let go.
fn give<T: Clone>(queues: &mut Vec<mpsc::Sender<T>>, update: &T) {
    queues.retain(|queue| queue.try_send(update.clone()).is_ok());
}

/// Visitors need not hear that they are typing.
fn concerns_visitors(update: &Update) -> bool {
    !matches!(update, Update::Typing { who: Typist::Visitor, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_listener_is_let_go_and_the_others_stay() {
        let mut audience = Audience::new(4, 2);
        let mut slow = audience.add_visitor().expect("room");
        let mut quick = audience.add_agent().expect("room");
        for position in 1..=3 {
            audience.tell(&Update::Queued { position, wait_ms: 0 });
            assert!(quick.try_recv().is_ok());
        }
        assert!(slow.try_recv().is_ok() && slow.try_recv().is_ok());
        assert_eq!(slow.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
        assert!(!audience.is_empty() && audience.has_agents());
    }

    #[test]
    fn visitors_hear_neither_themselves_typing_nor_what_is_private() {
        let mut audience = Audience::new(4, 2);
        let mut visitor = audience.add_visitor().expect("room");
        let mut agent = audience.add_agent().expect("room");
        audience.tell(&Update::Typing { who: Typist::Visitor, name: None, on: true });
        audience.tell_agents(&AgentUpdate::Proposal(None));
        assert!(visitor.try_recv().is_err());
        assert!(agent.try_recv().is_ok() && agent.try_recv().is_ok());
    }

    #[test]
    fn a_full_house_is_busy_until_somebody_leaves() {
        let mut audience = Audience::new(1, 2);
        let first = audience.add_visitor().expect("room");
        assert!(matches!(audience.add_agent(), Err(ChatError::Busy { .. })));
        drop(first);
        assert!(audience.add_agent().is_ok());
    }
}
