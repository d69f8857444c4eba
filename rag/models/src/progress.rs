//! How a long operation tells its caller where it stands.

use crate::error::ModelsError;
use crate::names::ModelName;

/// Receives the events of a pull, an addition or a check. Called from worker
/// threads, many times per second at most: it must return at once.
pub trait Progress: Send + Sync {
    /// One event, in order.
    fn report(&self, event: &Event<'_>);
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Work on an item begins; `total` bytes where known.
    Started {
        /// The item.
        name: &'a ModelName,
        /// Size of the whole in bytes.
        total: Option<u64>,
    },
    /// A source is tried; `label` is a host name or package name.
    Source {
        /// Where the bytes come from.
        label: &'a str,
    },
    /// Bytes of the whole that are on disk.
    Advanced {
        /// Bytes so far.
        done: u64,
        /// Size of the whole, where known.
        total: Option<u64>,
    },
    /// The connection broke; it is taken up again where it stopped.
    Retrying {
        /// Why.
        error: &'a ModelsError,
    },
    /// A source gave up; the next one, if any, follows.
    SourceFailed {
        /// Where the bytes should have come from.
        label: &'a str,
        /// Why they did not.
        error: &'a ModelsError,
    },
    /// The checksum is being computed.
    Verifying {
        /// Bytes hashed so far.
        done: u64,
        /// Bytes to hash.
        total: u64,
    },
    /// The downloaded file is being turned into what the program loads.
    Preparing,
    /// The item is in place and checked.
    Finished {
        /// The item.
        name: &'a ModelName,
    },
}

/// Ignores every event.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn report(&self, _event: &Event<'_>) {}
}
