//! Which nodes are heard. Pure: time is an argument.

use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Nodes remembered; more are taken for repetitions of these.
const MOST: usize = 1_000;

/// When each node was heard last, this one too.
#[derive(Debug)]
pub(super) struct Peers {
    own: Uuid,
    patience: Duration,
    heard: HashMap<Uuid, Instant>,
}

/// Who fell silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silent {
    /// Nobody.
    Nobody,
    /// Another node, which may have died after a commit.
    Another,
    /// This node does not hear itself: it hears nobody.
    Myself,
}

impl Peers {
    /// Only this node is known, heard just now.
    pub(super) fn new(own: Uuid, patience: Duration, now: Instant) -> Self {
        Self { own, patience, heard: HashMap::from([(own, now)]) }
    }

    /// A node is heard.
    pub(super) fn heard(&mut self, from: Uuid, now: Instant) {
        if self.heard.len() < MOST || self.heard.contains_key(&from) {
            self.heard.insert(from, now);
        }
    }

    /// How many nodes there are.
    pub(super) fn count(&self) -> usize {
        self.heard.len()
    }

    /// Who has not been heard for too long; another node is told of once.
    pub(super) fn look(&mut self, now: Instant) -> Silent {
        let is_silent = |at: &Instant| now.saturating_duration_since(*at) >= self.patience;
        if self.heard.get(&self.own).is_none_or(is_silent) {
            return Silent::Myself;
        }
        let before = self.heard.len();
        let (own, patience) = (self.own, self.patience);
        self.heard.retain(|node, at| *node == own || now.saturating_duration_since(*at) < patience);
        if self.heard.len() < before { Silent::Another } else { Silent::Nobody }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(4);

    #[test]
    fn a_node_that_falls_silent_is_told_of_once() {
        let (start, own, other) = (Instant::now(), Uuid::from_u128(1), Uuid::from_u128(2));
        let mut peers = Peers::new(own, PATIENCE, start);
        assert_eq!((peers.look(start), peers.count()), (Silent::Nobody, 1));
        peers.heard(other, start);
        for second in 1..=4 {
            peers.heard(own, start + Duration::from_secs(second));
        }
        let almost = start + PATIENCE - Duration::from_millis(1);
        assert_eq!((peers.look(almost), peers.count()), (Silent::Nobody, 2));
        assert_eq!((peers.look(start + PATIENCE), peers.count()), (Silent::Another, 1));
        assert_eq!(peers.look(start + PATIENCE), Silent::Nobody);
        // It was only slow.
        peers.heard(other, start + PATIENCE);
        assert_eq!(peers.count(), 2);
    }

    #[test]
    fn whoever_does_not_hear_itself_blames_nobody_else() {
        let (start, own) = (Instant::now(), Uuid::from_u128(1));
        let mut peers = Peers::new(own, PATIENCE, start);
        peers.heard(Uuid::from_u128(2), start);
        assert_eq!(peers.look(start + PATIENCE), Silent::Myself);
        assert_eq!(peers.count(), 2);
        // A clock that stands still or goes back makes nobody silent.
        assert_eq!(peers.look(start), Silent::Nobody);
    }

    #[test]
    fn the_table_is_bounded() {
        let now = Instant::now();
        let mut peers = Peers::new(Uuid::from_u128(0), PATIENCE, now);
        for node in 1..3_000 {
            peers.heard(Uuid::from_u128(node), now);
        }
        assert_eq!(peers.count(), MOST);
    }
}
