//! What can go wrong while answering. A visitor is never shown these: the
//! caller offers a person instead.

use crate::document::SourceError;
use comptoir_embed::EmbedError;
use comptoir_index::IndexError;

/// A failure of one of the parts an answer needs.
#[derive(Debug, thiserror::Error)]
pub enum RagError {
    /// The storage of entries.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The vector index.
    #[error("the index failed: {0}")]
    Index(#[from] IndexError),
    /// The embedder.
    #[error("the embedder failed: {0}")]
    Embed(#[from] EmbedError),
    /// A background task ended without a result.
    #[error("a background task was stopped")]
    Task,
    /// The embedder gave something else than one vector per text.
    #[error("the embedder returned {got} vectors for {wanted} texts")]
    Vectors {
        /// Texts given.
        wanted: usize,
        /// Vectors received.
        got: usize,
    },
    /// A calibration file that cannot be read.
    #[error("the calibration is not readable: {0}")]
    Calibration(String),
    /// A line of an evaluation file that cannot be read.
    #[error("line {line}: {problem}")]
    Row {
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}
