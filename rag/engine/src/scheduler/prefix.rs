//! Kept prompt beginnings: a tree whose nodes share context memory with their parents.
//!
//! Each node is one sequence of the model that holds a whole beginning. The positions it shares
//! with its parent cost nothing; those beyond are its own. A node that anything stands on (a
//! child, a running job) is never dropped, so the sum of the own costs is the memory in use, and
//! dropping a node really frees what it owns.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::plan::{Seq, Token};

/// The kept beginnings.
#[derive(Debug)]
pub(crate) struct PrefixTable {
    nodes: BTreeMap<Seq, Node>,
    free: Vec<Seq>,
    clock: u64,
}

#[derive(Debug)]
struct Node {
    tokens: Vec<Token>,
    parent: Option<Seq>,
    /// Positions that this node holds and its parent does not.
    own: usize,
    /// Children and running jobs that share this node's positions.
    users: usize,
    used_at: u64,
}

/// A beginning that is there to be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) seq: Seq,
    /// Tokens in common.
    pub(crate) common: usize,
}

/// Number of leading tokens two texts have in common.
pub(crate) fn common(left: &[Token], right: &[Token]) -> usize {
    left.iter().zip(right).take_while(|(a, b)| a == b).count()
}

impl PrefixTable {
    /// An empty table that may use these sequences.
    pub(crate) fn new(seqs: impl DoubleEndedIterator<Item = Seq>) -> Self {
        Self { nodes: BTreeMap::new(), free: seqs.rev().collect(), clock: 0 }
    }

    /// The node that shares most of `tokens`; among equals the one with least beyond.
    pub(crate) fn best(&self, tokens: &[Token]) -> Option<Found> {
        self.nodes
            .iter()
            .map(|(seq, node)| (common(&node.tokens, tokens), Reverse(node.tokens.len()), *seq))
            .filter(|(common, _, _)| *common > 0)
            .max()
            .map(|(common, _, seq)| Found { seq, common })
    }

    /// Tokens a node holds.
    pub(crate) fn len_of(&self, seq: Seq) -> usize {
        self.nodes.get(&seq).map_or(0, |node| node.tokens.len())
    }

    /// Marks a node as in use by one more; it will not be dropped until released.
    pub(crate) fn retain(&mut self, seq: Seq) {
        self.clock += 1;
        if let Some(node) = self.nodes.get_mut(&seq) {
            node.users += 1;
            node.used_at = self.clock;
        }
    }

    /// Undoes one [`retain`](Self::retain).
    pub(crate) fn release(&mut self, seq: Seq) {
        if let Some(node) = self.nodes.get_mut(&seq) {
            node.users = node.users.saturating_sub(1);
        }
    }

    /// Notes that a node is still of use.
    pub(crate) fn touch(&mut self, seq: Seq) {
        self.retain(seq);
        self.release(seq);
    }

    /// Takes a node back that came to nothing. Nothing may stand on it.
    pub(crate) fn forget(&mut self, seq: Seq) {
        if self.nodes.remove(&seq).is_some() {
            self.free.push(seq);
        }
    }

    /// True when a sequence is left for another node.
    pub(crate) fn has_free_seq(&self) -> bool {
        !self.free.is_empty()
    }

    /// Adds a node for `tokens`, of which all but `own` belong to `parent`. The caller must have
    /// left a free sequence; without one, nothing is kept.
    pub(crate) fn insert(
        &mut self,
        tokens: &[Token],
        parent: Option<Seq>,
        own: usize,
    ) -> Option<Seq> {
        let seq = self.free.pop()?;
        if let Some(parent) = parent {
            self.retain(parent);
        }
        self.clock += 1;
        let node = Node { tokens: tokens.to_vec(), parent, own, users: 0, used_at: self.clock };
        self.nodes.insert(seq, node);
        Some(seq)
    }

    /// Puts a new node for the first `len` tokens between a node and its parent, so that others
    /// can stand on exactly those. Returns it, or `None` when the parent already reaches so far
    /// or no sequence is left.
    pub(crate) fn split(&mut self, seq: Seq, len: usize) -> Option<Seq> {
        let node = self.nodes.get(&seq)?;
        let shared = node.tokens.len() - node.own;
        if len <= shared || len >= node.tokens.len() {
            return None;
        }
        let (tokens, parent, own) = (node.tokens[..len].to_vec(), node.parent, len - shared);
        let middle = self.insert(&tokens, parent, own)?;
        if let Some(parent) = parent {
            self.release(parent);
        }
        self.retain(middle);
        if let Some(node) = self.nodes.get_mut(&seq) {
            node.parent = Some(middle);
            node.own -= own;
        }
        Some(middle)
    }

    /// Drops the node that was used longest ago and that nothing stands on.
    pub(crate) fn evict(&mut self) -> Option<Seq> {
        let oldest = self.nodes.iter().filter(|(_, node)| node.users == 0);
        let seq = *oldest.min_by_key(|(_, node)| node.used_at)?.0;
        let node = self.nodes.remove(&seq)?;
        if let Some(parent) = node.parent {
            self.release(parent);
        }
        self.free.push(seq);
        Some(seq)
    }

    /// Positions that would be free if everything droppable were dropped.
    pub(crate) fn droppable_cells(&self) -> usize {
        let mut users: BTreeMap<Seq, usize> =
            self.nodes.iter().map(|(seq, node)| (*seq, node.users)).collect();
        let mut cells = 0;
        while let Some(seq) = users.iter().find(|(_, users)| **users == 0).map(|(seq, _)| *seq) {
            users.remove(&seq);
            let Some(node) = self.nodes.get(&seq) else {
                continue;
            };
            cells += node.own;
            if let Some(count) = node.parent.and_then(|parent| users.get_mut(&parent)) {
                *count = count.saturating_sub(1);
            }
        }
        cells
    }

    /// Positions of context memory that belong to kept beginnings.
    pub(crate) fn cells(&self) -> usize {
        self.nodes.values().map(|node| node.own).sum()
    }

    /// Kept beginnings.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(nodes: u16) -> PrefixTable {
        PrefixTable::new((10..10 + nodes).map(Seq))
    }

    #[test]
    fn the_longest_and_then_the_tightest_beginning_wins() {
        let mut table = table(4);
        let short = table.insert(&[1, 2, 3], None, 3).expect("room");
        let long = table.insert(&[1, 2, 3, 4, 5], Some(short), 2).expect("room");
        assert_eq!(table.best(&[1, 2, 3, 9]).map(|found| found.seq), Some(short));
        assert_eq!(table.best(&[1, 2, 3, 4, 9]).map(|found| found.seq), Some(long));
        assert_eq!(table.best(&[7]), None);
    }

    #[test]
    fn what_others_stand_on_is_not_dropped() {
        let mut table = table(4);
        let base = table.insert(&[1, 2], None, 2).expect("room");
        let leaf = table.insert(&[1, 2, 3], Some(base), 1).expect("room");
        assert_eq!(table.droppable_cells(), 3);
        table.retain(leaf);
        assert_eq!(table.droppable_cells(), 0);
        assert_eq!(table.evict(), None);
        table.release(leaf);
        assert_eq!(table.evict(), Some(leaf));
        assert_eq!(table.evict(), Some(base));
        assert_eq!(table.evict(), None);
        assert_eq!(table.cells(), 0);
    }

    #[test]
    fn a_split_moves_cost_without_changing_the_sum() {
        let mut table = table(4);
        let node = table.insert(&[1, 2, 3, 4], None, 4).expect("room");
        let middle = table.split(node, 2).expect("split");
        assert_eq!(table.cells(), 4);
        assert_eq!(table.best(&[1, 2, 9]).map(|found| found.seq), Some(middle));
        assert_eq!(table.evict(), Some(node));
        assert_eq!(table.cells(), 2);
    }

    #[test]
    fn a_split_where_the_parent_already_reaches_is_refused() {
        let mut table = table(4);
        let base = table.insert(&[1, 2], None, 2).expect("room");
        let leaf = table.insert(&[1, 2, 3], Some(base), 1).expect("room");
        assert_eq!(table.split(leaf, 2), None);
        assert_eq!(table.split(leaf, 3), None);
    }
}
