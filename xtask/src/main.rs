//! What a newcomer types: `cargo xtask demo`, `cargo xtask test`, …
//!
//! Kept to one small dependency, so that a fresh checkout answers in seconds.
//! Heavy work is done by the programs it starts.

mod bench;
mod demo;
mod eval;
mod fuzz;
mod models;
mod packages;
mod paths;
mod prepare;
mod shell;
mod simulate;
mod stages;
mod test;
mod tools;
mod wasm_target;
mod widget;

use anyhow::{Result, bail};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  demo [--no-install] [--port N] [--fresh]
                    install what is missing, fetch models, build, start the
                    demo firm's page, inbox and desk, print their addresses
  test [--fast]     install what tests need and run what CI runs;
                    --fast: the inner loop
  widget            build the widget into widget/dist and print its sizes
  bench [NAME]      engine | storage | sockets | delivery | visitors | chaos | widget |
                    pipeline; all when absent
  simulate          ten thousand simulated worlds; COMPTOIR_SIM_SEED=N replays one
  fuzz [SECONDS]    frames and resume, each so long (60 when absent)
  eval              put the demo firm's questions to the demo firm's FAQ
  screenshots       every state at 360 and 1280 px into screenshots/
  prepare [--check] renew (or check) the offline data of checked SQL
  fmt               format everything
  help              this text
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[] as &[String]),
    };
    match command {
        "demo" => demo::run(rest),
        "test" => test::run(rest),
        "widget" => widget::build().map(|_| ()),
        "bench" => bench::run(rest),
        "eval" => eval::run(rest),
        "screenshots" => test::screenshots(),
        "simulate" => simulate::run(),
        "fuzz" => fuzz::run(rest),
        "prepare" => prepare::run(rest),
        "fmt" => shell::cargo().args(["fmt", "--all"]).run(),
        "help" | "--help" | "-h" => {
            eprint!("{HELP}");
            Ok(())
        }
        other => {
            eprint!("{HELP}");
            bail!("unknown command {other}")
        }
    }
}
