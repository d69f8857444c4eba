//! A compiler for `wasm32-unknown-unknown`, by the first way that works.

use crate::shell::program;
use anyhow::{Result, bail};
use std::path::Path;

/// How the widget gets compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Compiler {
    /// The toolchain in use has the target's standard library.
    Installed,
    /// Debian's own rustc with the standard library built on the way.
    Debian,
}

const TARGET: &str = "wasm32-unknown-unknown";

/// Finds or installs one.
pub fn ensure() -> Result<Compiler> {
    if has_std() {
        return Ok(Compiler::Installed);
    }
    eprintln!("adding the {TARGET} target to the Rust toolchain (for the widget)");
    let added = program("timeout").args(["120", "rustup", "target", "add", TARGET]).succeeds();
    if added && has_std() {
        return Ok(Compiler::Installed);
    }
    if Path::new("/usr/bin/wasm-ld-22").exists() && Path::new("/usr/bin/cargo").exists() {
        return Ok(Compiler::Debian);
    }
    bail!(
        "no compiler for {TARGET}: run `rustup target add {TARGET}`, or on Debian install \
         `rustc-web cargo-web rust-web-src lld-22`, then run again"
    )
}

fn has_std() -> bool {
    let Ok(folder) = program("rustc").args(["--print", "target-libdir", "--target", TARGET]).read()
    else {
        return false;
    };
    std::fs::read_dir(folder.trim()).is_ok_and(|items| {
        items.flatten().any(|item| item.file_name().to_string_lossy().starts_with("libcore-"))
    })
}
