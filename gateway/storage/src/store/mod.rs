//! The traits a backend fulfils, one file each.
//!
//! Every method that changes rows is one transaction and returns once it is on
//! disk (SQLite: WAL with `synchronous=FULL`; PostgreSQL: its default).
//! Every method takes the site where rows belong to one: no method can read
//! across sites except those of the process itself (`sites`, `unfinished`,
//! `silent`, `unattended`, `claim_notifications`, the leases).

mod channel;
mod checks;
mod conversations;
mod entries;
mod gaps;
mod leases;
mod notes;
mod notifications;
mod people;
mod phrasings;
mod reach;
mod sites;

pub use channel::{Channel, Listening, MAX_MESSAGE_BYTES};
pub use checks::CheckStore;
pub use conversations::ConversationStore;
pub use entries::EntryStore;
pub use gaps::GapStore;
pub use leases::LeaseStore;
pub use notes::NoteStore;
pub use notifications::NotificationStore;
pub use people::PeopleStore;
pub use phrasings::PhrasingStore;
pub use reach::ReachStore;
pub use sites::SiteStore;

use crate::StorageError;
use async_trait::async_trait;

/// Everything one backend keeps.
#[async_trait]
pub trait Storage:
    CheckStore
    + ConversationStore
    + EntryStore
    + GapStore
    + LeaseStore
    + NoteStore
    + NotificationStore
    + PeopleStore
    + PhrasingStore
    + ReachStore
    + SiteStore
    + Send
    + Sync
    + 'static
{
    /// Whether the database answers; for `/readyz` and `doctor`.
    async fn ping(&self) -> Result<(), StorageError>;

    /// Ends all connections; pending writes are on disk afterwards.
    async fn close(&self);
}
