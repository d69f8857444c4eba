//! What carries a session's frames: a WebSocket in the gateway.

use std::future::Future;

/// The line to a visitor's client: ordered, lossless until it is cut.
pub trait Line: Send {
    /// The next thing that arrives. Dropping the future loses nothing.
    fn receive(&mut self) -> impl Future<Output = Heard> + Send;

    /// Hands a frame to the network; waits while the network takes no more.
    ///
    /// # Errors
    /// [`Lost`] when nobody is there any more.
    fn send(&mut self, text: String) -> impl Future<Output = Result<(), Lost>> + Send;

    /// Says that nothing more will come, with a code of RFC 6455.
    ///
    /// # Errors
    /// [`Lost`] when nobody is there any more.
    fn close(&mut self, code: u16) -> impl Future<Output = Result<(), Lost>> + Send;
}

/// What arrives on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A text message, whole.
    Text(String),
    /// A binary message; there are none in the protocol.
    Binary,
    /// A sign of life of the line itself.
    Control,
    /// A message larger than the line reads; nothing more is read from it.
    TooLarge,
    /// Not what the line's own protocol allows; nothing more is read from it.
    Garbled,
    /// The client left, or the network did.
    Gone,
}

/// Nobody is there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the line is cut")]
pub struct Lost;
