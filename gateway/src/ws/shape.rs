//! Buffers and limits of a socket.

use axum::extract::ws::WebSocketUpgrade;
use comptoir_protocol::MAX_FRAME_BYTES;

/// Buffer for reading and buffer for writing. The library's defaults cost
/// about 134 KiB of memory for each idle visitor; `cargo xtask bench sockets`
/// prints what these cost.
pub const SOCKET_BUFFER_BYTES: u32 = 2 * 1024;

/// Largest frame that can be sent: a `welcome` with a long conversation. Frames
/// are sent one at a time, so this is not what an idle connection holds.
const MAX_UNSENT_BYTES: usize = 64 * 1024 * 1024;

/// How a socket is made: `/ws` uses the default; benches and conformance tests
/// change one thing and keep the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Bytes of each of the two buffers.
    pub buffer: u32,
    /// Largest frame and largest message read, in bytes.
    pub largest: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self { buffer: SOCKET_BUFFER_BYTES, largest: MAX_FRAME_BYTES }
    }
}

impl Shape {
    /// Gives a socket this shape.
    pub fn of(self, socket: WebSocketUpgrade) -> WebSocketUpgrade {
        let buffer = usize::try_from(self.buffer).unwrap_or(usize::MAX);
        socket
            .read_buffer_size(buffer)
            .write_buffer_size(buffer)
            .max_write_buffer_size(MAX_UNSENT_BYTES)
            .max_frame_size(self.largest)
            .max_message_size(self.largest)
    }
}
