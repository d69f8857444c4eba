//! Where things are: the checkout, and the cache outside it.

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    // Asked when run, not when built: checkouts may share a build folder.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or_else(|| own.clone(), Path::to_owned)
}

/// Cache folder shared by all checkouts of this user.
pub fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    base.unwrap_or_else(std::env::temp_dir).join("comptoir")
}

/// Build folder: `CARGO_TARGET_DIR`, else in the cache, so that a second
/// checkout does not build llama.cpp and Qdrant again.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => cache().join("target"),
    }
}

/// Build folder of the widget; apart, since another target never shares.
pub fn wasm_target() -> PathBuf {
    cache().join("target-wasm")
}

/// Downloaded tools (Qdrant server, binaryen, esbuild, axe-core, …).
pub fn tools() -> PathBuf {
    cache().join("tools")
}

/// Model files.
pub fn models() -> PathBuf {
    std::env::var_os("COMPTOIR_MODELS_DIR").map_or_else(|| cache().join("models"), PathBuf::from)
}

/// The built widget.
pub fn widget() -> PathBuf {
    root().join("widget/dist")
}

/// The built binary.
pub fn comptoir() -> PathBuf {
    target().join("release/comptoir")
}
