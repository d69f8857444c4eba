//! SQLite storage: one file, WAL, on disk before anything is acknowledged.
//!
//! How data enters and leaves: through the traits of `comptoir-storage`. One
//! connection writes, in transactions that take the write lock at their start
//! (`BEGIN IMMEDIATE`), so that two writers queue instead of failing; several
//! connections read beside it. Other processes may read and write the file too.
//!
//! What it must never do: return from a change before the disk has it
//! (`synchronous=FULL`), or run SQL that was not checked when it was compiled.

#[macro_use]
mod macros;

mod checks;
mod conversations;
mod entries;
mod error;
mod gaps;
mod leases;
mod notes;
mod notifications;
mod open;
mod people;
mod phrasings;
mod reach;
mod sites;

pub use open::{SqliteOptions, SqliteStorage};
