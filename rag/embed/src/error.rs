//! Why embedding is impossible.

use std::path::PathBuf;

use comptoir_models::ManifestError;

/// A failure of the embedder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The model's folder is missing, incomplete or changed. Pulling the model
    /// again repairs it.
    #[error("the embedding model's folder cannot be used")]
    Folder(#[from] ManifestError),
    /// A file of the folder cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder's configuration is not one this program understands.
    #[error("{path} is not a configuration of ours")]
    Configuration {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// ONNX Runtime is missing, broken or too old.
    #[error("ONNX Runtime cannot be loaded from {path}: {detail}")]
    Runtime {
        /// The library.
        path: PathBuf,
        /// The loader's account of it.
        detail: String,
    },
    /// The graph or tokenizer is refused.
    #[error("the embedding model cannot be loaded")]
    Load {
        /// Why.
        source: fastembed::Error,
    },
    /// The model failed on a text.
    #[error("the embedding model failed")]
    Run {
        /// Why.
        source: fastembed::Error,
    },
    /// The model answered with something that is no unit vector of its length.
    #[error("the embedding model gave an unusable vector ({found} values, expected {expected})")]
    Vector {
        /// Values expected.
        expected: usize,
        /// Values found.
        found: usize,
    },
    /// An earlier call panicked inside the model; the process should restart.
    #[error("the embedding model is in an unknown state")]
    Poisoned,
}
