//! Answer leases.

use crate::PostgresStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::conversation_key;
use comptoir_storage::model::{ConversationKey, Lease, NodeId};
use comptoir_storage::{LeaseStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl LeaseStore for PostgresStorage {
    async fn take_lease(&self, lease: &Lease, now: Timestamp) -> Result<bool, StorageError> {
        let (key, owner) = (lease.key.0.to_string(), lease.owner.0.to_string());
        let (until, now) = (lease.until.as_millisecond(), now.as_millisecond());
        let latest = until.saturating_mul(2).saturating_sub(now);
        let taken = sqlx::query!(
            "INSERT INTO answer_leases (conversation_id, owner, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT (conversation_id) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
            WHERE answer_leases.owner = excluded.owner OR answer_leases.expires_at <= $4
                OR answer_leases.expires_at > $5",
            key,
            owner,
            until,
            now,
            latest,
        )
        .execute(self.pool())
        .await
        .map_err(violation)?;
        Ok(taken.rows_affected() > 0)
    }

    async fn give_lease_back(
        &self,
        key: ConversationKey,
        owner: NodeId,
    ) -> Result<(), StorageError> {
        let (key, owner) = (key.0.to_string(), owner.0.to_string());
        sqlx::query!(
            "DELETE FROM answer_leases WHERE conversation_id = $1 AND owner = $2",
            key,
            owner,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn unanswered(
        &self,
        now: Timestamp,
        latest: Timestamp,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<ConversationKey>, StorageError> {
        let (now, latest) = (now.as_millisecond(), latest.as_millisecond());
        let (before, limit) = (before.as_millisecond(), i64::from(limit));
        let keys = sqlx::query_scalar!(
            "SELECT id FROM conversations WHERE open_question IS NOT NULL AND updated_at < $3 AND NOT EXISTS
                (SELECT 1 FROM answer_leases
                    WHERE conversation_id = conversations.id AND expires_at > $1 AND expires_at <= $2)
            ORDER BY updated_at, id LIMIT $4",
            now,
            latest,
            before,
            limit,
        )
        .fetch_all(self.pool())
        .await
        .map_err(backend)?;
        keys.iter().map(|key| conversation_key(key)).collect()
    }
}
