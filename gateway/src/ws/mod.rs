//! Visitor sockets: `/ws?site=…`.
//!
//! What it is for: `upgrade` admits or refuses a connection (site, origin,
//! fair use, `places`); `shape` gives every socket its buffers and limits;
//! `returns` says when visitors come back after the counter closes;
//! `line` hands its frames to `comptoir-session`, which runs the connection.
//!
//! How data enters and leaves: JSON text frames of `comptoir-protocol`.
//!
//! What it must never do: read a frame's meaning, or keep anything that must
//! survive the connection.

mod line;
mod origin;
mod places;
mod returns;
mod shape;
mod upgrade;

pub use places::{Place, Places};
pub(crate) use returns::returns;
pub use shape::{SOCKET_BUFFER_BYTES, Shape};
pub(crate) use upgrade::client_address;
pub use upgrade::{SocketDeps, upgrade};
