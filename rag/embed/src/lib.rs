//! Sentence embeddings: texts in, unit vectors out.
//!
//! In: a folder that `comptoir-models` checked (graph, tokenizer, manifest) and
//! the ONNX Runtime library beside it. Out: one vector of length 1 per text,
//! the same for the same text whatever else is embedded at the time.
//!
//! [`prepare`] makes such a folder from a published graph that ONNX Runtime
//! alone cannot run.
//!
//! This crate must never download anything, never batch texts together (the
//! vectors would depend on the company they keep), and never log a text.

mod error;
mod fast;
pub mod prepare;
mod runtime;

pub use error::EmbedError;
pub use fast::FastEmbedder;
pub use runtime::load_runtime;

/// Turns texts into vectors. Calls block for milliseconds per text: from
/// async code they go through a blocking thread.
pub trait Embedder: Send + Sync {
    /// Identifies model and preparation: vectors of two different ids must
    /// never be compared, so an index made under another id is rebuilt.
    fn id(&self) -> &str;

    /// Length of every vector.
    fn dimensions(&self) -> usize;

    /// One vector of Euclidean length 1 per text, in order. Text beyond the
    /// model's limit is not read.
    ///
    /// # Errors
    /// The model fails; never because of what a text says.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError>;
}
