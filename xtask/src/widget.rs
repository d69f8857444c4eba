//! `cargo xtask widget`: the files a gateway serves, into `widget/dist`.

use crate::shell::{cargo, program};
use crate::wasm_target::{self, Compiler};
use crate::{paths, shell};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds everything and prints sizes; fails over budget.
pub fn build() -> Result<()> {
    let compiler = wasm_target::ensure()?;
    tools()?;
    let wasm = compile(compiler)?;
    let glue = bind(&wasm)?;
    program("node").args([Path::new("widget/build.mjs"), &glue, &paths::widget()]).run()
}

/// Builds only when a source is newer than the result.
pub fn build_if_changed() -> Result<()> {
    let built = modified(&paths::widget().join("manifest.json"));
    let root = paths::root();
    let sources =
        ["widget/src", "widget/js", "widget/loader", "widget/build.mjs", "gateway/protocol/src"];
    let newest = sources.iter().filter_map(|source| newest(&root.join(source))).max();
    if built.is_some() && newest <= built {
        return Ok(());
    }
    build()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    if path.is_dir() {
        let items = std::fs::read_dir(path).ok()?;
        return items.flatten().filter_map(|item| newest(&item.path())).max();
    }
    modified(path)
}

/// The size tools, at the versions of the widget's own lock file.
fn tools() -> Result<()> {
    let folder = paths::root().join("widget");
    let lock = std::fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed");
    if std::fs::read(&stamp).is_ok_and(|have| have == lock) {
        return Ok(());
    }
    program("npm")
        .within(&folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .run()?;
    std::fs::write(stamp, lock)?;
    Ok(())
}

fn compile(compiler: Compiler) -> Result<PathBuf> {
    let arguments =
        ["build", "--profile", "widget", "--target", TARGET, "-p", "comptoir-widget", "--locked"];
    match compiler {
        Compiler::Installed => {
            cargo().env("CARGO_TARGET_DIR", paths::wasm_target()).args(arguments).run()?;
        }
        Compiler::Debian => program("env")
            .args(["-u", "RUSTUP_TOOLCHAIN", "RUSTC=/usr/bin/rustc", "RUSTC_BOOTSTRAP=1"])
            .args(["CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld-22"])
            .args(["/usr/bin/cargo"])
            .args(arguments)
            .args(["-Z", "build-std=std,panic_abort"])
            .args(["-Z", "build-std-features=optimize_for_size"])
            .env("CARGO_TARGET_DIR", paths::cache().join("target-wasm-debian"))
            .run()?,
    }
    let folder = match compiler {
        Compiler::Installed => paths::wasm_target(),
        Compiler::Debian => paths::cache().join("target-wasm-debian"),
    };
    Ok(folder.join(TARGET).join("widget/comptoir_widget.wasm"))
}

/// wasm-bindgen, as a library at the version of the lock file.
fn bind(wasm: &Path) -> Result<PathBuf> {
    shell::cargo()
        .args(["build", "--release", "--workspace", "--bin", "xtask-bindgen", "--locked"])
        .run()?;
    let glue = paths::cache().join("bindgen");
    std::fs::create_dir_all(&glue).context("the folder for the widget's glue")?;
    let tool = paths::target().join("release/xtask-bindgen");
    program(&tool.to_string_lossy()).args([wasm, &glue]).run()?;
    Ok(glue)
}
