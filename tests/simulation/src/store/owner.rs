//! What owners keep beside entries; conversations never ask for it.

use super::Disk;
use super::unused::MISSING;
use async_trait::async_trait;
use comptoir_storage::model::{
    Check, CheckContent, CheckId, CheckResult, Confirmed, EntryId, Phrasing, PhrasingId,
    PhrasingStatus, Proposal, SiteId, VerdictPlace,
};
use comptoir_storage::{CheckStore, PhrasingStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl PhrasingStore for Disk {
    async fn phrasings(
        &self,
        _site: &SiteId,
        _entry: EntryId,
    ) -> Result<Vec<Phrasing>, StorageError> {
        Err(MISSING)
    }

    async fn proposed_phrasings(
        &self,
        _site: &SiteId,
    ) -> Result<Vec<(EntryId, u64)>, StorageError> {
        Err(MISSING)
    }

    async fn propose(
        &self,
        _site: &SiteId,
        _proposal: &Proposal,
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn set_phrasing_status(
        &self,
        _site: &SiteId,
        _id: PhrasingId,
        _status: PhrasingStatus,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn phrasing_digests(
        &self,
        _site: &SiteId,
    ) -> Result<Vec<(EntryId, String)>, StorageError> {
        Err(MISSING)
    }

    async fn verdicts_read(&self, _site: &SiteId) -> Result<Option<VerdictPlace>, StorageError> {
        Err(MISSING)
    }

    async fn confirmed(
        &self,
        _site: &SiteId,
        _after: Option<VerdictPlace>,
        _before: Timestamp,
        _limit: u32,
    ) -> Result<(Vec<Confirmed>, Option<VerdictPlace>), StorageError> {
        Err(MISSING)
    }
}

#[async_trait]
impl CheckStore for Disk {
    async fn checks(&self, _site: &SiteId, _limit: u32) -> Result<Vec<Check>, StorageError> {
        Err(MISSING)
    }

    async fn check(&self, _site: &SiteId, _id: CheckId) -> Result<Option<Check>, StorageError> {
        Err(MISSING)
    }

    async fn create_check(
        &self,
        _site: &SiteId,
        _id: CheckId,
        _content: &CheckContent,
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn update_check(
        &self,
        _site: &SiteId,
        _id: CheckId,
        _content: &CheckContent,
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn set_check_deleted(
        &self,
        _site: &SiteId,
        _id: CheckId,
        _deleted_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn note_results(
        &self,
        _site: &SiteId,
        _results: &[(CheckId, CheckResult)],
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }
}
