//! Visitor sockets: `/ws?site=…`.
//!
//! What it is for: one task per connection carries frames between a visitor's
//! client and the conversation. Sizes are checked before parsing, rates before
//! the conversation hears of anything.
//!
//! How data enters and leaves: JSON text frames of `comptoir-protocol`.
//! `upgrade` admits or refuses the connection; `session` runs it; `frames`
//! turns wire frames into parsed actions.
//!
//! What it must never do: keep anything that must survive the connection.

mod frames;
mod origin;
mod session;
mod upgrade;

pub(crate) use frames::is_email;
pub(crate) use upgrade::client_address;
pub use upgrade::{SocketDeps, upgrade};
