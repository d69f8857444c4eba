//! Giving slots to waiting jobs: which state a job can stand on, whether it is worth waiting for
//! one that is being computed, and making room for it.

use super::plan::{JobId, JobSpec, KvOp, Seq, Token};
use super::prefix::common;
use super::{Draft, LEAST_SHARED, Running, Scheduler};

/// Where a new job's first tokens come from.
enum Source {
    /// Nowhere: it evaluates everything.
    Nothing,
    /// A kept beginning, this many tokens of it.
    Kept(Seq, usize),
    /// A running job's prompt, this many tokens of it; it becomes a kept beginning.
    Job(usize, usize),
    /// A running job is about to compute a longer common beginning: better wait for it.
    Soon,
}

/// The tokens of a job that need not be evaluated again when their state is there: those before
/// the first whose logits are wanted, and in any case not the last.
pub(super) fn shareable(spec: &JobSpec) -> &[Token] {
    let last = spec.prompt.len().saturating_sub(1);
    &spec.prompt[..spec.wanted.first().map_or(last, |first| last.min(*first))]
}

impl Scheduler {
    /// Starts waiting jobs in the order of their turns. A job that waits for another's beginning
    /// lets those behind it pass; one that waits for memory does not, or it would wait for ever.
    pub(super) fn start_waiting(&mut self) -> Vec<(JobId, usize)> {
        let mut started = Vec::new();
        let mut turn = 0;
        while !self.slots.is_empty() {
            let Some(spec) = self.queue.get(turn) else {
                break;
            };
            if spec.background && !self.running.is_empty() {
                break;
            }
            let source = self.source(spec);
            let cells = spec.prompt.len() + spec.max_new;
            if matches!(source, Source::Soon) {
                turn += 1;
                continue;
            }
            let (base, shared) = self.stand_on(&source);
            let Some((base, shared)) = self.make_room(cells, base, shared) else {
                break;
            };
            let spec = self.queue.take(turn);
            self.tried.remove(&spec.id);
            started.push((spec.id, shared));
            self.start(spec, base, shared);
        }
        started
    }

    /// The best beginning for a job.
    fn source(&self, spec: &JobSpec) -> Source {
        let tokens = shareable(spec);
        if self.limits.prefixes == 0 {
            return Source::Nothing;
        }
        let kept = self.prefixes.best(tokens);
        let kept_common = kept.map_or(0, |found| found.common);
        let mut best = match kept {
            Some(found) if found.common >= LEAST_SHARED => Source::Kept(found.seq, found.common),
            Some(_) | None => Source::Nothing,
        };
        let (mut now, mut soon) = (kept_common, kept_common);
        for (index, job) in self.running.iter().enumerate() {
            let alike = common(&job.spec.prompt, tokens);
            let there = alike.min(job.evaluated);
            if there >= now + LEAST_SHARED {
                now = there;
                best = Source::Job(index, there);
            }
            soon = soon.max(alike);
        }
        if soon >= now + LEAST_SHARED { Source::Soon } else { best }
    }

    /// Turns a source into a kept beginning that is held for the new job.
    fn stand_on(&mut self, source: &Source) -> (Option<Seq>, usize) {
        let (base, shared) = match *source {
            Source::Nothing | Source::Soon => (None, 0),
            Source::Kept(seq, shared) => (Some(self.tighten(seq, shared)), shared),
            Source::Job(index, shared) => (self.keep_from_job(index, shared), shared),
        };
        match base {
            Some(seq) => {
                self.prefixes.retain(seq);
                (base, shared)
            }
            None => (None, 0),
        }
    }

    /// Cuts a kept beginning where others part from it, when enough lies beyond to be worth
    /// dropping separately.
    fn tighten(&mut self, seq: Seq, shared: usize) -> Seq {
        self.prefixes.retain(seq);
        let room = self.prefixes.has_free_seq() || self.evict_prefix();
        self.prefixes.release(seq);
        let beyond = self.prefixes.len_of(seq).saturating_sub(shared);
        if !room || beyond < LEAST_SHARED {
            return seq;
        }
        match self.prefixes.split(seq, shared) {
            Some(middle) => {
                self.ops.push(KvOp::Copy { from: seq, to: middle, len: shared });
                middle
            }
            None => seq,
        }
    }

    /// Keeps the first `len` tokens of a running job as a beginning of their own, and lets the
    /// job stand on it. `None` when nothing is kept.
    pub(super) fn keep_from_job(&mut self, index: usize, len: usize) -> Option<Seq> {
        if self.limits.prefixes == 0 {
            return None;
        }
        let job = &self.running[index];
        if len <= job.shared + LEAST_SHARED / 2 {
            return job.base;
        }
        let found = self.prefixes.best(&job.spec.prompt[..len]);
        if let Some(found) = found.filter(|found| found.common == len) {
            // Somebody kept it meanwhile; remember that it was useful.
            self.prefixes.touch(found.seq);
            return Some(found.seq);
        }
        if !self.prefixes.has_free_seq() && !self.evict_prefix() {
            return None;
        }
        let job = &mut self.running[index];
        let own = len - job.shared;
        let seq = self.prefixes.insert(&job.spec.prompt[..len], job.base, own)?;
        self.ops.push(KvOp::Copy { from: job.seq, to: seq, len });
        self.prefixes.retain(seq);
        if let Some(old) = job.base.replace(seq) {
            self.prefixes.release(old);
        }
        job.own -= own;
        job.shared = len;
        Some(seq)
    }

    /// A job is about to leave: keeps what those who wait have in common with it, so that they
    /// did not wait for nothing.
    pub(super) fn keep_for_waiting(&mut self, index: usize) {
        let job = &self.running[index];
        let alike = |spec: &JobSpec| common(&job.spec.prompt, shareable(spec)).min(job.evaluated);
        let wished = self.queue.iter().map(alike).max().unwrap_or(0);
        if wished >= job.shared + LEAST_SHARED {
            self.keep_from_job(index, wished);
        }
    }

    /// Drops kept beginnings until `cells` more positions, less the shared ones, can be reserved.
    /// A beginning that stands in the way of the only job left is given up. `None` (and nothing
    /// held) when running jobs must end first.
    fn make_room(
        &mut self,
        cells: usize,
        base: Option<Seq>,
        shared: usize,
    ) -> Option<(Option<Seq>, usize)> {
        if self.evict_until(cells - shared) {
            return Some((base, shared));
        }
        if let Some(seq) = base {
            self.prefixes.release(seq);
            if self.evict_until(cells) {
                return Some((None, 0));
            }
        }
        None
    }

    /// Evicts as far as needed, or not at all when that would not be enough.
    pub(super) fn evict_until(&mut self, cells: usize) -> bool {
        if self.cells_used() + cells > self.limits.cells + self.prefixes.droppable_cells() {
            return false;
        }
        while self.cells_used() + cells > self.limits.cells {
            if !self.evict_prefix() {
                return false;
            }
        }
        true
    }

    pub(super) fn evict_prefix(&mut self) -> bool {
        match self.prefixes.evict() {
            Some(seq) => {
                self.ops.push(KvOp::Free { seq });
                true
            }
            None => false,
        }
    }

    /// Gives a slot to a job whose room is made and whose base is held.
    fn start(&mut self, spec: JobSpec, base: Option<Seq>, shared: usize) {
        let Some(seq) = self.slots.pop() else { return };
        if let Some(from) = base {
            self.ops.push(KvOp::Copy { from, to: seq, len: shared });
        }
        let own = spec.prompt.len() + spec.max_new - shared;
        self.running.push(Running {
            spec,
            seq,
            base,
            shared,
            own,
            evaluated: shared,
            next: None,
            draft: Draft::default(),
            turn: 0,
            kept: 0,
        });
    }
}
