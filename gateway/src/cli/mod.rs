//! The command line: what an owner or operator types.
//!
//! Each command is one file. Commands print results to standard output and
//! fail with one sentence that says what to do next.

mod calibrate;
mod config;
mod doctor;
mod eval;
mod eval_site;
mod faq;
mod model;
mod people;
mod scratch;
mod serve;
mod site;
mod terminal;

use crate::config::Config;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Self-hosted website assistant: FAQ answers by a local model, and people.
#[derive(Debug, Parser)]
#[command(name = "comptoir", version)]
pub struct Cli {
    /// Configuration file; `comptoir.toml` in this folder when absent.
    #[arg(long, short, global = true, value_name = "FILE", env = "COMPTOIR_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the counter.
    Serve,
    /// Check or show the configuration in force.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Examine this machine and installation, and say what to change.
    Doctor,
    /// Import or export FAQ entries.
    #[command(subcommand)]
    Faq(faq::FaqCommand),
    /// List, fetch, verify and choose models.
    #[command(subcommand)]
    Model(model::ModelCommand),
    /// Create a site or show its embed snippet.
    #[command(subcommand)]
    Site(site::SiteCommand),
    /// Create people who may sign in.
    #[command(subcommand)]
    People(people::PeopleCommand),
    /// Put questions to a FAQ through the very pipeline that serves visitors.
    Eval(eval::EvalArgs),
    /// Fit what "sure enough" means to labelled questions.
    Calibrate(calibrate::CalibrateArgs),
}

/// Runs the command line.
///
/// # Errors
/// One sentence with its causes, for `main` to print.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let config = Config::load(cli.config.as_deref())?;
    crate::telemetry::start(&config.log)?;
    match cli.command {
        Command::Serve => serve::run(&config).await,
        Command::Config(command) => config::run(&command, &config),
        Command::Doctor => doctor::run(&config).await,
        Command::Faq(command) => faq::run(command, &config).await,
        Command::Model(command) => model::run(command, &config).await,
        Command::Site(command) => site::run(command, &config).await,
        Command::People(command) => people::run(command, &config).await,
        Command::Eval(args) => eval::run(args, &config).await,
        Command::Calibrate(args) => calibrate::run(args, &config).await,
    }
}
