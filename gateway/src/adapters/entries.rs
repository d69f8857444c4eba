//! Stored entries behind the pipeline's `EntrySource` port.

use async_trait::async_trait;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::document::{EntryDoc, EntrySource, SourceError};
use comptoir_storage::model::{Entry, EntryId, SiteId};
use comptoir_storage::{Storage, StorageError};
use comptoir_text::Lang;
use std::sync::Arc;
use uuid::Uuid;

/// Reads entries from the database, the only truth about them.
pub struct StoredEntries(pub Arc<dyn Storage>);

#[async_trait]
impl EntrySource for StoredEntries {
    async fn changes_since(
        &self,
        site: &RagSite,
        revision: i64,
        limit: usize,
    ) -> Result<Vec<EntryDoc>, SourceError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let entries = self.0.entries_since(&parse(site)?, revision, limit).await;
        Ok(entries.map_err(failed)?.into_iter().map(document).collect())
    }

    async fn by_ids(&self, site: &RagSite, ids: &[Uuid]) -> Result<Vec<EntryDoc>, SourceError> {
        let ids: Vec<EntryId> = ids.iter().copied().map(EntryId).collect();
        let entries = self.0.entries_by_id(&parse(site)?, &ids).await;
        Ok(entries.map_err(failed)?.into_iter().map(document).collect())
    }

    async fn revision(&self, site: &RagSite) -> Result<i64, SourceError> {
        self.0.entry_revision(&parse(site)?).await.map_err(failed)
    }

    async fn synonyms(&self, site: &RagSite) -> Result<Vec<Vec<String>>, SourceError> {
        let found = self.0.site(&parse(site)?).await.map_err(failed)?;
        Ok(found.map(|site| site.settings.synonyms).unwrap_or_default())
    }
}

fn parse(site: &RagSite) -> Result<SiteId, SourceError> {
    SiteId::parse(site.as_str()).ok_or_else(|| SourceError("not a site name".to_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` asks for")]
fn failed(error: StorageError) -> SourceError {
    SourceError(error.to_string())
}

/// An entry as the pipeline reads it.
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
        lang: Lang::from_code(&entry.content.lang),
        live,
    }
}
