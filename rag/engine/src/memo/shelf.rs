//! A bounded shelf; what was used longest ago goes first.

use std::collections::HashMap;
use std::hash::Hash;

/// The shelf.
#[derive(Debug)]
pub(super) struct Shelf<K, V> {
    most: usize,
    held: HashMap<K, (V, u64)>,
    clock: u64,
    hits: u64,
    misses: u64,
}

impl<K: Eq + Hash + Copy, V: Clone> Shelf<K, V> {
    /// An empty shelf for so many things.
    pub(super) fn new(most: usize) -> Self {
        Self { most, held: HashMap::new(), clock: 0, hits: 0, misses: 0 }
    }

    /// What lies there under this key.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        self.clock += 1;
        match self.held.get_mut(key) {
            Some((value, used)) => {
                self.hits += 1;
                *used = self.clock;
                Some(value.clone())
            }
            None => {
                self.misses += 1;
                None
            }
        }
    }

    /// Puts something there.
    pub(super) fn put(&mut self, key: K, value: V) {
        if self.most == 0 {
            return;
        }
        self.clock += 1;
        self.held.insert(key, (value, self.clock));
        while self.held.len() > self.most {
            let oldest = self.held.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                self.held.remove(&oldest);
            }
        }
    }

    /// Things there.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    /// Times something was found.
    pub(super) fn hits(&self) -> u64 {
        self.hits
    }

    /// Times nothing was.
    pub(super) fn misses(&self) -> u64 {
        self.misses
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn it_holds_so_much_and_what_was_used_longest_ago_goes() {
        let mut shelf = Shelf::new(2);
        shelf.put(1, "a");
        shelf.put(2, "b");
        assert_eq!(shelf.get(&1), Some("a"));
        shelf.put(3, "c");
        assert_eq!((shelf.get(&1), shelf.get(&2), shelf.get(&3)), (Some("a"), None, Some("c")));
        assert_eq!((shelf.len(), shelf.hits(), shelf.misses()), (2, 3, 1));
        let mut nothing = Shelf::new(0);
        nothing.put(1, "a");
        assert_eq!(nothing.get(&1), None);
    }
}
