//! Private notes on conversations. No visitor's reader is among their readers.

use crate::StorageError;
use crate::model::{ConversationKey, NewNote, Note, SiteId};
use async_trait::async_trait;

/// Keeps notes.
#[async_trait]
pub trait NoteStore {
    /// Keeps a note under the next number of its conversation. The id of one
    /// that is stored gives that one, and nothing is written.
    ///
    /// # Errors
    /// `Missing` when the conversation or the writer is not of the site.
    async fn add_note(&self, note: &NewNote) -> Result<Note, StorageError>;

    /// Notes of a conversation of the site after this number, in order, at
    /// most `limit`.
    async fn notes(
        &self,
        site: &SiteId,
        conversation: ConversationKey,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Note>, StorageError>;
}
