//! `comptoir config check | print`

use super::terminal::say;
use crate::config::Config;
use clap::Subcommand;

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say whether it is right, with warnings for what is risky.
    Check,
    /// Print it as it is in force, secrets hidden.
    Print,
}

/// Runs the command. A wrong configuration never gets this far.
pub fn run(command: &ConfigCommand, config: &Config) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Print => say(config.printable()?),
        ConfigCommand::Check => {
            for warning in config.warnings() {
                say(format_args!("warning: {}", warning.0));
            }
            say("configuration: ok");
        }
    }
    Ok(())
}
