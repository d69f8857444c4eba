//! Short messages between the processes at one database.

use crate::StorageError;
use async_trait::async_trait;

/// Most bytes of one message.
pub const MAX_MESSAGE_BYTES: usize = 7_800;

/// Carries messages to every process that listens, the sender's too. Nothing
/// is kept: whoever does not listen misses what is sent meanwhile, and must
/// read the tables again.
#[async_trait]
pub trait Channel: Send + Sync + 'static {
    /// Sends messages of at most [`MAX_MESSAGE_BYTES`], in order.
    ///
    /// # Errors
    /// `Backend`; some may have been sent.
    async fn send(&self, messages: &[String]) -> Result<(), StorageError>;

    /// Begins to listen: everything sent after this returned is heard.
    ///
    /// # Errors
    /// `Backend`.
    async fn listen(&self) -> Result<Box<dyn Listening>, StorageError>;
}

/// An ear at a [`Channel`].
#[async_trait]
pub trait Listening: Send {
    /// The next message. Dropping the wait loses none.
    ///
    /// # Errors
    /// `Backend` when the connection broke: messages may have been missed,
    /// and no more come. Listen again.
    async fn next(&mut self) -> Result<String, StorageError>;
}
