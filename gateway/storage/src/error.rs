//! What can go wrong between a caller and the disk.

use comptoir_protocol::{NumberedEvent, Seq};

/// A storage failure. "Not found" is not one: lookups return `Ok(None)`.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Someone else committed first; reload and decide again.
    #[error("the conversation moved on to event {actual:?}")]
    Conflict {
        /// The last event now stored.
        actual: Seq,
    },
    /// The client id was used before: the retry's answer is that event.
    #[error("this client id is already stored")]
    Duplicate {
        /// The event stored under that id.
        existing: Box<NumberedEvent>,
    },
    /// The row was changed since it was read; show both versions.
    #[error("version {expected} expected, {actual} stored")]
    StaleVersion {
        /// Version the caller had.
        expected: i64,
        /// Version stored.
        actual: i64,
    },
    /// The change refers to a row that does not exist.
    #[error("{what} does not exist")]
    Missing {
        /// Kind of row.
        what: &'static str,
    },
    /// A unique value is taken (an e-mail, a site id).
    #[error("{what} is already taken")]
    Taken {
        /// Kind of value.
        what: &'static str,
    },
    /// A stored row breaks an invariant: the database was edited by hand or
    /// written by a newer version.
    #[error("inconsistent row in {table}: {detail}")]
    Inconsistent {
        /// Table of the row.
        table: &'static str,
        /// Which invariant; never row contents.
        detail: String,
    },
    /// The database is unreachable, full or locked.
    #[error("the database failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}
