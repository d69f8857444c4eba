//! Proposed phrasings of entries.

use crate::StorageError;
use crate::model::{
    Confirmed, EntryId, Phrasing, PhrasingId, PhrasingStatus, Proposal, SiteId, VerdictPlace,
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Keeps phrasings until the owner decides, and what was looked at for them.
#[async_trait]
pub trait PhrasingStore {
    /// All phrasings an entry was ever offered, oldest first.
    async fn phrasings(&self, site: &SiteId, entry: EntryId)
    -> Result<Vec<Phrasing>, StorageError>;

    /// Entries of a site with phrasings to decide on, and how many.
    async fn proposed_phrasings(&self, site: &SiteId) -> Result<Vec<(EntryId, u64)>, StorageError>;

    /// Keeps what a look found, in one transaction. A phrasing that its entry
    /// was offered before (case and accents do not matter) is left out.
    ///
    /// # Errors
    /// `Missing` when an entry or the site is not there.
    async fn propose(
        &self,
        site: &SiteId,
        proposal: &Proposal,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Says what became of a phrasing.
    ///
    /// # Errors
    /// `Missing`.
    async fn set_phrasing_status(
        &self,
        site: &SiteId,
        id: PhrasingId,
        status: PhrasingStatus,
    ) -> Result<(), StorageError>;

    /// What the model was last shown of each entry it was asked about.
    async fn phrasing_digests(&self, site: &SiteId)
    -> Result<Vec<(EntryId, String)>, StorageError>;

    /// How far a site's verdicts have been read.
    async fn verdicts_read(&self, site: &SiteId) -> Result<Option<VerdictPlace>, StorageError>;

    /// Visitors' "this answers me" after a place and before a moment, oldest
    /// first, among the next `limit` verdicts; the last verdict looked at is
    /// given too, whatever it said.
    async fn confirmed(
        &self,
        site: &SiteId,
        after: Option<VerdictPlace>,
        before: Timestamp,
        limit: u32,
    ) -> Result<(Vec<Confirmed>, Option<VerdictPlace>), StorageError>;
}
