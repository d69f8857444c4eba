//! What the worker lets others see, behind a short lock that is never held across anything slow.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::latest::Latest;
use crate::admission::Admission;
use crate::scheduler::{Plan, Scheduler};
use crate::{EngineState, EngineStatus, StoredStates, Totals};

/// Shared between the worker and its handles.
pub(crate) struct Shared {
    status: Mutex<EngineStatus>,
    first_words: Mutex<Latest>,
    door: Admission,
}

impl Shared {
    /// The state before loading.
    pub(crate) fn new(status: EngineStatus, door: Admission) -> Self {
        Self { status: Mutex::new(status), first_words: Mutex::default(), door }
    }

    /// The door all requests pass.
    pub(crate) fn door(&self) -> &Admission {
        &self.door
    }

    /// A copy of the status.
    pub(crate) fn status(&self) -> EngineStatus {
        let mut status = self.lock().clone();
        status.totals.refused = self.door.counts().1;
        status.expected_wait = self.door.expected_wait();
        status.first_word = self.first_words().latency();
        status
    }

    /// Changes the life state.
    pub(crate) fn set_state(&self, state: EngineState) {
        self.lock().state = state;
    }

    /// Notes how many threads evaluate.
    pub(crate) fn set_threads(&self, threads: usize) {
        self.lock().threads = threads;
    }

    /// Changes a count.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Totals)) {
        change(&mut self.lock().totals);
    }

    /// Takes note of how long a request stayed.
    pub(super) fn note_stay(&self, stay: Duration) {
        self.door.note_stay(stay);
    }

    /// Takes note of how long a reply took to its first word.
    pub(super) fn note_first_word(&self, took: Duration) {
        self.first_words().note(took);
    }

    fn first_words(&self) -> MutexGuard<'_, Latest> {
        self.first_words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of one step that wrote so many tokens.
    pub(super) fn note_step(&self, plan: &Plan, took: Duration, written: usize) {
        let mut status = self.lock();
        status.totals.steps += 1;
        let cached: usize = plan.started.iter().map(|(_, cached)| cached).sum();
        status.totals.cached_tokens += cached as u64;
        status.totals.drafted_tokens += plan.drafted as u64;
        // Speed is that of steps in which everybody writes; prompts would distort it.
        let is_writing = !plan.outputs.is_empty() && plan.outputs.len() == plan.rows.len();
        if is_writing && written > 0 && !took.is_zero() {
            let writers = plan.rows.len() - plan.drafted;
            status.totals.accepted_tokens += written.saturating_sub(writers) as u64;
            let speed = written as f32 / took.as_secs_f32();
            let old = status.tokens_per_second;
            let share = if old > 0.0 { 0.1 } else { 1.0 };
            status.tokens_per_second = old + share * (speed - old);
        }
    }

    /// Takes note of the scheduler's state.
    pub(super) fn publish(&self, scheduler: &Scheduler, stored: StoredStates) {
        let mut status = self.lock();
        status.running = scheduler.running_len();
        status.waiting = scheduler.waiting_len();
        status.prefixes = scheduler.prefixes_len();
        status.stored = stored;
        status.context_used = scheduler.cells_used();
    }

    /// A panic elsewhere leaves plain numbers, which are still readable.
    fn lock(&self) -> MutexGuard<'_, EngineStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
