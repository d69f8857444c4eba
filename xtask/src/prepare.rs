//! `cargo xtask prepare [--check]`: the offline data of checked SQL.
//!
//! sqlx checks each query against a real database at compile time and keeps
//! what it learned in `.sqlx`, so that a checkout builds without one. Renewed
//! (or checked) from scratch databases that hold nothing but our migrations;
//! the work is done by `storage-prepare`, beside the storage contract.

use crate::packages::{Needs, ensure};
use crate::paths;
use crate::shell::{cargo, program};
use anyhow::{Result, bail};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<()> {
    ensure(Needs::Test, true)?;
    match arguments {
        [] => prepare(&[]),
        [flag] if flag == "--check" => check(),
        _ => bail!("usage: cargo xtask prepare [--check]"),
    }
}

/// Fails when the committed data differs from what the queries need.
pub fn check() -> Result<()> {
    prepare(&["--check"])
}

fn prepare(flags: &[&str]) -> Result<()> {
    cargo()
        .args(["build", "--release", "--workspace", "--bin", "storage-prepare", "--locked"])
        .run()?;
    let tool = paths::target().join("release/storage-prepare");
    program(&tool.to_string_lossy())
        // Compiling against a database is another fingerprint: kept apart, so
        // that it does not evict what everything else uses.
        .env("CARGO_TARGET_DIR", paths::cache().join("target-sqlx"))
        .args(flags)
        .args(["--", "cargo", "check"])
        .run()
}
