//! States of prompt beginnings outside context memory: some in memory, more on disk, both bounded,
//! those used longest ago out first.
//!
//! Only beginnings that were warmed are kept, so nothing a visitor wrote ever lands here. A state
//! that cannot be had for whatever reason (a damaged file, a full disk, another model) is a miss:
//! its tokens are evaluated instead. It must never fail a request or outgrow its bounds.

mod folder;
mod stamp;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use folder::Folder;
pub(crate) use stamp::stamp;

use crate::runtime::Runtime;
use crate::scheduler::{Offer, Seq, StateId, Stored, Token, common};
use crate::status::StoredStates;

/// The states of one model.
pub(crate) struct StateStore<S> {
    states: BTreeMap<StateId, Kept<S>>,
    memory_limit: u64,
    folder: Option<Folder>,
    /// Counts uses; the last use of each state is its age.
    clock: u64,
    loaded: u64,
}

struct Kept<S> {
    tokens: Vec<Token>,
    memory: Option<(S, u64)>,
    /// Bytes of its file, if it has one.
    file: Option<u64>,
    used_at: u64,
}

impl<S> StateStore<S> {
    /// A store that keeps so many bytes in memory, and what `folder` holds and may hold.
    pub(crate) fn new(memory_limit: u64, folder: Option<Folder>) -> Self {
        let mut store = Self { states: BTreeMap::new(), memory_limit, folder, clock: 0, loaded: 0 };
        let found = store.folder.as_mut().map(Folder::found).unwrap_or_default();
        for (tokens, bytes) in found {
            store.add(tokens, None, Some(bytes));
        }
        store.shrink_files();
        store
    }

    /// A store that keeps nothing.
    pub(crate) fn off() -> Self {
        Self::new(0, None)
    }

    /// Whether a state of exactly these tokens is kept. Counts as a use.
    pub(crate) fn holds(&mut self, tokens: &[Token]) -> bool {
        let found = self.states.iter().find(|(_, kept)| kept.tokens == tokens);
        let id = found.map(|(id, _)| *id);
        id.inspect(|id| self.touch(*id)).is_some()
    }

    /// Keeps the state of a sequence that holds these tokens.
    pub(crate) fn keep<R: Runtime<State = S>>(
        &mut self,
        runtime: &mut R,
        seq: Seq,
        tokens: &[Token],
    ) {
        if self.holds(tokens) {
            return;
        }
        let memory = (self.memory_limit > 0).then(|| runtime.save(seq)).flatten();
        let memory = memory.map(|state| {
            let bytes = R::state_bytes(&state);
            (state, bytes)
        });
        let write = |folder: &Folder| folder.write(tokens, |path| runtime.write(seq, tokens, path));
        let file = self.folder.as_ref().and_then(write);
        if memory.is_some() || file.is_some() {
            self.add(tokens.to_vec(), memory, file);
            self.shrink_memory();
            self.shrink_files();
        }
    }

    /// Puts a state into an empty sequence. False when it cannot be had any more; the sequence
    /// may then hold anything.
    pub(crate) fn load<R: Runtime<State = S>>(
        &mut self,
        runtime: &mut R,
        id: StateId,
        seq: Seq,
    ) -> bool {
        self.touch(id);
        let Some(kept) = self.states.get_mut(&id) else { return false };
        if kept.memory.as_ref().is_some_and(|(state, _)| runtime.load(state, seq)) {
            self.loaded += 1;
            return true;
        }
        kept.memory = None;
        let path = self.folder.as_ref().and_then(|folder| folder.verified(&kept.tokens));
        if kept.file.is_some() && path.is_some_and(|path| runtime.read(&path, seq, &kept.tokens)) {
            if self.memory_limit > 0 {
                let state = runtime.save(seq);
                kept.memory = state.map(|state| {
                    let bytes = R::state_bytes(&state);
                    (state, bytes)
                });
            }
            self.shrink_memory();
            self.loaded += 1;
            return true;
        }
        tracing::debug!("engine.state.miss");
        self.drop_file(id);
        self.states.remove(&id);
        false
    }

    /// How much is kept.
    pub(crate) fn numbers(&self) -> StoredStates {
        StoredStates {
            count: self.states.len(),
            memory_bytes: self.memory_bytes(),
            disk_bytes: self.file_bytes(),
            loaded: self.loaded,
        }
    }

    fn add(&mut self, tokens: Vec<Token>, memory: Option<(S, u64)>, file: Option<u64>) {
        self.clock += 1;
        let kept = Kept { tokens, memory, file, used_at: self.clock };
        self.states.insert(StateId(self.clock), kept);
    }

    fn touch(&mut self, id: StateId) {
        self.clock += 1;
        if let Some(kept) = self.states.get_mut(&id) {
            kept.used_at = self.clock;
            if let (Some(folder), Some(_)) = (&self.folder, kept.file) {
                folder.touch(&kept.tokens);
            }
        }
    }

    fn memory_bytes(&self) -> u64 {
        self.states.values().filter_map(|kept| kept.memory.as_ref()).map(|(_, bytes)| bytes).sum()
    }

    fn file_bytes(&self) -> u64 {
        let own: u64 = self.states.values().filter_map(|kept| kept.file).sum();
        own + self.folder.as_ref().map_or(0, Folder::foreign_bytes)
    }

    /// The state used longest ago of those that `there` finds something in.
    fn oldest(&self, there: impl Fn(&Kept<S>) -> bool) -> Option<StateId> {
        let states = self.states.iter().filter(|(_, kept)| there(kept));
        states.min_by_key(|(_, kept)| kept.used_at).map(|(id, _)| *id)
    }

    fn shrink_memory(&mut self) {
        while self.memory_bytes() > self.memory_limit {
            let Some(id) = self.oldest(|kept| kept.memory.is_some()) else { return };
            if let Some(kept) = self.states.get_mut(&id) {
                kept.memory = None;
                if kept.file.is_none() {
                    self.states.remove(&id);
                }
            }
        }
    }

    /// Files of other models and builds go first.
    fn shrink_files(&mut self) {
        let limit = self.folder.as_ref().map_or(0, Folder::limit);
        while self.file_bytes() > limit {
            if self.folder.as_mut().is_some_and(Folder::drop_foreign) {
                continue;
            }
            let Some(id) = self.oldest(|kept| kept.file.is_some()) else { return };
            self.drop_file(id);
            if self.states.get(&id).is_some_and(|kept| kept.memory.is_none()) {
                self.states.remove(&id);
            }
        }
    }

    fn drop_file(&mut self, id: StateId) {
        if let (Some(folder), Some(kept)) = (&self.folder, self.states.get_mut(&id)) {
            folder.remove(&kept.tokens);
            kept.file = None;
        }
    }
}

impl<S> Stored for StateStore<S> {
    fn best(&self, tokens: &[Token]) -> Option<Offer<'_>> {
        let offers = self.states.iter().map(|(id, kept)| Offer {
            state: *id,
            tokens: &kept.tokens,
            common: common(&kept.tokens, tokens),
        });
        // Among equals the one with least beyond.
        offers.max_by_key(|offer| (offer.common, std::cmp::Reverse(offer.tokens.len())))
    }
}
