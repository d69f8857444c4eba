//! FAQ entries and their history.

mod read;
mod write;

use crate::PostgresStorage;
use async_trait::async_trait;
use comptoir_storage::model::{
    AgentId, Entry, EntryContent, EntryFilter, EntryId, EntryVersion, ImportWrite, NewEntry, Page,
    SiteId,
};
use comptoir_storage::{EntryStore, StorageError};
use jiff::Timestamp;
use write::{Author, Change};

#[async_trait]
impl EntryStore for PostgresStorage {
    async fn entries(
        &self,
        site: &SiteId,
        filter: &EntryFilter,
        page: Page<EntryId>,
    ) -> Result<Vec<Entry>, StorageError> {
        read::entries(self.pool(), site, filter, page).await
    }

    async fn count_entries(
        &self,
        site: &SiteId,
        filter: &EntryFilter,
    ) -> Result<u64, StorageError> {
        read::count_entries(self.pool(), site, filter).await
    }

    async fn categories(&self, site: &SiteId) -> Result<Vec<String>, StorageError> {
        read::categories(self.pool(), site).await
    }

    async fn entry(&self, site: &SiteId, id: EntryId) -> Result<Option<Entry>, StorageError> {
        read::entry(self.pool(), site, id).await
    }

    async fn entries_by_id(
        &self,
        site: &SiteId,
        ids: &[EntryId],
    ) -> Result<Vec<Entry>, StorageError> {
        read::entries_by_id(self.pool(), site, ids).await
    }

    async fn create_entry(
        &self,
        site: &SiteId,
        entry: &NewEntry,
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Entry, StorageError> {
        let mut tx = write::begin(self, site).await?;
        let entry = write::insert(&mut tx, Author { site, author, at }, entry).await?;
        write::finish(tx).await?;
        Ok(entry)
    }

    async fn update_entry(
        &self,
        site: &SiteId,
        id: EntryId,
        expected: i64,
        content: &EntryContent,
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Entry, StorageError> {
        let mut tx = write::begin(self, site).await?;
        let stored = write::locked(&mut tx, site, id).await?;
        if stored.version != expected {
            return Err(StorageError::StaleVersion { expected, actual: stored.version });
        }
        let change = Change { content, deleted_at: stored.deleted_at, external_id: None };
        let entry = write::change(&mut tx, Author { site, author, at }, id, change).await?;
        write::finish(tx).await?;
        Ok(entry)
    }

    async fn set_entry_deleted(
        &self,
        site: &SiteId,
        id: EntryId,
        deleted: bool,
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Entry, StorageError> {
        let mut tx = write::begin(self, site).await?;
        let stored = write::locked(&mut tx, site, id).await?;
        if stored.deleted_at.is_some() == deleted {
            return Ok(stored);
        }
        let deleted_at = deleted.then_some(at);
        let change = Change { content: &stored.content, deleted_at, external_id: None };
        let entry = write::change(&mut tx, Author { site, author, at }, id, change).await?;
        write::finish(tx).await?;
        Ok(entry)
    }

    async fn import_entries(
        &self,
        site: &SiteId,
        writes: &[ImportWrite],
        author: Option<AgentId>,
        at: Timestamp,
    ) -> Result<Vec<Entry>, StorageError> {
        let author = Author { site, author, at };
        let mut tx = write::begin(self, site).await?;
        let mut entries = Vec::with_capacity(writes.len());
        for write in writes {
            entries.push(match write {
                ImportWrite::Add(new) => write::insert(&mut tx, author, new).await?,
                ImportWrite::Change { id, external_id, restore, content } => {
                    let stored = write::locked(&mut tx, site, *id).await?;
                    let deleted_at = stored.deleted_at.filter(|_| !restore);
                    let external_id = external_id.as_deref();
                    let change = Change { content, deleted_at, external_id };
                    write::change(&mut tx, author, *id, change).await?
                }
            });
        }
        write::finish(tx).await?;
        Ok(entries)
    }

    async fn entry_history(
        &self,
        site: &SiteId,
        id: EntryId,
    ) -> Result<Vec<EntryVersion>, StorageError> {
        read::history(self.pool(), site, id).await
    }

    async fn entries_since(
        &self,
        site: &SiteId,
        revision: i64,
        limit: u32,
    ) -> Result<Vec<Entry>, StorageError> {
        read::since(self.pool(), site, revision, limit).await
    }

    async fn entry_revision(&self, site: &SiteId) -> Result<i64, StorageError> {
        read::revision(self.pool(), site).await
    }
}
