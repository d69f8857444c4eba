//! `cargo xtask fuzz [SECONDS]`: frames and resume, each so long.

use crate::simulate;
use anyhow::{Result, bail};

/// How long each target is fuzzed when nothing is said.
const SECONDS: &str = "60";

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<()> {
    let seconds: &str = match arguments {
        [] => SECONDS,
        [seconds] if seconds.parse::<u64>().is_ok() => seconds,
        _ => bail!("usage: cargo xtask fuzz [SECONDS]"),
    };
    simulate::tests("fuzz::", &[("COMPTOIR_FUZZ_SECONDS", seconds)])
}
