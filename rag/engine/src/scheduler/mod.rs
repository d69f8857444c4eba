//! Decides what one evaluation step does. Pure: no model, no clock, no threads.
//!
//! Jobs enter with [`Scheduler::submit`]; [`Scheduler::plan`] gives the next step; after it has
//! been evaluated, [`Scheduler::commit`] records it, [`Scheduler::push`] continues a job with the
//! token sampled for it and [`Scheduler::remove`] ends it. There are no phases: every step
//! first carries the jobs that are writing, and fills what is left of its budget with
//! pieces of prompts, shared evenly. A job that writes may bring a guess at its next tokens, which
//! is verified along where that pays; [`Scheduler::rewind`] takes back what did not come true. Beginnings may also lie outside context memory; [`Scheduler::plan`]
//! is told of them, plans their loading, and hears through [`Scheduler::loaded`] how it went. Work
//! ahead of time runs in narrow steps while nobody else is there, and gives its slot back at once.
//!
//! It must never plan more rows than the budget, reserve more context memory than there is, hand
//! out logits nobody asked for, or leave a job waiting for ever.

mod costs;
mod fair;
mod load;
mod plan;
mod prefix;
mod start;
mod write;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod world;

pub(crate) use costs::Costs;
pub(crate) use plan::{
    JobId, JobSpec, KvOp, Offer, Output, Plan, Row, Seq, StateId, Stored, Token,
};
pub(crate) use prefix::common;
pub(crate) use write::Draft;

use std::collections::BTreeSet;

use fair::FairQueue;
use prefix::PrefixTable;

/// What the scheduler may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Jobs evaluated at the same time.
    pub(crate) slots: u16,
    /// Kept beginnings; zero switches sharing off.
    pub(crate) prefixes: u16,
    /// Positions of context memory.
    pub(crate) cells: usize,
    /// Most rows of a step while no job writes.
    pub(crate) step: usize,
    /// Most rows of a step while a job writes; at least twice the slots.
    pub(crate) busy_step: usize,
}

/// Beginnings shorter than this are not worth a copy.
const LEAST_SHARED: usize = 8;

/// Most rows of a step of work ahead of time: a visitor who comes meanwhile waits for one such
/// step. Sixteen is also the width that costs least per token.
const BACKGROUND_STEP: usize = 16;

/// The scheduler's state.
#[derive(Debug)]
pub(crate) struct Scheduler {
    limits: Limits,
    queue: FairQueue,
    running: Vec<Running>,
    slots: Vec<Seq>,
    prefixes: PrefixTable,
    ops: Vec<KvOp>,
    costs: Costs,
    /// Counts steps; tells who of the writers has waited longest.
    turn: u64,
    /// Waiting jobs for which a stored state has been loaded, or could not be.
    tried: BTreeSet<JobId>,
}

#[derive(Debug)]
struct Running {
    spec: JobSpec,
    seq: Seq,
    /// The kept beginning this job stands on, and how much of it.
    base: Option<Seq>,
    shared: usize,
    /// Positions reserved for this job alone.
    own: usize,
    /// Positions that hold a state.
    evaluated: usize,
    /// A sampled token that is not evaluated yet.
    next: Option<Token>,
    /// What may follow it.
    draft: Draft,
    /// The step that last carried a row of its reply.
    turn: u64,
    /// How many of `spec.keep` are dealt with.
    kept: usize,
}

impl Running {
    fn prompt_left(&self) -> usize {
        self.spec.prompt.len().saturating_sub(self.evaluated)
    }
}

impl Scheduler {
    /// A scheduler without jobs.
    pub(crate) fn new(limits: Limits) -> Self {
        let last = limits.slots + limits.prefixes;
        Self {
            limits,
            queue: FairQueue::default(),
            running: Vec::new(),
            slots: (0..limits.slots).rev().map(Seq).collect(),
            prefixes: PrefixTable::new((limits.slots..last).map(Seq)),
            ops: Vec::new(),
            costs: Costs::default(),
            turn: 0,
            tried: BTreeSet::new(),
        }
    }

    /// What steps cost on this machine, once that is known.
    pub(crate) fn set_costs(&mut self, costs: Costs) {
        self.costs = costs;
    }

    /// Queues a job. The caller has checked that prompt and reply fit the context memory.
    pub(crate) fn submit(&mut self, spec: JobSpec) {
        debug_assert!(spec.prompt.len() + spec.max_new <= self.limits.cells);
        debug_assert!(!spec.prompt.is_empty());
        self.queue.push(spec);
    }

    /// The next step, given what is kept outside context memory. Without jobs it has no rows.
    pub(crate) fn plan(&mut self, stored: &dyn Stored) -> Plan {
        self.set_background_aside();
        let loads = self.plan_loads(stored);
        if !loads.is_empty() {
            return Plan { ops: std::mem::take(&mut self.ops), loads, ..Plan::default() };
        }
        let started = self.start_waiting();
        let mut plan = Plan { ops: std::mem::take(&mut self.ops), started, ..Plan::default() };
        self.plan_writers(&mut plan);
        self.plan_prompts(&mut plan);
        plan
    }

    /// Pieces of prompts in what the writers left: an even share each, the rest to the first.
    fn plan_prompts(&self, plan: &mut Plan) {
        let mut budget =
            if plan.rows.is_empty() { self.limits.step } else { self.limits.busy_step };
        if self.running.iter().all(|job| job.spec.background) {
            budget = budget.min(BACKGROUND_STEP);
        }
        let mut left = budget.saturating_sub(plan.rows.len());
        let mut lengths: Vec<(usize, usize)> = Vec::new();
        let waiting = self.running.iter().filter(|job| job.prompt_left() > 0).count();
        let share = left / waiting.max(1);
        for (index, job) in self.running.iter().enumerate() {
            let length = job.prompt_left().min(share);
            if job.prompt_left() > 0 {
                lengths.push((index, length));
                left -= length;
            }
        }
        for (index, length) in lengths {
            let job = &self.running[index];
            let extra = left.min(job.prompt_left() - length);
            left -= extra;
            Self::plan_piece(plan, job, length + extra);
        }
    }

    fn plan_piece(plan: &mut Plan, job: &Running, length: usize) {
        for pos in job.evaluated..job.evaluated + length {
            let logits = job.spec.wanted.binary_search(&pos).is_ok();
            if logits {
                plan.outputs.push(Output { row: plan.rows.len(), job: job.spec.id, at: pos });
            }
            plan.rows.push(Row { token: job.spec.prompt[pos], pos, seq: job.seq, logits });
        }
    }

    /// Records that a step's rows have been evaluated, and keeps the beginnings that are now
    /// complete. Returns the jobs whose prompt ended with this step.
    pub(crate) fn commit(&mut self, plan: &Plan) -> Vec<JobId> {
        let mut complete = Vec::new();
        for row in &plan.rows {
            let Some(job) = self.running.iter_mut().find(|job| job.seq == row.seq) else {
                continue;
            };
            let in_prompt = job.prompt_left() > 0;
            job.evaluated = row.pos + 1;
            job.next = None;
            job.draft = Draft::default();
            if in_prompt && job.prompt_left() == 0 {
                complete.push(job.spec.id);
            }
        }
        for index in 0..self.running.len() {
            self.keep_beginnings(index);
        }
        complete
    }

    fn keep_beginnings(&mut self, index: usize) {
        loop {
            let job = &mut self.running[index];
            match job.spec.keep.get(job.kept) {
                Some(&len) if len <= job.evaluated => {
                    job.kept += 1;
                    self.keep_from_job(index, len);
                }
                Some(_) | None => return,
            }
        }
    }

    /// Ends a job, running or waiting; its slot is free for the next step. Unknown jobs are
    /// ignored, so that ending twice is harmless.
    pub(crate) fn remove(&mut self, id: JobId) {
        if self.queue.remove(id) {
            self.tried.remove(&id);
            return;
        }
        if let Some(index) = self.running.iter().position(|job| job.spec.id == id) {
            self.keep_for_waiting(index);
            self.vacate(index);
        }
    }

    /// Takes a running job out of its slot.
    fn vacate(&mut self, index: usize) -> JobSpec {
        let job = self.running.remove(index);
        self.ops.push(KvOp::Free { seq: job.seq });
        self.slots.push(job.seq);
        if let Some(base) = job.base {
            self.prefixes.release(base);
        }
        job.spec
    }

    /// The sequence of a running job, and the tokens whose states it holds.
    pub(crate) fn evaluated(&self, id: JobId) -> Option<(Seq, &[Token])> {
        let job = self.running.iter().find(|job| job.spec.id == id)?;
        Some((job.seq, &job.spec.prompt[..job.evaluated.min(job.spec.prompt.len())]))
    }

    /// Drops every kept beginning nobody stands on; for when context memory ran out after all.
    /// False when there was none.
    pub(crate) fn shed_prefixes(&mut self) -> bool {
        let before = self.prefixes.len();
        while self.evict_prefix() {}
        self.prefixes.len() < before
    }

    /// Context memory is empty: so are the kept beginnings. Only while nothing runs.
    pub(crate) fn forget_all(&mut self) {
        debug_assert!(self.running.is_empty());
        self.shed_prefixes();
        self.ops.clear();
    }

    /// The job that got its slot last.
    pub(crate) fn newest(&self) -> Option<JobId> {
        self.running.last().map(|job| job.spec.id)
    }

    /// Waiting jobs in the order of their turns.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = JobId> {
        self.queue.iter().map(|spec| spec.id)
    }

    /// True when there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.running.is_empty() && self.queue.len() == 0
    }

    /// Jobs with a slot.
    pub(crate) fn running_len(&self) -> usize {
        self.running.len()
    }

    /// Jobs without one.
    pub(crate) fn waiting_len(&self) -> usize {
        self.queue.len()
    }

    /// Kept beginnings.
    pub(crate) fn prefixes_len(&self) -> usize {
        self.prefixes.len()
    }

    /// Positions of context memory in use or reserved.
    pub(crate) fn cells_used(&self) -> usize {
        self.prefixes.cells() + self.running.iter().map(|job| job.own).sum::<usize>()
    }
}
