//! An owner's test questions.

use crate::PostgresStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::{CheckRow, check_document, page_limit, result_document};
use comptoir_storage::model::{Check, CheckContent, CheckId, CheckResult, SiteId};
use comptoir_storage::{CheckStore, StorageError};
use jiff::Timestamp;

const MISSING: StorageError = StorageError::Missing { what: "test question" };

#[async_trait]
impl CheckStore for PostgresStorage {
    async fn checks(&self, site: &SiteId, limit: u32) -> Result<Vec<Check>, StorageError> {
        let (site, limit) = (site.as_str(), page_limit(limit));
        let rows = sqlx::query_as!(
            CheckRow,
            "SELECT id, site_id, content, result, deleted_at, created_at FROM checks
            WHERE site_id = $1 AND deleted_at IS NULL ORDER BY created_at, id LIMIT $2",
            site,
            limit,
        )
        .fetch_all(self.pool())
        .await
        .map_err(backend)?;
        rows.into_iter().map(Check::try_from).collect()
    }

    async fn check(&self, site: &SiteId, id: CheckId) -> Result<Option<Check>, StorageError> {
        let (site, id) = (site.as_str(), id.0.to_string());
        let row = sqlx::query_as!(
            CheckRow,
            "SELECT id, site_id, content, result, deleted_at, created_at FROM checks
            WHERE site_id = $1 AND id = $2",
            site,
            id,
        )
        .fetch_optional(self.pool())
        .await
        .map_err(backend)?;
        row.map(Check::try_from).transpose()
    }

    async fn create_check(
        &self,
        site: &SiteId,
        id: CheckId,
        content: &CheckContent,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let (site, id, at) = (site.as_str(), id.0.to_string(), at.as_millisecond());
        let document = check_document(content)?;
        sqlx::query!(
            "INSERT INTO checks (id, site_id, content, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
            id,
            site,
            document,
            at,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(violation)
    }

    async fn update_check(
        &self,
        site: &SiteId,
        id: CheckId,
        content: &CheckContent,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let (site, id, at) = (site.as_str(), id.0.to_string(), at.as_millisecond());
        let document = check_document(content)?;
        let done = sqlx::query!(
            "UPDATE checks SET content = $3, result = NULL, updated_at = $4 WHERE site_id = $1 AND id = $2",
            site,
            id,
            document,
            at,
        )
        .execute(self.pool())
        .await
        .map_err(backend)?;
        if done.rows_affected() == 0 { Err(MISSING) } else { Ok(()) }
    }

    async fn set_check_deleted(
        &self,
        site: &SiteId,
        id: CheckId,
        deleted_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        let (site, id) = (site.as_str(), id.0.to_string());
        let deleted_at = deleted_at.map(Timestamp::as_millisecond);
        let done = sqlx::query!(
            "UPDATE checks SET deleted_at = $3 WHERE site_id = $1 AND id = $2",
            site,
            id,
            deleted_at,
        )
        .execute(self.pool())
        .await
        .map_err(backend)?;
        if done.rows_affected() == 0 { Err(MISSING) } else { Ok(()) }
    }

    async fn note_results(
        &self,
        site: &SiteId,
        results: &[(CheckId, CheckResult)],
    ) -> Result<(), StorageError> {
        let site = site.as_str();
        let mut tx = self.begin_transaction().await?;
        for (id, result) in results {
            let (id, document) = (id.0.to_string(), result_document(result)?);
            sqlx::query!(
                "UPDATE checks SET result = $3 WHERE site_id = $1 AND id = $2",
                site,
                id,
                document,
            )
            .execute(&mut *tx)
            .await
            .map_err(backend)?;
        }
        tx.commit().await.map_err(backend)
    }
}
