//! Storage: what Comptoir keeps, and the traits every backend fulfils.
//!
//! What it is for: the conversation, the admin pages and the gateway depend on
//! these traits; SQLite and PostgreSQL implement them in crates of their own,
//! and one contract suite (`comptoir-storage-contract`) runs on both.
//!
//! How data enters and leaves: plain models in, plain models out. Not found is
//! `Ok(None)`. Time, ids and randomness are arguments, never taken here.
//!
//! What a backend shares with the other one is here too: how models map to
//! plain columns ([`columns`]) and how text is folded for lists ([`search`]).
//!
//! What it must never do: no SQL, no clock, no async runtime of its own.

pub mod columns;
pub mod model;
pub mod search;
pub mod store;

mod error;

pub use error::StorageError;
pub use store::{
    Channel, CheckStore, ConversationStore, EntryStore, GapStore, LeaseStore, Listening,
    MAX_MESSAGE_BYTES, NoteStore, NotificationStore, PeopleStore, PhrasingStore, ReachStore,
    SiteStore, Storage,
};
