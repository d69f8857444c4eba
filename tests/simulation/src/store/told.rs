//! Telling people outside the pages; simulated processes run no worker. What
//! a commit puts out is dropped.

use super::Disk;
use super::unused::MISSING;
use async_trait::async_trait;
use comptoir_protocol::Seq;
use comptoir_storage::model::{
    AgentId, Claim, ClaimId, ConversationKey, Device, DeviceId, NewDelivery, Notification,
    NotificationId, NotificationKind, OutboxCounts, Page, Settlement, SiteId, Wishes,
};
use comptoir_storage::{NotificationStore, ReachStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl NotificationStore for Disk {
    async fn claim_notifications(&self, _claim: &Claim) -> Result<Vec<Notification>, StorageError> {
        Err(MISSING)
    }

    async fn plan_notification(
        &self,
        _id: NotificationId,
        _lease: ClaimId,
        _deliveries: &[NewDelivery],
        _at: Timestamp,
    ) -> Result<bool, StorageError> {
        Err(MISSING)
    }

    async fn settle_notification(
        &self,
        _id: NotificationId,
        _lease: ClaimId,
        _settlement: Settlement,
        _at: Timestamp,
    ) -> Result<bool, StorageError> {
        Err(MISSING)
    }

    async fn was_notified(
        &self,
        _conversation: ConversationKey,
        _kind: NotificationKind,
        _after: Seq,
    ) -> Result<bool, StorageError> {
        Err(MISSING)
    }

    async fn dead_notifications(
        &self,
        _site: &SiteId,
        _page: Page<NotificationId>,
    ) -> Result<Vec<Notification>, StorageError> {
        Err(MISSING)
    }

    async fn count_dead_notifications(&self, _site: &SiteId) -> Result<u64, StorageError> {
        Err(MISSING)
    }

    async fn revive_notification(
        &self,
        _site: &SiteId,
        _id: NotificationId,
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn dismiss_notification(
        &self,
        _site: &SiteId,
        _id: NotificationId,
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn outbox_counts(&self) -> Result<OutboxCounts, StorageError> {
        Err(MISSING)
    }

    async fn purge_notifications(&self, _before: Timestamp) -> Result<u64, StorageError> {
        Err(MISSING)
    }
}

#[async_trait]
impl ReachStore for Disk {
    async fn keep_device(&self, _device: &Device) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn devices(&self, _agent: AgentId) -> Result<Vec<Device>, StorageError> {
        Err(MISSING)
    }

    async fn device(&self, _id: DeviceId) -> Result<Option<Device>, StorageError> {
        Err(MISSING)
    }

    async fn forget_device(&self, _agent: AgentId, _id: DeviceId) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn wishes(&self, _agent: AgentId) -> Result<Wishes, StorageError> {
        Err(MISSING)
    }

    async fn set_wishes(&self, _agent: AgentId, _wishes: Wishes) -> Result<(), StorageError> {
        Err(MISSING)
    }

    async fn installation_key(&self, _name: &str, _fresh: &[u8]) -> Result<Vec<u8>, StorageError> {
        Err(MISSING)
    }
}
