//! Log lines to standard error, as the configuration asks.
//!
//! Must never carry message text, e-mail addresses, IP addresses or tokens:
//! call sites log ids, counts and durations only.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

/// A log filter that cannot be parsed.
#[derive(Debug, thiserror::Error)]
#[error("[log] filter: {0}")]
pub struct FilterError(#[from] tracing_subscriber::filter::ParseError);

/// Starts logging for the whole process. A second call changes nothing.
///
/// # Errors
/// When the filter is not in `tracing` syntax.
pub fn start(log: &Log) -> Result<(), FilterError> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    let outcome = match log.format {
        LogFormat::Pretty => {
            // Colours are for eyes, not for files.
            let is_seen = std::io::stderr().is_terminal();
            let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(is_seen);
            registry.with(lines.with_target(false)).try_init()
        }
        LogFormat::Json => {
            registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init()
        }
    };
    // Tests start several gateways in one process; the first one's log serves all.
    drop(outcome);
    Ok(())
}
