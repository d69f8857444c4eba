//! The one thread that evaluates: takes commands, plans a step, evaluates it, gives out what came
//! of it, again.
//!
//! Commands come through a bounded channel and results leave through channels that hold a whole
//! reply, so nobody outside can make it wait. Between steps it looks who has left and whose time
//! is up. It never restarts anything and logs numbers only.

mod draft;
mod hand_out;
mod job;
mod latest;
mod reply;
mod status;

#[cfg(test)]
mod guess_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

pub(crate) use job::{Reply, ScoreTask, Task, TaskKind, WarmTask};
pub(crate) use status::Shared;

use crate::pace::Pace;
use crate::runtime::{Lexicon, Runtime, StepError};
use crate::scheduler::{Costs, JobId, Limits, Plan, Scheduler};
use crate::states::StateStore;
use crate::{EngineError, Unavailable};

use job::Live;

/// What the handle asks of the worker.
pub(crate) enum Command {
    /// Work on this.
    Begin(Box<Task>),
    /// Give up everything and end.
    Stop,
}

/// Why the worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was asked to, or nobody is left to ask.
    Stopped,
    /// Evaluation failed.
    Broken(i32),
}

/// The worker's state.
pub(crate) struct Worker<R: Runtime> {
    runtime: R,
    lexicon: Arc<dyn Lexicon>,
    scheduler: Scheduler,
    states: StateStore<R::State>,
    tasks: BTreeMap<u64, Live>,
    /// Which task a job belongs to, and which of its parts it is.
    jobs: BTreeMap<JobId, (u64, usize)>,
    next_id: u64,
    /// Whether guesses at the next tokens are made.
    guesses: bool,
    pace: Option<Pace>,
    shared: Arc<Shared>,
}

impl<R: Runtime> Worker<R> {
    /// A worker without tasks.
    pub(crate) fn new(
        runtime: R,
        lexicon: Arc<dyn Lexicon>,
        limits: Limits,
        states: StateStore<R::State>,
        shared: Arc<Shared>,
    ) -> Self {
        let worker = Self {
            runtime,
            lexicon,
            scheduler: Scheduler::new(limits),
            states,
            tasks: BTreeMap::new(),
            jobs: BTreeMap::new(),
            next_id: 0,
            guesses: false,
            pace: None,
            shared,
        };
        worker.publish();
        worker
    }

    /// The same worker, making guesses at the next tokens of replies. Not for models whose state
    /// cannot be taken back.
    pub(crate) fn guessing(mut self) -> Self {
        self.guesses = true;
        self
    }

    /// The same worker, knowing what steps cost here.
    pub(crate) fn with_costs(mut self, costs: Costs) -> Self {
        self.scheduler.set_costs(costs);
        self
    }

    /// The same worker, trying other numbers of threads when steps stay slow.
    pub(crate) fn watching(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Works until told to stop. Every task still there is told so.
    pub(crate) fn run(mut self, commands: &mut mpsc::Receiver<Command>) -> Ended {
        let ended = loop {
            if !self.take_commands(commands) {
                break Ended::Stopped;
            }
            self.sweep(Instant::now());
            if self.scheduler.is_idle() {
                self.publish();
                continue;
            }
            let mut done = self.step();
            if self.scheduler.is_idle() && commands.is_empty() {
                done = done.and_then(|()| self.retune(Instant::now()));
            }
            if let Err(code) = done {
                break Ended::Broken(code);
            }
        };
        let error = match ended {
            Ended::Stopped => EngineError::Cancelled,
            Ended::Broken(code) => {
                EngineError::Unavailable { reason: Unavailable::Evaluation { code } }
            }
        };
        for live in std::mem::take(&mut self.tasks).into_values() {
            live.fail(error.clone());
        }
        ended
    }

    /// Takes all commands there are; waits for one when there is nothing else to do.
    fn take_commands(&mut self, commands: &mut mpsc::Receiver<Command>) -> bool {
        if self.scheduler.is_idle() {
            match commands.blocking_recv() {
                Some(Command::Begin(task)) => self.begin(*task),
                Some(Command::Stop) | None => return false,
            }
        }
        loop {
            match commands.try_recv() {
                Ok(Command::Begin(task)) => self.begin(*task),
                Ok(Command::Stop) | Err(mpsc::error::TryRecvError::Disconnected) => return false,
                Err(mpsc::error::TryRecvError::Empty) => return true,
            }
        }
    }

    fn begin(&mut self, task: Task) {
        if let TaskKind::Warm(warm) = &task.kind
            && self.states.holds(&warm.prompt.tokens)
        {
            self.shared.count(|totals| totals.completed += 1);
            return Live::new(task, 0).0.finish(Instant::now(), &self.shared);
        }
        let id = self.next_id;
        let (live, specs) = Live::new(task, id);
        for (part, mut spec) in specs.into_iter().enumerate() {
            spec.id = JobId(self.next_id);
            self.next_id += 1;
            self.jobs.insert(spec.id, (id, part));
            self.scheduler.submit(spec);
        }
        self.tasks.insert(id, live);
    }

    /// Ends tasks nobody waits for and those whose time is up.
    fn sweep(&mut self, now: Instant) {
        let gone: Vec<u64> = self
            .tasks
            .iter()
            .filter(|(_, live)| live.is_cancelled() || live.is_late(now))
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            if let Some(live) = self.retire(id) {
                self.shared.count(|totals| {
                    if live.is_cancelled() {
                        totals.cancelled += 1;
                    } else {
                        totals.late += 1;
                    }
                });
                live.time_is_up(now);
            }
        }
        let mut before = BTreeSet::new();
        for job in self.scheduler.waiting() {
            let Some((task, _)) = self.jobs.get(&job) else {
                continue;
            };
            before.insert(*task);
            if let Some(live) = self.tasks.get(task) {
                live.set_place(before.len());
            }
        }
    }

    /// Takes a task and its jobs out; their slots are free for the next step.
    fn retire(&mut self, id: u64) -> Option<Live> {
        let jobs: Vec<JobId> =
            self.jobs.iter().filter(|(_, (task, _))| *task == id).map(|(job, _)| *job).collect();
        for job in jobs {
            self.jobs.remove(&job);
            self.scheduler.remove(job);
        }
        self.tasks.remove(&id)
    }

    fn step(&mut self) -> Result<(), i32> {
        let plan = self.scheduler.plan(&self.states);
        let now = Instant::now();
        for (job, cached) in &plan.started {
            let Some((task, part)) = self.jobs.get(job) else {
                continue;
            };
            if let Some(live) = self.tasks.get_mut(task) {
                live.started(*part, *cached, now);
            }
        }
        match self.runtime.step(&plan) {
            Ok(()) => {
                self.load(&plan);
                let took = now.elapsed();
                let written = self.hand_out(&plan);
                if let Some(pace) = self.pace.as_mut().filter(|_| written > 0) {
                    pace.note(plan.rows.len(), took);
                }
                self.shared.note_step(&plan, took, written);
            }
            Err(StepError::Full) => self.make_room(),
            Err(StepError::Broken(code)) => return Err(code),
        }
        self.publish();
        Ok(())
    }

    /// Tries other numbers of threads when steps have been slow and nobody asks.
    fn retune(&mut self, now: Instant) -> Result<(), i32> {
        let Some(pace) = self.pace.as_mut().filter(|pace| pace.wants_trial(now)) else {
            return Ok(());
        };
        match self.runtime.retune() {
            Ok(retuned) => {
                pace.tried(retuned.is_reduced, now);
                if retuned.is_empty {
                    self.scheduler.forget_all();
                }
                self.shared.set_threads(retuned.threads);
                tracing::info!(threads = retuned.threads, "engine.retuned");
                Ok(())
            }
            Err(StepError::Full) => Err(0),
            Err(StepError::Broken(code)) => Err(code),
        }
    }

    fn load(&mut self, plan: &Plan) {
        for load in &plan.loads {
            let well = self.states.load(&mut self.runtime, load.state, load.seq);
            self.scheduler.loaded(load.seq, well);
        }
    }

    /// The plan's reservations make this unreachable; if llama.cpp sees it otherwise, kept
    /// beginnings go first and then the newest task.
    fn make_room(&mut self) {
        tracing::warn!(running = self.scheduler.running_len(), "engine.context.full");
        if self.scheduler.shed_prefixes() {
            return;
        }
        let newest = self.scheduler.newest().and_then(|job| self.jobs.get(&job)).copied();
        if let Some(live) = newest.and_then(|(task, _)| self.retire(task)) {
            let retry_after = std::time::Duration::from_secs(5);
            live.fail(EngineError::Busy { position: 1, retry_after });
        }
    }

    fn publish(&self) {
        self.shared.publish(&self.scheduler, self.states.numbers());
    }
}
