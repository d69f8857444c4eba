//! Sites and their settings.

use crate::StorageError;
use crate::model::{Site, SiteId, SiteSettings};
use async_trait::async_trait;
use jiff::Timestamp;

/// Keeps sites.
#[async_trait]
pub trait SiteStore {
    /// All sites, by id.
    async fn sites(&self) -> Result<Vec<Site>, StorageError>;

    /// One site.
    async fn site(&self, id: &SiteId) -> Result<Option<Site>, StorageError>;

    /// Creates a site at version 1.
    ///
    /// # Errors
    /// `Taken` when the id exists.
    async fn create_site(
        &self,
        id: &SiteId,
        settings: &SiteSettings,
        at: Timestamp,
    ) -> Result<Site, StorageError>;

    /// Replaces the settings if `expected` is still the stored version.
    ///
    /// # Errors
    /// `StaleVersion`, or `Missing` when the site does not exist.
    async fn update_site(
        &self,
        id: &SiteId,
        expected: i64,
        settings: &SiteSettings,
        at: Timestamp,
    ) -> Result<Site, StorageError>;
}
