//! The contract suite every storage backend must pass, and scratch databases
//! to run it on.
//!
//! What it is for: the traits of `comptoir-storage` promise more than their
//! signatures say (exactly once, no gaps, nobody reads another site). Each
//! promise is a named case here, run on every backend by a test of the
//! backend's own crate: `comptoir_storage_contract::run(storage, "SQLite")`.
//!
//! How data enters and leaves: a storage on an empty database comes in; a panic
//! that names the failed cases, or nothing, comes out.
//!
//! What it must never do: know which backend it tests, or be part of a release.

mod cases;
mod rate;
mod runner;
mod world;

pub mod postgres;
pub mod prepare;

pub use rate::{CommitRate, commit_rate};
pub use runner::{run, run_conversations};
