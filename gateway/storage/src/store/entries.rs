//! FAQ entries and their history.

use crate::StorageError;
use crate::model::{
    AgentId, Entry, EntryContent, EntryFilter, EntryId, EntryVersion, ImportWrite, NewEntry, Page,
    SiteId,
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Keeps entries. Each change adds one to the entry's version, keeps the new
/// state in its history, and takes the next revision of the site.
#[async_trait]
pub trait EntryStore {
    /// Entries of a site, by category (none first), question, id, case and
    /// accents folded. The page key is the last entry's id; an unknown one
    /// gives an empty page.
    async fn entries(
        &self,
        site: &SiteId,
        filter: &EntryFilter,
        page: Page<EntryId>,
    ) -> Result<Vec<Entry>, StorageError>;

    /// How many entries a filter matches.
    async fn count_entries(&self, site: &SiteId, filter: &EntryFilter)
    -> Result<u64, StorageError>;

    /// Categories in use, by name.
    async fn categories(&self, site: &SiteId) -> Result<Vec<String>, StorageError>;

    /// One entry, deleted or not.
    async fn entry(&self, site: &SiteId, id: EntryId) -> Result<Option<Entry>, StorageError>;

    /// Several entries by id, in any order; unknown ids are left out.
    async fn entries_by_id(
        &self,
        site: &SiteId,
        ids: &[EntryId],
    ) -> Result<Vec<Entry>, StorageError>;

    /// Creates an entry at version 1.
    ///
    /// # Errors
    /// `Taken` when the id exists, or the external id exists in the site
    /// (deleted ones included); `Missing` when the site does not.
    async fn create_entry(
        &self,
        site: &SiteId,
        entry: &NewEntry,
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Entry, StorageError>;

    /// Replaces the content if `expected` is still the stored version.
    ///
    /// # Errors
    /// `StaleVersion` or `Missing`.
    async fn update_entry(
        &self,
        site: &SiteId,
        id: EntryId,
        expected: i64,
        content: &EntryContent,
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Entry, StorageError>;

    /// Deletes or restores (undo) an entry; one that is so already is given
    /// back unchanged.
    ///
    /// # Errors
    /// `Missing`.
    async fn set_entry_deleted(
        &self,
        site: &SiteId,
        id: EntryId,
        deleted: bool,
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Entry, StorageError>;

    /// Writes a whole import in one transaction, all or nothing; gives back
    /// the entries in the order of the writes. A deleted entry that is changed
    /// stays deleted unless the write restores it.
    ///
    /// # Errors
    /// As of `create_entry`; `Missing` when an entry to change is not there.
    async fn import_entries(
        &self,
        site: &SiteId,
        writes: &[ImportWrite],
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Vec<Entry>, StorageError>;

    /// All versions of an entry, newest first.
    async fn entry_history(
        &self,
        site: &SiteId,
        id: EntryId,
    ) -> Result<Vec<EntryVersion>, StorageError>;

    /// Entries changed after `revision` (deleted and drafts included), by
    /// revision, at most `limit`: what the index must follow.
    async fn entries_since(
        &self,
        site: &SiteId,
        revision: i64,
        limit: u32,
    ) -> Result<Vec<Entry>, StorageError>;

    /// The site's last revision; 0 before the first change, or without a site.
    async fn entry_revision(&self, site: &SiteId) -> Result<i64, StorageError>;
}
