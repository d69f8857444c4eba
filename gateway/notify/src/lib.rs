//! Telling people outside the pages, and hearing what they write back.
//!
//! What it is for: an artisan whose desk is closed is woken by a push to the
//! browser and a letter; a visitor who left an e-mail address gets the answer
//! that came late; whoever answers such a letter writes into the conversation.
//!
//! How data enters and leaves: causes come from the outbox, which the
//! conversation's own commit fills ([`Notifier`] claims them); letters come in
//! through [`inbound::receive`]. Pushes and letters leave through the ports
//! [`push::Door`] and [`mail::Post`]. Whom something concerns, when, and how
//! often it is tried is decided purely ([`policy`]).
//!
//! What it must never do: put a visitor's words into a push, an address into a
//! log line, or lose a notification because a server was away.

pub mod inbound;
pub mod mail;
pub mod policy;
pub mod push;
pub mod texts;
pub mod ticket;

mod scene;
mod worker;

pub use worker::{Addresses, Deps, Notifier, Told, Watcher};
