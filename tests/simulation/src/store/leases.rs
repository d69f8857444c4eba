//! Answer leases.

use super::Disk;
use async_trait::async_trait;
use comptoir_storage::model::{ConversationKey, Lease, NodeId};
use comptoir_storage::{LeaseStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl LeaseStore for Disk {
    async fn take_lease(&self, lease: &Lease, now: Timestamp) -> Result<bool, StorageError> {
        self.change().await?;
        self.tables().take_lease(lease, now)
    }

    async fn give_lease_back(
        &self,
        key: ConversationKey,
        owner: NodeId,
    ) -> Result<(), StorageError> {
        self.change().await?;
        self.tables().leases.retain(|_, lease| lease.key != key || lease.owner != owner);
        Ok(())
    }

    async fn unanswered(
        &self,
        now: Timestamp,
        latest: Timestamp,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<ConversationKey>, StorageError> {
        self.read(|tables| {
            let is_answered = |key| {
                let lease = tables.leases.get(&key);
                lease.is_some_and(|lease| lease.until > now && lease.until <= latest)
            };
            let all = tables.records.values().map(|record| &record.conversation);
            let mut open: Vec<_> = all
                .filter(|one| one.head.open_question.is_some() && one.updated_at < before)
                .filter(|one| !is_answered(one.key))
                .map(|one| (one.updated_at, one.key))
                .collect();
            open.sort();
            open.into_iter().map(|(_, key)| key).take(limit as usize).collect()
        })
        .await
    }
}

impl Disk {
    /// A small change takes its time, and may fail before it is made.
    async fn change(&self) -> Result<(), StorageError> {
        self.wait().await;
        if self.weather.happens(|odds| odds.commit_fails) {
            return Err(super::broken());
        }
        Ok(())
    }
}
