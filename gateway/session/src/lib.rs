//! A visitor's connection, whatever carries it.
//!
//! What it is for: one task per connection carries frames between a visitor's
//! client and the conversation. Sizes are checked before parsing, rates before
//! the conversation hears of anything. It knows no WebSocket: the gateway
//! gives it a [`Line`] over one, simulation and fuzzing give it others, and
//! all of them run the very same code.
//!
//! How data enters and leaves: JSON text frames of `comptoir-protocol` through
//! the [`Line`]. [`frames`] turns them into parsed actions; [`run`] opens or
//! resumes the conversation (`greet`) and goes on to its end (`converse`).
//!
//! What it must never do: keep anything that must survive the connection; know
//! HTTP, SQL or a model.

mod converse;
mod fairness;
pub mod frames;
mod greet;
mod line;
mod tickets;

pub use converse::{Counts, Shared, run};
pub use fairness::{Allowance, Buckets};
pub use line::{Heard, Line, Lost};
pub use tickets::{NoTickets, Tickets};
