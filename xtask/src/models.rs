//! Model files, fetched and verified by the product's own command.

use crate::paths;
use crate::shell::program;
use anyhow::Result;

/// What the demo and the scenarios run: the default language model, the
/// default embedder and the library that runs it.
pub const DEMO: &[&str] =
    &["onnxruntime", "use-multilingual-v3", "qwen2.5-coder-1.5b-instruct-q4_k_m"];

/// What plumbing tests add: a small model that streams nonsense quickly.
pub const TEST: &[&str] = &["smollm2-135m-instruct-q4_1"];

/// Fetches what is missing; the binary must be built.
pub fn pull(names: &[&str]) -> Result<()> {
    let binary = paths::comptoir();
    for name in names {
        program(&binary.to_string_lossy())
            .env("COMPTOIR_MODELS_DIR", paths::models())
            .args(["model", "pull", name])
            .run()?;
    }
    Ok(())
}
