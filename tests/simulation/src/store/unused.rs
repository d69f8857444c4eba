//! What conversations never ask for: refused, so that a test notices if one
//! ever does.

use super::Disk;
use async_trait::async_trait;
use comptoir_storage::model::{
    AgentId, Entry, EntryContent, EntryFilter, EntryId, EntryVersion, ImportWrite, NewEntry, Page,
    SiteId,
};
use comptoir_storage::{EntryStore, StorageError};
use jiff::Timestamp;

pub(super) const MISSING: StorageError =
    StorageError::Missing { what: "this part of the simulated storage" };

#[async_trait]
impl EntryStore for Disk {
    async fn entries(
        &self,
        _site: &SiteId,
        _filter: &EntryFilter,
        _page: Page<EntryId>,
    ) -> Result<Vec<Entry>, StorageError> {
        Err(MISSING)
    }

    async fn count_entries(
        &self,
        _site: &SiteId,
        _filter: &EntryFilter,
    ) -> Result<u64, StorageError> {
        Err(MISSING)
    }

    async fn categories(&self, _site: &SiteId) -> Result<Vec<String>, StorageError> {
        Err(MISSING)
    }

    async fn entry(&self, _site: &SiteId, _id: EntryId) -> Result<Option<Entry>, StorageError> {
        Err(MISSING)
    }

    async fn entries_by_id(
        &self,
        _site: &SiteId,
        _ids: &[EntryId],
    ) -> Result<Vec<Entry>, StorageError> {
        Err(MISSING)
    }

    async fn create_entry(
        &self,
        _site: &SiteId,
        _entry: &NewEntry,
        _author: Option<AgentId>,
        _at: Timestamp,
    ) -> Result<Entry, StorageError> {
        Err(MISSING)
    }

    async fn update_entry(
        &self,
        _site: &SiteId,
        _id: EntryId,
        _expected: i64,
        _content: &EntryContent,
        _author: Option<AgentId>,
        _at: Timestamp,
    ) -> Result<Entry, StorageError> {
        Err(MISSING)
    }

    async fn set_entry_deleted(
        &self,
        _site: &SiteId,
        _id: EntryId,
        _deleted: bool,
        _author: Option<AgentId>,
        _at: Timestamp,
    ) -> Result<Entry, StorageError> {
        Err(MISSING)
    }

    async fn import_entries(
        &self,
        _site: &SiteId,
        _writes: &[ImportWrite],
        _author: Option<AgentId>,
        _at: Timestamp,
    ) -> Result<Vec<Entry>, StorageError> {
        Err(MISSING)
    }

    async fn entry_history(
        &self,
        _site: &SiteId,
        _id: EntryId,
    ) -> Result<Vec<EntryVersion>, StorageError> {
        Err(MISSING)
    }

    async fn entries_since(
        &self,
        _site: &SiteId,
        _revision: i64,
        _limit: u32,
    ) -> Result<Vec<Entry>, StorageError> {
        Err(MISSING)
    }

    async fn entry_revision(&self, _site: &SiteId) -> Result<i64, StorageError> {
        Err(MISSING)
    }
}
