//! PostgreSQL storage, for installations of several nodes.
//!
//! How data enters and leaves: through the traits of `comptoir-storage`. What a
//! decision rests on is locked before it is read (`FOR NO KEY UPDATE`), always
//! the site or the conversation first, so that transactions queue behind each
//! other and never wait in a circle.
//!
//! What it must never do: return from a change before the disk has it, or run
//! SQL that was not checked when it was compiled.

#[macro_use]
mod macros;

mod channel;
mod checks;
mod connect;
mod conversations;
mod entries;
mod error;
mod gaps;
mod leases;
mod notes;
mod notifications;
mod people;
mod phrasings;
mod reach;
mod sites;

pub use channel::PostgresChannel;
pub use connect::{PostgresOptions, PostgresStorage};
