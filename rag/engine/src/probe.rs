//! The way evaluating threads wait for each other.
//!
//! On a small machine shared with other work, llama.cpp's OpenMP threads that spin while they
//! wait for each other lose most of their time: measured, 76 tokens per second fell to 2–18,
//! while sleeping threads kept 31–43. The OpenMP library reads its settings when the program is
//! loaded, before `main`, so they cannot be changed from inside. [`ensure_passive_wait`] therefore
//! starts the program anew with the setting; a service file may set `OMP_WAIT_POLICY=passive`
//! itself and spare that.

/// The environment variable the OpenMP library reads.
pub const WAIT_POLICY: &str = "OMP_WAIT_POLICY";

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
