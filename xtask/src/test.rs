//! `cargo xtask test`: what CI runs, stage by stage, with times.

use crate::packages::{Needs, ensure};
use crate::shell::{Program, cargo, on_path};
use crate::stages::Stages;
use crate::{demo, fuzz, models, paths, prepare, simulate, tools, wasm_target, widget};
use anyhow::{Result, bail};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => everything(),
        [flag] if flag == "--fast" => fast(),
        _ => bail!("usage: cargo xtask test [--fast]"),
    }
}

fn everything() -> Result<()> {
    let mut stages = Stages::default();
    stages.require("system packages", || ensure(Needs::Test, true))?;
    stages.require("tools", fetch_tools)?;
    stages.run("format", format);
    stages.require("widget", widget::build)?;
    stages.require("build", demo::build)?;
    stages.require("models", || {
        models::pull(models::DEMO)?;
        models::pull(models::TEST)
    })?;
    stages.run("lints", lints);
    stages.run("widget lints", widget_lints);
    stages.run("documentation", documentation);
    stages.run("checked SQL", prepare::check);
    stages.run("tests", || tests(&[]));
    stages.run("simulation", simulate::run);
    stages.run("fuzzing", || fuzz::run(&[]));
    stages.finish()
}

/// The inner loop: no browser, no big model, nothing fetched.
fn fast() -> Result<()> {
    let mut stages = Stages::default();
    stages.run("format", format);
    stages.run("lints", lints);
    stages.run("tests", || tests(&["--lib"]));
    stages.finish()
}

/// Takes pictures of every state; see `tests/src/browser`.
pub fn screenshots() -> Result<()> {
    ensure(Needs::Test, true)?;
    fetch_tools()?;
    widget::build_if_changed()?;
    demo::build()?;
    models::pull(models::DEMO)?;
    let folder = paths::root().join("screenshots");
    std::fs::create_dir_all(&folder)?;
    with_tools(cargo())
        .env("COMPTOIR_SCREENSHOTS", &folder)
        .args(["test", "--release", "--workspace", "--locked", "--test", "it", "--"])
        .args(["browser::screenshots", "--ignored", "--nocapture"])
        .run()
}

fn fetch_tools() -> Result<()> {
    tools::browser()?;
    tools::qdrant()?;
    tools::xllamacpp()?;
    tools::autobahn()?;
    tools::aiosmtpd()?;
    tools::http_ece()?;
    Ok(())
}

fn format() -> Result<()> {
    cargo().args(["fmt", "--all", "--check"]).run()
}

fn lints() -> Result<()> {
    cargo()
        .args(["clippy", "--release", "--workspace", "--all-targets", "--locked"])
        .args(["--", "-D", "warnings"])
        .run()
}

fn widget_lints() -> Result<()> {
    if wasm_target::ensure()? != wasm_target::Compiler::Installed {
        eprintln!("skipped: clippy has no standard library for wasm32 here");
        return Ok(());
    }
    cargo()
        .env("CARGO_TARGET_DIR", paths::wasm_target())
        .args(["clippy", "--profile", "widget", "--target", "wasm32-unknown-unknown"])
        .args(["--locked", "-p", "comptoir-widget"])
        .args(["--", "-D", "warnings"])
        .run()
}

fn documentation() -> Result<()> {
    cargo()
        .env("RUSTDOCFLAGS", "-D warnings")
        .args(["doc", "--release", "--workspace", "--no-deps", "--locked"])
        .run()
}

/// Runs the tests with nextest where it is installed, else with cargo's own
/// runner; the same features as every other command, so nothing heavy is
/// built twice.
fn tests(selection: &[&str]) -> Result<()> {
    let runner: &[&str] =
        if on_path("cargo-nextest") { &["nextest", "run", "--no-fail-fast"] } else { &["test"] };
    with_tools(cargo())
        .args(runner)
        .args(["--release", "--workspace", "--locked"])
        .args(selection)
        .run()
}

/// Tells tests where the parts of the world are.
fn with_tools(program: Program) -> Program {
    program
        .env("COMPTOIR_MODELS_DIR", paths::models())
        .env("COMPTOIR_WIDGET_DIR", paths::widget())
        .env("COMPTOIR_QDRANT_BIN", paths::tools().join("qdrant-1.16.3/qdrant"))
        .env("COMPTOIR_BROWSER_TOOLS", paths::tools().join("browser"))
        .env("COMPTOIR_XLLAMACPP", paths::tools().join("xllamacpp"))
        .env("COMPTOIR_AUTOBAHN", paths::tools().join("autobahn"))
        .env("COMPTOIR_AIOSMTPD", paths::tools().join("aiosmtpd"))
        .env("COMPTOIR_HTTP_ECE", paths::tools().join("http_ece"))
        .env("INSTA_UPDATE", "no")
}
