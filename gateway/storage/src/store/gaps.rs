//! Unanswered questions. They are added by a conversation's commit.

use crate::StorageError;
use crate::model::{EntryId, Gap, GapId, GapStatus, Page, SiteId};
use async_trait::async_trait;

/// Lists and settles unanswered questions.
#[async_trait]
pub trait GapStore {
    /// Gaps of a site with this status, newest first; the page key is the last gap's id.
    async fn gaps(
        &self,
        site: &SiteId,
        status: GapStatus,
        page: Page<GapId>,
    ) -> Result<Vec<Gap>, StorageError>;

    /// One gap.
    async fn gap(&self, site: &SiteId, id: GapId) -> Result<Option<Gap>, StorageError>;

    /// How many gaps have this status.
    async fn count_gaps(&self, site: &SiteId, status: GapStatus) -> Result<u64, StorageError>;

    /// Says what became of a gap.
    ///
    /// # Errors
    /// `Missing`.
    async fn set_gap_status(
        &self,
        site: &SiteId,
        id: GapId,
        status: GapStatus,
    ) -> Result<(), StorageError>;

    /// Says what became of several gaps at once; unknown ones are left out.
    async fn settle_gaps(
        &self,
        site: &SiteId,
        ids: &[GapId],
        status: GapStatus,
    ) -> Result<(), StorageError>;

    /// Notes the entry that somebody begins to write for these gaps; unknown
    /// ones are left out.
    async fn link_gaps(
        &self,
        site: &SiteId,
        ids: &[GapId],
        entry: EntryId,
    ) -> Result<(), StorageError>;

    /// Open gaps that an entry is being written for, newest first.
    async fn gaps_of_entry(&self, site: &SiteId, entry: EntryId) -> Result<Vec<Gap>, StorageError>;
}
