//! What can go wrong with an index, in the terms of its callers.

use thiserror::Error;

/// Why the index did not do what it was asked to. Details are for logs; they
/// never hold text of entries or visitors.
#[derive(Debug, Error)]
pub enum IndexError {
    /// A vector of another length than the index was made for, or an index on
    /// disk made for another length.
    #[error("the index has {expected} dimensions, this is {got}")]
    Dimensions {
        /// What the index was made for, or what was asked for at opening.
        expected: usize,
        /// What was offered or found.
        got: usize,
    },
    /// A vector that no engine could score.
    #[error("invalid vector: {0}")]
    InvalidVector(&'static str),
    /// More points in one entry than [`crate::MAX_ENTRY_POINTS`].
    #[error("{got} points in one entry, at most {limit} are allowed")]
    TooManyPoints {
        /// The limit.
        limit: usize,
        /// What was offered.
        got: usize,
    },
    /// A point given to `replace_entry` that belongs to another entry or site.
    #[error("a point of another entry or site")]
    ForeignPoint,
    /// Too many requests at once; try again.
    #[error("the index is busy")]
    Busy,
    /// Another process (or another handle in this one) holds the index.
    #[error("the index at {0} is already open")]
    AlreadyOpen(String),
    /// The stored index cannot be trusted: wipe it and rebuild.
    #[error("the stored index is damaged: {0}")]
    Corrupt(String),
    /// The engine cannot be reached or has stopped.
    #[error("the index is not available: {0}")]
    Unavailable(String),
    /// The server refused the credentials.
    #[error("the index server refused the API key")]
    Unauthorized,
    /// Reading or writing files failed.
    #[error("index files: {0}")]
    Io(#[from] std::io::Error),
    /// The engine refused an operation for another reason.
    #[error("index engine: {0}")]
    Engine(String),
}

impl IndexError {
    /// Whether wiping the index and rebuilding it from the database is the
    /// way out, when this error came from opening it.
    #[must_use]
    pub fn needs_rebuild(&self) -> bool {
        match self {
            Self::Corrupt(_) | Self::Dimensions { .. } => true,
            Self::InvalidVector(_)
            | Self::TooManyPoints { .. }
            | Self::ForeignPoint
            | Self::Busy
            | Self::AlreadyOpen(_)
            | Self::Unavailable(_)
            | Self::Unauthorized
            | Self::Io(_)
            | Self::Engine(_) => false,
        }
    }
}
