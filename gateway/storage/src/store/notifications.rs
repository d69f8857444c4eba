//! The outbox of notifications. Causes are added by a conversation's commit.

use crate::StorageError;
use crate::model::{
    Claim, ClaimId, ConversationKey, NewDelivery, Notification, NotificationId, NotificationKind,
    OutboxCounts, Page, Settlement, SiteId,
};
use async_trait::async_trait;
use comptoir_protocol::Seq;
use jiff::Timestamp;

/// Hands out what is due, at least once, to one worker at a time.
#[async_trait]
pub trait NotificationStore {
    /// Takes what is due at `now`, longest first, causes and deliveries alike,
    /// whatever their site. Nobody else gets it before `until`; from then on
    /// it is due again, if it was not settled. Each claim counts as an attempt.
    async fn claim_notifications(&self, claim: &Claim) -> Result<Vec<Notification>, StorageError>;

    /// Ends a claimed cause and adds the deliveries it becomes, in one
    /// transaction. Gives `false` and changes nothing when the claim is no
    /// longer the last one.
    ///
    /// # Errors
    /// `Missing` when a delivery's person does not exist.
    async fn plan_notification(
        &self,
        id: NotificationId,
        lease: ClaimId,
        deliveries: &[NewDelivery],
        at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Says what became of a claimed notification. Gives `false` and changes
    /// nothing when the claim is no longer the last one.
    async fn settle_notification(
        &self,
        id: NotificationId,
        lease: ClaimId,
        settlement: Settlement,
        at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Whether a delivery of this kind, on an event after `after`, was made or
    /// is on its way.
    async fn was_notified(
        &self,
        conversation: ConversationKey,
        kind: NotificationKind,
        after: Seq,
    ) -> Result<bool, StorageError>;

    /// What failed for good, newest first; the page key is the last row's id.
    async fn dead_notifications(
        &self,
        site: &SiteId,
        page: Page<NotificationId>,
    ) -> Result<Vec<Notification>, StorageError>;

    /// How many failed for good.
    async fn count_dead_notifications(&self, site: &SiteId) -> Result<u64, StorageError>;

    /// Makes one that failed for good due again, as if it were new.
    ///
    /// # Errors
    /// `Missing` when there is none such.
    async fn revive_notification(
        &self,
        site: &SiteId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Sets one that failed for good aside.
    ///
    /// # Errors
    /// `Missing` when there is none such.
    async fn dismiss_notification(
        &self,
        site: &SiteId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// How the outbox stands, all sites together.
    async fn outbox_counts(&self) -> Result<OutboxCounts, StorageError>;

    /// Removes what ended before `before`, except what failed and was not
    /// looked at; returns how many.
    async fn purge_notifications(&self, before: Timestamp) -> Result<u64, StorageError>;
}
