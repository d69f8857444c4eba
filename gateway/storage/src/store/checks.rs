//! An owner's test questions.

use crate::StorageError;
use crate::model::{Check, CheckContent, CheckId, CheckResult, SiteId};
use async_trait::async_trait;
use jiff::Timestamp;

/// Keeps test questions and their last runs.
#[async_trait]
pub trait CheckStore {
    /// Test questions of a site that are not deleted, oldest first, at most `limit`.
    async fn checks(&self, site: &SiteId, limit: u32) -> Result<Vec<Check>, StorageError>;

    /// One test question, deleted or not.
    async fn check(&self, site: &SiteId, id: CheckId) -> Result<Option<Check>, StorageError>;

    /// Creates a test question.
    ///
    /// # Errors
    /// `Taken` when the id exists; `Missing` when the site does not.
    async fn create_check(
        &self,
        site: &SiteId,
        id: CheckId,
        content: &CheckContent,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Replaces what a test question asks for; its last run is forgotten.
    ///
    /// # Errors
    /// `Missing`.
    async fn update_check(
        &self,
        site: &SiteId,
        id: CheckId,
        content: &CheckContent,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Deletes a test question, or restores it with `None` (undo).
    ///
    /// # Errors
    /// `Missing`.
    async fn set_check_deleted(
        &self,
        site: &SiteId,
        id: CheckId,
        deleted_at: Option<Timestamp>,
    ) -> Result<(), StorageError>;

    /// Keeps the last runs, all at once. Unknown test questions are left out.
    async fn note_results(
        &self,
        site: &SiteId,
        results: &[(CheckId, CheckResult)],
    ) -> Result<(), StorageError>;
}
