//! Trials on the loaded model: a few steps, timed. Whatever disturbs them makes them longer, never
//! shorter, so candidates are tried in turns and the shortest times count.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::config::{EngineParams, Threads};
use crate::llama::{self, LlamaRuntime, LoadedModel};
use crate::machine::{physical_cores, processor_name};
use crate::runtime::{Lexicon, Runtime, StepError};
use crate::scheduler::{KvOp, Plan, Row, Seq, Token};
use crate::states;
use crate::tuning::{Memory, Tuning, fastest};
use crate::{ChatMessage, StartError};

/// Most threads tried: beyond, small models gain nothing and visitors' other needs lose.
const MOST_THREADS: usize = 4;
/// Turns of the trial of threads.
const TURNS: usize = 7;
/// Turns of the trials of widths.
const WIDTH_TURNS: usize = 3;
/// Widths of steps that write: words of several visitors, or guesses.
const WRITING: [usize; 7] = [1, 2, 3, 4, 5, 6, 8];
/// Rows of steps that read.
const READING: [usize; 3] = [16, 32, 64];

/// What suits this machine: remembered, or tried now.
pub(crate) fn tuning(model: &LoadedModel, params: &EngineParams) -> Result<Tuning, StartError> {
    let cores = physical_cores();
    if params.trial.is_zero() {
        return Ok(Tuning::untried(fixed(params).unwrap_or_else(most_threads)));
    }
    let memory = params.states.folder.as_ref().and_then(|folder| {
        let settings = format!("{}, {:?}", params.memory.name(), params.threads);
        let stamp = states::stamp(&params.model, llama::BUILD, &settings).ok()?;
        Some(Memory::new(folder, stamp, &processor_name(), cores))
    });
    let most = fixed(params).unwrap_or(cores);
    if let Some(known) = memory.as_ref().and_then(|memory| memory.recall(most)) {
        return Ok(known);
    }
    let end = Instant::now() + params.trial;
    let threads = match fixed(params) {
        Some(threads) => threads,
        None => best_threads(model, end)?,
    };
    let tuning = widths(model, threads, end)?;
    tracing::info!(
        threads,
        rows = tuning.rows(params.step_tokens),
        writing = ?tuning.writing,
        reading = ?tuning.reading,
        "engine.tuned"
    );
    if let Some(memory) = memory {
        memory.keep(&tuning);
    }
    Ok(tuning)
}

fn fixed(params: &EngineParams) -> Option<usize> {
    match params.threads {
        Threads::Auto => None,
        Threads::Fixed(count) => Some(usize::from(count.max(1))),
    }
}

/// Most threads worth using here.
pub(crate) fn most_threads() -> usize {
    physical_cores().min(MOST_THREADS)
}

/// The number of threads that is fastest now.
pub(crate) fn best_threads(model: &LoadedModel, end: Instant) -> Result<usize, StartError> {
    let most = most_threads();
    // Between one and all there is little to learn on two or three cores, and time to lose.
    let candidates: Vec<usize> = (1..=most).rev().take(2).collect();
    if candidates.len() < 2 {
        return Ok(most);
    }
    let mut trials: Vec<(usize, Vec<f32>, LlamaRuntime<'_>)> = Vec::new();
    for threads in candidates {
        let mut runtime = small(model, threads)?;
        // The first step reads the weights from the disk and is no measure.
        timed(&mut runtime, first_token(model), 1, true)?;
        trials.push((threads, Vec::new(), runtime));
    }
    for turn in 0..TURNS {
        if turn >= 3 && Instant::now() > end {
            break;
        }
        for (_, times, runtime) in &mut trials {
            times.push(micros(timed(runtime, first_token(model), 1, true)?));
        }
    }
    let trials: Vec<(usize, Vec<f32>)> =
        trials.into_iter().map(|(threads, times, _)| (threads, times)).collect();
    Ok(fastest(&trials))
}

/// What steps of each width take with these threads. Every width is tried at least once.
fn widths(model: &LoadedModel, threads: usize, end: Instant) -> Result<Tuning, StartError> {
    let mut runtime = small(model, threads)?;
    let token = first_token(model);
    timed(&mut runtime, token, 1, true)?;
    let (mut writing, mut reading) = (BTreeMap::new(), BTreeMap::new());
    for turn in 0..WIDTH_TURNS {
        for (rows, writes) in
            WRITING.map(|rows| (rows, true)).into_iter().chain(READING.map(|rows| (rows, false)))
        {
            if turn > 0 && Instant::now() > end {
                break;
            }
            let time = micros(timed(&mut runtime, token, rows, writes)?);
            let times = if writes { &mut writing } else { &mut reading };
            times.entry(rows).and_modify(|best: &mut f32| *best = best.min(time)).or_insert(time);
        }
    }
    let (writing, reading) = (writing.into_iter().collect(), reading.into_iter().collect());
    Ok(Tuning { threads, writing, reading })
}

/// A context for trials.
fn small(model: &LoadedModel, threads: usize) -> Result<LlamaRuntime<'_>, StartError> {
    let mut small = EngineParams::new("");
    (small.context, small.step_tokens) = (256, 64);
    (small.slots, small.prefixes) = (1, 0);
    model.runtime(&small, threads)
}

fn first_token(model: &LoadedModel) -> Token {
    let prompt = model.prompt(&[ChatMessage::user("Bonjour")]).ok();
    prompt.and_then(|prompt| prompt.tokens.first().copied()).unwrap_or(0)
}

/// Time of one step of so many rows from an empty sequence.
fn timed(
    runtime: &mut LlamaRuntime<'_>,
    token: Token,
    rows: usize,
    writes: bool,
) -> Result<Duration, StartError> {
    let seq = Seq(0);
    let row = |pos| Row { token, pos, seq, logits: writes || pos + 1 == rows };
    let plan = Plan {
        ops: vec![KvOp::Free { seq }],
        rows: (0..rows).map(row).collect(),
        ..Plan::default()
    };
    let start = Instant::now();
    let failed = |_: StepError| StartError::Context { tokens: 256 };
    runtime.step(&plan).map_err(failed)?;
    Ok(start.elapsed())
}

fn micros(time: Duration) -> f32 {
    time.as_secs_f32() * 1e6
}
