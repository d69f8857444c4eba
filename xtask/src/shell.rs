//! Running programs: shown before they run, checked after.

use crate::paths;
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// A program to run in the repository's root.
pub struct Program {
    command: Command,
    shown: String,
}

/// A program by name.
pub fn program(name: &str) -> Program {
    let mut command = Command::new(name);
    command.current_dir(paths::root());
    // `cargo run` describes this very program to it. Passed on to another
    // cargo, these make build scripts that watch them run again, and with them
    // everything that depends on them, whenever the two ways alternate.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let describes_us = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if describes_us || matches!(&*name, "LD_LIBRARY_PATH" | "CARGO_BIN_NAME") {
            command.env_remove(&*name);
        }
    }
    Program { command, shown: name.to_owned() }
}

/// Cargo, building into the shared cache folder.
pub fn cargo() -> Program {
    program("cargo").env("CARGO_TARGET_DIR", paths::target())
}

impl Program {
    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        for arg in args {
            self.shown.push(' ');
            self.shown.push_str(&arg.as_ref().to_string_lossy());
            self.command.arg(arg);
        }
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Runs elsewhere than in the root.
    pub fn within(mut self, folder: &std::path::Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it and fails unless it succeeds.
    pub fn run(mut self) -> Result<()> {
        eprintln!("+ {}", self.shown);
        let status = self.command.status().with_context(|| missing(&self.shown))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    /// Runs it quietly and returns what it printed.
    pub fn read(mut self) -> Result<String> {
        let output =
            self.command.stderr(Stdio::inherit()).output().with_context(|| missing(&self.shown))?;
        if !output.status.success() {
            bail!("`{}` failed ({})", self.shown, output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it with this on its standard input.
    pub fn feed(mut self, input: &str) -> Result<()> {
        use std::io::Write;
        let mut child =
            self.command.stdin(Stdio::piped()).spawn().with_context(|| missing(&self.shown))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        if !child.wait()?.success() {
            bail!("`{}` failed", self.shown);
        }
        Ok(())
    }

    /// Whether it runs and succeeds; says nothing.
    pub fn succeeds(mut self) -> bool {
        self.command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// The command itself, for what must keep running.
    pub fn into_command(self) -> Command {
        self.command
    }
}

fn missing(shown: &str) -> String {
    format!("cannot run `{shown}`: is it installed?")
}

/// Whether a program is on the path.
pub fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}
