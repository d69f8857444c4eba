//! Stored entries behind the pipeline's `EntrySource` port.

use async_trait::async_trait;
use comptoir_rag::{EntryDoc, EntrySource, SourceError};
use comptoir_storage::model::{Entry, EntryId, SiteId};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

/// Reads entries from the database, the only truth about them.
pub struct StoredEntries(pub Arc<dyn Storage>);

#[async_trait]
impl EntrySource for StoredEntries {
    async fn changes_since(
        &self,
        site: &str,
        revision: i64,
        limit: u32,
    ) -> Result<Vec<EntryDoc>, SourceError> {
        let site = parse(site)?;
        let entries = self.0.entries_since(&site, revision, limit).await.map_err(failed)?;
        Ok(entries.into_iter().map(document).collect())
    }

    async fn by_ids(&self, site: &str, ids: &[Uuid]) -> Result<Vec<EntryDoc>, SourceError> {
        let site = parse(site)?;
        let ids: Vec<EntryId> = ids.iter().copied().map(EntryId).collect();
        let entries = self.0.entries_by_id(&site, &ids).await.map_err(failed)?;
        Ok(entries.into_iter().map(document).collect())
    }

    async fn revision(&self, site: &str) -> Result<i64, SourceError> {
        self.0.entry_revision(&parse(site)?).await.map_err(failed)
    }
}

fn parse(site: &str) -> Result<SiteId, SourceError> {
    SiteId::parse(site).ok_or_else(|| SourceError("not a site name".into()))
}

fn failed(error: StorageError) -> SourceError {
    SourceError(Box::new(error))
}

/// An entry as the pipeline reads it.
#[must_use]
pub fn document(entry: Entry) -> EntryDoc {
    let live = entry.is_live();
    EntryDoc {
        id: entry.id.0,
        version: entry.version,
        revision: entry.revision,
        external_id: entry.external_id,
        question: entry.content.question,
        alternatives: entry.content.alternatives,
        answer: entry.content.answer,
        category: entry.content.category,
        keywords: entry.content.keywords,
        lang: entry.content.lang,
        live,
    }
}
