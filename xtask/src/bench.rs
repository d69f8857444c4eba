//! `cargo xtask bench [NAME]`: figures with the command that prints them.

use crate::packages::{Needs, ensure};
use crate::shell::cargo;
use crate::{demo, models, paths, widget};
use anyhow::{Result, bail};

/// Runs one bench or all.
pub fn run(arguments: &[String]) -> Result<()> {
    let names: Vec<&str> = match arguments {
        [] => vec!["widget", "storage", "sockets", "engine", "pipeline"],
        [name] => vec![name.as_str()],
        _ => bail!("usage: cargo xtask bench [engine | storage | sockets | widget | pipeline]"),
    };
    for name in names {
        match name {
            "widget" => widget::build()?,
            "storage" => storage()?,
            "sockets" => sockets()?,
            "engine" => engine()?,
            "pipeline" => crate::eval::run(&[])?,
            other => bail!("no bench is called {other}; see `cargo xtask help`"),
        }
    }
    Ok(())
}

/// Commits per second, each on disk before it counts.
fn storage() -> Result<()> {
    measured("commits_per_second", &[])
}

/// Times of many visitors at once, from message to disk and to answer.
fn sockets() -> Result<()> {
    models::pull(models::DEMO)?;
    measured("bench_of_sockets", &["--ignored"])
}

/// Time to first word and tokens per second of the default model, with and
/// without the kept state of the prompt's beginning.
fn engine() -> Result<()> {
    ensure(Needs::Build, true)?;
    demo::build()?;
    models::pull(models::DEMO)?;
    measured("qwen_", &["--ignored"])
}

/// Runs the tests of that name, which print their figures.
fn measured(name: &str, flags: &[&str]) -> Result<()> {
    cargo()
        .env("COMPTOIR_MODELS_DIR", paths::models())
        .args(["test", "--release", "--workspace", "--locked", name, "--"])
        .args(["--nocapture", "--test-threads=1"])
        .args(flags)
        .run()
}
