//! The `comptoir` binary: one process, one port.

use clap::Parser;
use std::process::ExitCode;
use std::time::Duration;

/// For threads that have not ended when all is done.
const LAST_WAIT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    // First of all: it may start this program anew, with a setting that only
    // counts from the beginning. Without it, replies are slower under load.
    if let Err(error) = comptoir_engine::probe::ensure_passive_wait() {
        eprintln!("comptoir: cannot set how threads wait: {error}");
    }
    let cli = comptoir::cli::Cli::parse();
    // Reqwest and Qdrant's client share one TLS provider, chosen here.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("comptoir: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(comptoir::cli::run(cli));
    // A thread that still reads a file or a terminal must not keep the process.
    runtime.shutdown_timeout(LAST_WAIT);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("comptoir: {error:#}");
            ExitCode::FAILURE
        }
    }
}
