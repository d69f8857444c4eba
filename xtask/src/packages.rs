//! System packages: checked by what they provide, installed with a reason.

use crate::shell::{on_path, program};
use anyhow::{Result, bail};
use std::path::Path;

/// A Debian package and how to see that it is not needed.
struct Package {
    name: &'static str,
    why: &'static str,
    present: fn() -> bool,
}

const BUILD: &[Package] = &[
    Package { name: "cmake", why: "builds llama.cpp", present: || on_path("cmake") },
    Package { name: "make", why: "builds llama.cpp", present: || on_path("make") },
    Package { name: "g++", why: "builds llama.cpp", present: || on_path("g++") },
    Package { name: "clang", why: "reads llama.cpp's headers", present: || on_path("clang") },
    Package { name: "libclang-dev", why: "reads llama.cpp's headers", present: has_libclang },
    Package { name: "nodejs", why: "runs the widget's size tools", present: || on_path("node") },
    Package { name: "npm", why: "fetches the widget's size tools", present: || on_path("npm") },
];

const TEST: &[Package] = &[
    Package { name: "chromium", why: "browser scenarios", present: || on_path("chromium") },
    Package {
        name: "chromium-driver",
        why: "browser scenarios",
        present: || on_path("chromedriver"),
    },
    Package { name: "postgresql", why: "storage tests", present: has_postgres },
    Package { name: "python3-pip", why: "fetches llama.cpp's server", present: has_pip },
];

fn has_pip() -> bool {
    program("python3").args(["-m", "pip", "--version"]).read().is_ok()
}

fn has_libclang() -> bool {
    let in_llvm = |folder: std::fs::DirEntry| folder.path().join("lib/libclang.so").exists();
    std::fs::read_dir("/usr/lib").is_ok_and(|items| {
        items.flatten().any(|item| item.path().join("lib").exists() && in_llvm(item))
    }) || glob_so("/usr/lib/x86_64-linux-gnu", "libclang")
        || glob_so("/usr/lib/aarch64-linux-gnu", "libclang")
}

fn glob_so(folder: &str, prefix: &str) -> bool {
    std::fs::read_dir(folder).is_ok_and(|items| {
        items.flatten().any(|item| {
            let name = item.file_name().to_string_lossy().into_owned();
            name.starts_with(prefix) && name.ends_with(".so")
        })
    })
}

fn has_postgres() -> bool {
    on_path("initdb") && on_path("postgres")
        || std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| {
            versions.any(|v| v.is_ok_and(|v| v.path().join("bin/initdb").exists()))
        })
}

/// What a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Compilers and the widget's tools.
    Build,
    /// Those and what tests run against.
    Test,
}

/// Installs what is missing, or with `install` false prints how to.
pub fn ensure(needs: Needs, install: bool) -> Result<()> {
    let tests = if needs == Needs::Test { TEST } else { &[] };
    let missing: Vec<&Package> =
        BUILD.iter().chain(tests).filter(|package| !(package.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("System packages needed and not found:");
    for package in &missing {
        eprintln!("  {:<16} {}", package.name, package.why);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let become_root: &[&str] = if is_root() { &[] } else { &["sudo"] };
    if !install || !Path::new("/usr/bin/apt-get").exists() {
        let sudo = become_root.join(" ");
        bail!("install them, then run again:\n  {sudo} apt-get install {}", names.join(" "));
    }
    apt(become_root, &["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(&names);
    apt(become_root, &arguments)
}

fn apt(become_root: &[&str], arguments: &[&str]) -> Result<()> {
    let words: Vec<&str> = become_root.iter().copied().chain(["apt-get"]).collect();
    let Some((first, rest)) = words.split_first() else {
        return Ok(());
    };
    program(first).args(rest).args(arguments).env("DEBIAN_FRONTEND", "noninteractive").run()
}

fn is_root() -> bool {
    program("id").args(["-u"]).read().is_ok_and(|id| id.trim() == "0")
}
