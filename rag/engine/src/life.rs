//! The life of the worker's thread: loading, ready, dead. Every end is visible with its reason,
//! and nothing is restarted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::{mpsc, watch};

use crate::config::{EngineParams, Threads};
use crate::llama::{self, LoadedModel};
use crate::pace::Pace;
use crate::runtime::Lexicon;
use crate::scheduler::Limits;
use crate::states::{self, Folder, StateStore};
use crate::worker::{Command, Ended, Shared, Worker};
use crate::{EngineState, MachineReport, StartError, Unavailable, probe, trial};

/// The worker thread's side of the life state.
pub(crate) struct Life {
    pub(crate) shared: Arc<Shared>,
    pub(crate) state: watch::Sender<EngineState>,
}

impl Life {
    fn set(&self, state: EngineState) {
        self.shared.set_state(state.clone());
        self.state.send_replace(state);
    }

    pub(crate) fn die(&self, reason: Unavailable) {
        tracing::error!(%reason, "engine.dead");
        self.set(EngineState::Dead { reason });
    }
}

/// Starts the worker's thread.
pub(crate) fn spawn(
    life: Life,
    params: EngineParams,
    report: MachineReport,
    lexicon: Arc<OnceLock<LoadedModel>>,
    mut inbox: mpsc::Receiver<Command>,
) {
    let life = Arc::new(life);
    let of_thread = Arc::clone(&life);
    let body = move || {
        guard(&of_thread, || live(&of_thread, &params, &report, &lexicon, &mut inbox));
    };
    if std::thread::Builder::new().name("comptoir-engine".into()).spawn(body).is_err() {
        life.die(StartError::Thread.into());
    }
}

/// Lives a life to its end and says how it ended. A panic is caught here and nowhere else.
fn guard(life: &Life, live: impl FnOnce() -> Result<Ended, StartError>) {
    match catch_unwind(AssertUnwindSafe(live)) {
        Ok(Ok(Ended::Stopped)) => life.set(EngineState::Dead { reason: Unavailable::Stopped }),
        Ok(Ok(Ended::Broken(code))) => life.die(Unavailable::Evaluation { code }),
        Ok(Err(error)) => life.die(error.into()),
        Err(_) => life.die(Unavailable::Panicked),
    }
}

/// The worker thread from loading to its end.
fn live(
    life: &Arc<Life>,
    params: &EngineParams,
    report: &MachineReport,
    lexicon: &OnceLock<LoadedModel>,
    inbox: &mut mpsc::Receiver<Command>,
) -> Result<Ended, StartError> {
    let start = Instant::now();
    let watched = Arc::clone(life);
    let model = llama::load(&params.model, &report.model, move |progress| {
        watched.set(EngineState::Loading { progress });
        true
    })?;
    let tuning = trial::tuning(&model, params)?;
    let mut params = params.clone();
    params.step_tokens = tuning.rows(params.step_tokens).max(params.busy_step_tokens);
    let can_share = model.can_share_prefixes();
    if !can_share {
        params.prefixes = 0;
    }
    let runtime = model.runtime(&params, tuning.threads)?;
    let limits = Limits {
        slots: params.slots,
        prefixes: params.prefixes,
        cells: params.context as usize,
        step: usize::from(params.step_tokens),
        busy_step: usize::from(params.busy_step_tokens),
    };
    let words: Arc<dyn Lexicon> = Arc::new(model.clone());
    let states = open_states(&params);
    let mut worker = Worker::new(runtime, words, limits, states, Arc::clone(&life.shared));
    if params.speculation && can_share {
        worker = worker.guessing();
    }
    if params.threads == Threads::Auto && !params.trial.is_zero() {
        worker = worker.watching(Pace::new(tuning.costs(), Instant::now()));
    }
    let worker = worker.with_costs(tuning.costs());
    let threads = tuning.threads;
    drop(lexicon.set(model.clone()));
    life.shared.set_threads(threads);
    let (millis, policy) = (start.elapsed().as_millis() as u64, probe::wait_policy());
    tracing::info!(threads, ?policy, millis, context = params.context, "engine.ready");
    if policy == probe::WaitPolicy::Unset && threads > 1 {
        tracing::warn!("OMP_WAIT_POLICY is not set: replies slow down when the machine is busy");
    }
    life.set(EngineState::Ready);
    Ok(worker.run(inbox))
}

/// The states kept beside context memory. Without their folder the engine works all the same.
fn open_states<S>(params: &EngineParams) -> StateStore<S> {
    if params.prefixes == 0 {
        return StateStore::off();
    }
    let open = |path: &PathBuf| {
        let stamp = states::stamp(&params.model, llama::BUILD, params.memory.name())?;
        Folder::open(path, stamp, params.states.disk_bytes)
    };
    let folder = match params.states.folder.as_ref().map(open).transpose() {
        Ok(folder) => folder,
        Err(error) => {
            tracing::warn!(%error, "the folder of prompt states cannot be used");
            None
        }
    };
    StateStore::new(params.states.memory_bytes, folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineStatus;
    use crate::admission::{Admission, Bounds};

    fn ended(live: impl FnOnce() -> Result<Ended, StartError>) -> EngineState {
        let door = Admission::new(Bounds { slots: 1, queue: 1, per_client: 1 });
        let shared = Arc::new(Shared::new(EngineStatus::default(), door));
        let (state, watched) = watch::channel(EngineState::Ready);
        guard(&Life { shared: Arc::clone(&shared), state }, live);
        assert_eq!(shared.status().state, *watched.borrow());
        shared.status().state
    }

    #[test]
    fn every_end_is_visible_with_its_reason() {
        let dead = |reason| EngineState::Dead { reason };
        assert_eq!(ended(|| panic!("a bug")), dead(Unavailable::Panicked));
        assert_eq!(ended(|| Ok(Ended::Stopped)), dead(Unavailable::Stopped));
        let broken = dead(Unavailable::Evaluation { code: -3 });
        assert_eq!(ended(|| Ok(Ended::Broken(-3))), broken);
        let refused = dead(StartError::NoChatTemplate.into());
        assert_eq!(ended(|| Err(StartError::NoChatTemplate)), refused);
    }
}
