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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn by_default_the_house_is_heard_and_libraries_only_when_something_is_wrong() {
        let paper = Paper::default();
        let writer = paper.clone();
        let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        let filter = EnvFilter::try_new(Log::default().filter).unwrap();
        let subscriber = tracing_subscriber::registry().with(filter).with(layer);
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "comptoir::app", "shown 1");
            tracing::info!(target: "comptoir_engine::life", "shown 2");
            tracing::debug!(target: "comptoir_engine::life", "hidden");
            tracing::warn!(target: "sqlx::query", "shown 3");
            tracing::info!(target: "sqlx::query", "hidden");
            tracing::warn!(target: "llama-cpp-2", "hidden");
            tracing::error!(target: "llama-cpp-2", "shown 4");
            tracing::info!(target: "qdrant_edge::wal", "hidden");
            tracing::warn!(target: "qdrant_edge::common::flags", "hidden");
            tracing::warn!(target: "qdrant_edge::common::mmap::ops", "hidden");
            tracing::warn!(target: "qdrant_edge::wal", "shown 5");
        });
        let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        assert!(!written.contains("hidden"), "{written}");
        assert_eq!(written.matches("shown").count(), 5, "{written}");
    }
}
