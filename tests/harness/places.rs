//! Where the parts of the world are on this machine.

use std::path::{Path, PathBuf};

/// The repository.
#[must_use]
pub fn root() -> PathBuf {
    // Asked when run, not when built: checkouts may share a build folder.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or_else(|| own.clone(), Path::to_owned)
}

fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    base.unwrap_or_else(std::env::temp_dir).join("comptoir")
}

/// Folder of model files: `COMPTOIR_MODELS_DIR`, else the user's cache.
#[must_use]
pub fn models() -> PathBuf {
    std::env::var_os("COMPTOIR_MODELS_DIR").map_or_else(|| cache().join("models"), PathBuf::from)
}

/// Folder of the built widget: `COMPTOIR_WIDGET_DIR`, else where it is built.
#[must_use]
pub fn widget() -> PathBuf {
    std::env::var_os("COMPTOIR_WIDGET_DIR")
        .map_or_else(|| root().join("widget/dist"), PathBuf::from)
}

/// Folder whose `node_modules` has the accessibility rules:
/// `COMPTOIR_BROWSER_TOOLS`, else the user's cache.
#[must_use]
pub fn browser_tools() -> PathBuf {
    std::env::var_os("COMPTOIR_BROWSER_TOOLS")
        .map_or_else(|| cache().join("tools/browser"), PathBuf::from)
}

/// Folder of the Autobahn fuzzing client: `COMPTOIR_AUTOBAHN`, else the user's
/// cache.
#[must_use]
pub fn autobahn() -> PathBuf {
    std::env::var_os("COMPTOIR_AUTOBAHN")
        .map_or_else(|| cache().join("tools/autobahn"), PathBuf::from)
}

/// Folder of the Python package with a mail server: `COMPTOIR_AIOSMTPD`, else
/// the user's cache.
#[must_use]
pub fn aiosmtpd() -> PathBuf {
    std::env::var_os("COMPTOIR_AIOSMTPD")
        .map_or_else(|| cache().join("tools/aiosmtpd"), PathBuf::from)
}

/// Folder of the Python package that reads pushes: `COMPTOIR_HTTP_ECE`, else
/// the user's cache.
#[must_use]
pub fn http_ece() -> PathBuf {
    std::env::var_os("COMPTOIR_HTTP_ECE")
        .map_or_else(|| cache().join("tools/http_ece"), PathBuf::from)
}

/// The built binary: `COMPTOIR_BIN`, else the one beside this test.
///
/// # Panics
/// When there is none; the sentence says how to build it.
#[must_use]
pub fn binary() -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().ok()?;
        // target/release/deps/it-… → target/release/comptoir
        Some(test.parent()?.parent()?.join("comptoir"))
    };
    let found = std::env::var_os("COMPTOIR_BIN").map(PathBuf::from).or_else(beside);
    match found.filter(|path| path.is_file()) {
        Some(path) => path,
        None => panic!(
            "the comptoir binary is not built: run `cargo build --release --workspace \
             --bin comptoir`, or name it in COMPTOIR_BIN"
        ),
    }
}
