//! `storage-prepare [--check] [-- CARGO COMMAND…]`: writes or checks the
//! descriptions of all SQL statements. Run it from anywhere in the workspace.

use comptoir_storage_contract::prepare::{Mode, prepare};
use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let mut mode = Mode::Write;
    let mut cargo = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            cargo.extend(arguments.by_ref());
        } else if argument == "--check" {
            mode = Mode::Check;
        } else {
            eprintln!("usage: storage-prepare [--check] [-- CARGO COMMAND…]");
            return ExitCode::from(2);
        }
    }
    if cargo.is_empty() {
        cargo = ["cargo", "check", "--release"].map(OsString::from).to_vec();
    }
    let Some(root) = workspace() else {
        eprintln!("run storage-prepare inside the workspace");
        return ExitCode::from(2);
    };
    match prepare(&root, mode, &cargo).await {
        Ok(statements) => {
            let done = match mode {
                Mode::Write => "written",
                Mode::Check => "as committed",
            };
            eprintln!("{statements} statements described, {done}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// The nearest folder above that holds the lock file.
fn workspace() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).map(PathBuf::from)
}

/// The error and its causes on one line.
fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
