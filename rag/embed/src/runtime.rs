//! Loading ONNX Runtime, which is a shared library chosen at run time.

use std::path::Path;

use crate::error::EmbedError;

/// Loads the ONNX Runtime library at `path`, once per process: when one is
/// loaded already it stays, whatever its path.
///
/// Must come before anything else touches `ort` or `fastembed`, which panic on
/// a missing or old library instead of saying so.
///
/// # Errors
/// No such file, not such a library, or one older than the bindings need.
pub fn load_runtime(path: &Path) -> Result<(), EmbedError> {
    let refused = |detail: String| EmbedError::Runtime { path: path.to_owned(), detail };
    if !path.is_file() {
        return Err(refused("no such file".to_owned()));
    }
    // Only the loading counts: fastembed makes the environment when it needs one.
    let _builder = ort::init_from(path).map_err(|error| refused(error.to_string()))?;
    Ok(())
}
