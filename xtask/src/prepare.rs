//! `cargo xtask prepare [--check]`: the offline data of checked SQL.
//!
//! sqlx checks each query against a real database at compile time and keeps
//! what it learned in `.sqlx`, so that a checkout builds without one. Renewed
//! here from scratch databases that hold nothing but our migrations.

use anyhow::{Result, bail};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => renew(),
        [flag] if flag == "--check" => check(),
        _ => bail!("usage: cargo xtask prepare [--check]"),
    }
}

fn renew() -> Result<()> {
    bail!("not wired yet")
}

/// Fails when the committed data differs from what the queries need.
pub fn check() -> Result<()> {
    bail!("not wired yet")
}
