//! `cargo xtask simulate`: ten thousand simulated worlds.
//!
//! Alone with its few dependencies: it turns on a feature of tokio's that would
//! have everything else built a second time.

use crate::shell::cargo;
use anyhow::Result;

/// Runs the simulation; `COMPTOIR_SIM_SEED` and `COMPTOIR_SIM_SEEDS` reach it.
pub fn run() -> Result<()> {
    tests("", &[])
}

/// Runs the simulation's tests of that name.
pub fn tests(name: &str, environment: &[(&str, &str)]) -> Result<()> {
    let mut program = cargo();
    for (key, value) in environment {
        program = program.env(key, value);
    }
    program
        .args(["test", "--release", "--locked", "-p", "comptoir-simulation"])
        .args(["--features", "paused", "--test", "simulation", "--", "--nocapture", name])
        .run()
}
