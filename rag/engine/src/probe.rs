//! Choosing threads and the way they wait.
//!
//! On a small machine shared with other work, llama.cpp's OpenMP threads that spin while they
//! wait for each other lose most of their time: measured, 76 tokens per second fell to 2–18,
//! while sleeping threads kept 31–43. The OpenMP library reads its settings when the program is
//! loaded, before `main`, so they cannot be changed from inside. [`ensure_passive_wait`] therefore
//! starts the program anew with the setting; a service file may set `OMP_WAIT_POLICY=passive`
//! itself and spare that.

use std::time::{Duration, Instant};

use crate::config::{EngineParams, Threads};
use crate::llama::LoadedModel;
use crate::machine::physical_cores;
use crate::runtime::{Lexicon, Runtime, StepError};
use crate::scheduler::{Plan, Row, Seq};
use crate::{ChatMessage, StartError};

/// The environment variable the OpenMP library reads.
pub const WAIT_POLICY: &str = "OMP_WAIT_POLICY";

/// Most threads tried: beyond, small models gain nothing and visitors' other needs lose.
const MOST_THREADS: usize = 4;

/// How evaluating threads wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitPolicy {
    /// Asleep: right for a machine that does other work too.
    Passive,
    /// Spinning: a little faster on cores nobody else uses.
    Active,
    /// Not set: the library spins.
    Unset,
}

/// The policy this process was started with.
#[must_use]
pub fn wait_policy() -> WaitPolicy {
    match std::env::var(WAIT_POLICY) {
        Ok(value) if value.eq_ignore_ascii_case("passive") => WaitPolicy::Passive,
        Ok(_) => WaitPolicy::Active,
        Err(_) => WaitPolicy::Unset,
    }
}

/// Makes sure that evaluating threads sleep while they wait. To be called first in `main`, before
/// any thread is started and any file opened: when nothing is set, the process is replaced by a
/// new one with the same arguments, the same number and the setting, and this never returns.
///
/// # Errors
/// The operating system's, when the program cannot be started anew. Going on is safe, only slower
/// under load.
#[cfg(unix)]
pub fn ensure_passive_wait() -> std::io::Result<()> {
    use std::os::unix::process::CommandExt;
    if wait_policy() != WaitPolicy::Unset {
        return Ok(());
    }
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.arg0(name).args(arguments).env(WAIT_POLICY, "passive");
    Err(command.exec())
}

/// Elsewhere the setting must come from outside.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn ensure_passive_wait() -> std::io::Result<()> {
    Ok(())
}

/// The number of threads to evaluate with: the configured one, or the fastest of a short trial.
pub(crate) fn choose_threads(
    model: &LoadedModel,
    params: &EngineParams,
) -> Result<usize, StartError> {
    if let Threads::Fixed(count) = params.threads {
        return Ok(usize::from(count.max(1)));
    }
    let most = physical_cores().min(MOST_THREADS);
    let mut candidates: Vec<usize> = (1..=most).rev().collect();
    // Between one and all there is little to learn on two or three cores, and time to lose.
    candidates.truncate(2);
    let mut best = (Duration::MAX, most);
    for threads in candidates {
        let time = time_steps(model, threads)?;
        tracing::debug!(threads, micros = time.as_micros() as u64, "engine.probe.step");
        // Fewer threads must be clearly faster: the trial is short.
        if time.mul_f32(1.1) < best.0 {
            best = (time, threads);
        }
    }
    Ok(best.1)
}

/// Time of the fastest of a few narrow steps.
fn time_steps(model: &LoadedModel, threads: usize) -> Result<Duration, StartError> {
    let mut small = EngineParams::new("");
    (small.context, small.step_tokens) = (256, 16);
    (small.slots, small.prefixes) = (1, 0);
    let threads = i32::try_from(threads).unwrap_or(1);
    let mut runtime = model.runtime(&small, threads)?;
    let failed = |_: StepError| StartError::Context { tokens: small.context };
    let text = [ChatMessage::user("Bonjour")];
    let token = model.prompt(&text).ok().and_then(|prompt| prompt.tokens.first().copied());
    let token = token.unwrap_or(0);
    let mut best = Duration::MAX;
    for pos in 0..4 {
        let row = Row { token, pos, seq: Seq(0), logits: true };
        let start = Instant::now();
        runtime.step(&Plan { rows: vec![row], ..Plan::default() }).map_err(failed)?;
        // The first step reads the weights from the disk and is no measure.
        if pos > 0 {
            best = best.min(start.elapsed());
        }
    }
    Ok(best)
}
