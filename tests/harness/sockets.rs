//! Sockets by the thousand.

use std::process::Command;

/// Lets this process, and those it starts from now on, open so many files.
///
/// # Panics
/// When the system does not allow it; the sentence says what to do.
pub fn allow(files: u32) {
    let pid = std::process::id().to_string();
    let limit = format!("--nofile={files}:{files}");
    let raised = Command::new("prlimit").args(["--pid", &pid, &limit]).status();
    let raised = raised.is_ok_and(|status| status.success());
    assert!(raised || allowed() >= files, "needs `ulimit -n {files}`; it is {}", allowed());
}

/// Files this process may open.
fn allowed() -> u32 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Kibibytes of memory a process occupies.
///
/// # Panics
/// When there is no such process.
#[must_use]
pub fn memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).expect("its memory")
}
