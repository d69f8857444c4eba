//! Sites and their settings.

use crate::PostgresStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::{SiteRow, settings_text};
use comptoir_storage::model::{Site, SiteId, SiteSettings};
use comptoir_storage::{SiteStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl SiteStore for PostgresStorage {
    async fn sites(&self) -> Result<Vec<Site>, StorageError> {
        let rows = sqlx::query_as!(SiteRow, "SELECT id, settings, version FROM sites ORDER BY id")
            .fetch_all(self.pool())
            .await
            .map_err(backend)?;
        rows.into_iter().map(Site::try_from).collect()
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, StorageError> {
        let id = id.as_str();
        let row =
            sqlx::query_as!(SiteRow, "SELECT id, settings, version FROM sites WHERE id = $1", id)
                .fetch_optional(self.pool())
                .await
                .map_err(backend)?;
        row.map(Site::try_from).transpose()
    }

    async fn create_site(
        &self,
        id: &SiteId,
        settings: &SiteSettings,
        at: Timestamp,
    ) -> Result<Site, StorageError> {
        let (name, text, now) = (id.as_str(), settings_text(settings)?, at.as_millisecond());
        sqlx::query!(
            "INSERT INTO sites (id, settings, version, created_at, updated_at) VALUES ($1, $2, 1, $3, $3)",
            name,
            text,
            now,
        )
        .execute(self.pool())
        .await
        .map_err(violation)?;
        Ok(Site { id: id.clone(), settings: settings.clone(), version: 1 })
    }

    async fn update_site(
        &self,
        id: &SiteId,
        expected: i64,
        settings: &SiteSettings,
        at: Timestamp,
    ) -> Result<Site, StorageError> {
        let (name, text, now) = (id.as_str(), settings_text(settings)?, at.as_millisecond());
        let mut tx = self.begin_transaction().await?;
        let actual =
            sqlx::query_scalar!("SELECT version FROM sites WHERE id = $1 FOR NO KEY UPDATE", name)
                .fetch_optional(&mut *tx)
                .await
                .map_err(backend)?
                .ok_or(StorageError::Missing { what: "site" })?;
        if actual != expected {
            return Err(StorageError::StaleVersion { expected, actual });
        }
        sqlx::query!(
            "UPDATE sites SET settings = $2, version = version + 1, updated_at = $3 WHERE id = $1",
            name,
            text,
            now,
        )
        .execute(&mut *tx)
        .await
        .map_err(backend)?;
        tx.commit().await.map_err(backend)?;
        Ok(Site { id: id.clone(), settings: settings.clone(), version: expected + 1 })
    }
}
