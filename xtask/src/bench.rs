//! `cargo xtask bench [NAME]`: figures with the command that prints them.

use crate::packages::{Needs, ensure};
use crate::shell::cargo;
use crate::{demo, models, paths, tools, widget};
use anyhow::{Result, bail};

const NAMES: [&str; 9] =
    ["widget", "storage", "bus", "sockets", "delivery", "visitors", "chaos", "engine", "pipeline"];

/// Runs one bench or all.
pub fn run(arguments: &[String]) -> Result<()> {
    let names: Vec<&str> = match arguments {
        [] => NAMES.to_vec(),
        [name] => vec![name.as_str()],
        _ => bail!("usage: cargo xtask bench [{}]", NAMES.join(" | ")),
    };
    for name in names {
        match name {
            "widget" => widget::build()?,
            "storage" => storage()?,
            "bus" => bus()?,
            "visitors" => visitors()?,
            "sockets" => real("bench_of_idle_sockets")?,
            "delivery" => {
                real("bench_of_delivery")?;
                real("bench_of_a_reconnect_storm")?;
            }
            "chaos" => real("bench_of_chaos")?,
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

/// What telling other nodes costs the commits, and how long it takes.
fn bus() -> Result<()> {
    measured("bench_of_the_bus", &["--ignored"])
}

/// Times of many visitors at once, from message to disk and to answer.
fn visitors() -> Result<()> {
    models::pull(models::DEMO)?;
    measured("bench_of_visitors", &["--ignored"])
}

/// Figures of the real binary: memory of sockets, times of delivery, and what
/// is left after it was killed again and again.
fn real(name: &str) -> Result<()> {
    ensure(Needs::Test, true)?;
    demo::build()?;
    measured(name, &["--ignored"])
}

/// The default model beside llama.cpp's own server, in one table: start and
/// memory of the whole process, first words, speed of writing, many at once,
/// and whether speed changed what is said.
fn engine() -> Result<()> {
    ensure(Needs::Test, true)?;
    demo::build()?;
    models::pull(models::DEMO)?;
    models::pull(models::TEST)?;
    let peer = tools::xllamacpp()?;
    let rows = paths::target().join("engine-bench-rows.md");
    std::fs::write(&rows, "")?;
    for (package, target, name) in [
        ("comptoir-tests", "it", "bench_of_starting"),
        ("comptoir-engine", "judging", "qwen_judging"),
        ("comptoir-rag", "engine", "bench_of_the_engine"),
    ] {
        cargo()
            .env("COMPTOIR_MODELS_DIR", paths::models())
            .env("COMPTOIR_XLLAMACPP", &peer)
            .env("COMPTOIR_BENCH_ROWS", &rows)
            // As the product runs.
            .env("OMP_WAIT_POLICY", "passive")
            .args(["test", "--release", "--locked", "-p", package, "--test", target, name])
            .args(["--", "--ignored", "--nocapture", "--test-threads=1"])
            .run()?;
    }
    Ok(())
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
