//! Unanswered questions.

use crate::PostgresStorage;
use crate::error::backend;
use async_trait::async_trait;
use comptoir_storage::columns::{GapRow, count, gap_status_text, page_limit};
use comptoir_storage::model::{EntryId, Gap, GapId, GapStatus, Page, SiteId};
use comptoir_storage::{GapStore, StorageError};

#[async_trait]
impl GapStore for PostgresStorage {
    async fn gaps(
        &self,
        site: &SiteId,
        status: GapStatus,
        page: Page<GapId>,
    ) -> Result<Vec<Gap>, StorageError> {
        let (site, status) = (site.as_str(), gap_status_text(status));
        let (after, limit) = (page.after.map(|id| id.0.to_string()), page_limit(page.limit));
        let rows = sqlx::query_as!(
            GapRow,
            "SELECT id, site_id, conversation_id, seq, question, lang, nearest, kind, entry_id, status, at
            FROM gaps
            WHERE site_id = $1 AND status = $2
                AND ($3::text IS NULL OR (at, id) < (SELECT at, id FROM gaps WHERE site_id = $1 AND id = $3))
            ORDER BY at DESC, id DESC
            LIMIT $4",
            site,
            status,
            after,
            limit,
        )
        .fetch_all(self.pool())
        .await
        .map_err(backend)?;
        rows.into_iter().map(Gap::try_from).collect()
    }

    async fn gap(&self, site: &SiteId, id: GapId) -> Result<Option<Gap>, StorageError> {
        let (site, id) = (site.as_str(), id.0.to_string());
        let row = sqlx::query_as!(
            GapRow,
            "SELECT id, site_id, conversation_id, seq, question, lang, nearest, kind, entry_id, status, at
            FROM gaps WHERE site_id = $1 AND id = $2",
            site,
            id,
        )
        .fetch_optional(self.pool())
        .await
        .map_err(backend)?;
        row.map(Gap::try_from).transpose()
    }

    async fn count_gaps(&self, site: &SiteId, status: GapStatus) -> Result<u64, StorageError> {
        let (site, status) = (site.as_str(), gap_status_text(status));
        let number = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM gaps WHERE site_id = $1 AND status = $2"#,
            site,
            status,
        )
        .fetch_one(self.pool())
        .await
        .map_err(backend)?;
        count("gaps", number)
    }

    async fn set_gap_status(
        &self,
        site: &SiteId,
        id: GapId,
        status: GapStatus,
    ) -> Result<(), StorageError> {
        let (site, id, status) = (site.as_str(), id.0.to_string(), gap_status_text(status));
        let done = sqlx::query!(
            "UPDATE gaps SET status = $3 WHERE site_id = $1 AND id = $2",
            site,
            id,
            status,
        )
        .execute(self.pool())
        .await
        .map_err(backend)?;
        if done.rows_affected() == 0 {
            return Err(StorageError::Missing { what: "unanswered question" });
        }
        Ok(())
    }

    async fn settle_gaps(
        &self,
        site: &SiteId,
        ids: &[GapId],
        status: GapStatus,
    ) -> Result<(), StorageError> {
        let (site, status) = (site.as_str(), gap_status_text(status));
        let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
        sqlx::query!(
            "UPDATE gaps SET status = $3 WHERE site_id = $1 AND id = ANY($2)",
            site,
            &ids,
            status,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn link_gaps(
        &self,
        site: &SiteId,
        ids: &[GapId],
        entry: EntryId,
    ) -> Result<(), StorageError> {
        let (site, entry) = (site.as_str(), entry.0.to_string());
        let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
        sqlx::query!(
            "UPDATE gaps SET entry_id = $3 WHERE site_id = $1 AND id = ANY($2)",
            site,
            &ids,
            entry,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn gaps_of_entry(&self, site: &SiteId, entry: EntryId) -> Result<Vec<Gap>, StorageError> {
        let (site, entry) = (site.as_str(), entry.0.to_string());
        let rows = sqlx::query_as!(
            GapRow,
            "SELECT id, site_id, conversation_id, seq, question, lang, nearest, kind, entry_id, status, at
            FROM gaps WHERE site_id = $1 AND entry_id = $2 AND status = 'open'
            ORDER BY at DESC, id DESC",
            site,
            entry,
        )
        .fetch_all(self.pool())
        .await
        .map_err(backend)?;
        rows.into_iter().map(Gap::try_from).collect()
    }
}
