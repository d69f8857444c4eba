//! Beginnings that lie outside context memory, and work ahead of time.
//!
//! A stored state is loaded into a sequence of its own and from then on is a kept beginning like
//! any other: waiting jobs stand on it, and it is dropped when the room is needed.

use super::plan::{Load, Offer, Seq, Stored};
use super::prefix::common;
use super::start::shareable;
use super::{KvOp, LEAST_SHARED, Scheduler};

impl Scheduler {
    /// Loads for the jobs that get the free slots next, where a stored state holds more of their
    /// prompt than context memory does. One try for each job: a state that cannot be loaded is
    /// evaluated, and memory that is fought over is not loaded into again and again.
    pub(super) fn plan_loads(&mut self, stored: &dyn Stored) -> Vec<Load> {
        let mut loads = Vec::new();
        if self.limits.prefixes == 0 {
            return loads;
        }
        for turn in 0..self.slots.len() {
            let Some(spec) = self.queue.get(turn) else { break };
            if spec.background && (turn > 0 || !self.running.is_empty()) {
                break;
            }
            let (id, tokens) = (spec.id, shareable(spec));
            if self.tried.contains(&id) {
                continue;
            }
            let kept = self.prefixes.best(tokens);
            let running = self.running.iter();
            let computed = running.map(|job| common(&job.spec.prompt, tokens).min(job.evaluated));
            let there = computed.chain(kept.map(|found| found.common)).max().unwrap_or(0);
            let offer = stored.best(tokens).filter(|offer| offer.common >= there + LEAST_SHARED);
            match offer {
                Some(offer) => {
                    self.tried.insert(id);
                    loads.extend(self.place_for(offer));
                }
                // The room for the loads should not come from what these jobs stand on.
                None => kept.into_iter().for_each(|found| self.prefixes.touch(found.seq)),
            }
        }
        loads
    }

    /// An empty sequence and room for a state; held until [`loaded`](Self::loaded).
    fn place_for(&mut self, offer: Offer<'_>) -> Option<Load> {
        let cells = offer.tokens.len();
        if !self.evict_until(cells) || !(self.prefixes.has_free_seq() || self.evict_prefix()) {
            return None;
        }
        let seq = self.prefixes.insert(offer.tokens, None, cells)?;
        self.prefixes.retain(seq);
        Some(Load { state: offer.state, seq })
    }

    /// Hears how a planned load went. One that failed leaves nothing behind.
    pub(crate) fn loaded(&mut self, seq: Seq, well: bool) {
        self.prefixes.release(seq);
        if !well {
            self.prefixes.forget(seq);
            self.ops.push(KvOp::Free { seq });
        }
    }

    /// Work ahead of time gives its slot back as soon as anybody waits. What it has evaluated is
    /// kept as long as nobody needs the memory, and it goes on from there later.
    pub(super) fn set_background_aside(&mut self) {
        if !self.queue.has_foreground() {
            return;
        }
        if let Some(index) = self.running.iter().position(|job| job.spec.background) {
            let job = &self.running[index];
            let evaluated = job.evaluated.min(job.spec.prompt.len());
            self.keep_from_job(index, evaluated);
            let spec = self.vacate(index);
            self.queue.push(spec);
        }
    }
}
