//! A small world that is the same for the same seed: visitors with several
//! tabs, artisans, networks that delay, stall and break, a disk that is slow
//! and fails, processes that die, clocks that jump.
//!
//! What it is for: what is real is what the product runs: the widget's pure
//! core ([`screen`]), the session ([`comptoir_session`]), actor and state machine
//! (`comptoir-chat`). What is simulated is only what must misbehave: lines,
//! storage ([`store`]), answers and time. [`simulate`] lets things happen, then lets everything come to rest; [`check`] compares what
//! every client was shown with the log.
//!
//! How data enters and leaves: a seed comes in; a [`check::History`] and, when
//! asked for, a readable trace come out.
//!
//! What it must never do: ask the real clock, network or randomness; repair
//! what the product got wrong.

mod answers;
mod artisan;
pub mod check;
pub mod dice;
mod happen;
mod node;
mod plan;
mod rest;
pub mod resume;
pub mod screen;
pub mod store;
mod tab;
mod trace;
mod visitor;
mod weather;
mod wire;
mod world;

pub use plan::Plan;
pub use weather::Sabotage;
pub use world::{Outcome, simulate, simulate_on};
