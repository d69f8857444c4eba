//! The outbox of notifications.

use crate::PostgresStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_protocol::Seq;
use comptoir_storage::columns::{
    SettlementColumns, count, kind_text, page_limit, seq_column, target_columns,
};
use comptoir_storage::model::{
    Claim, ClaimId, ConversationKey, NewDelivery, Notification, NotificationId, NotificationKind,
    OutboxCounts, Page, Settlement, SiteId,
};
use comptoir_storage::{NotificationStore, StorageError};
use jiff::Timestamp;

const NOT_DEAD: StorageError = StorageError::Missing { what: "failed notification" };

#[async_trait]
impl NotificationStore for PostgresStorage {
    async fn claim_notifications(&self, claim: &Claim) -> Result<Vec<Notification>, StorageError> {
        let (lease, limit) = (claim.lease.0.to_string(), i64::from(claim.limit));
        let (now, until) = (claim.now.as_millisecond(), claim.until.as_millisecond());
        let rows = notification_rows!(
            // Materialized, for a planner that ran it twice would go past the limit.
            "WITH taken AS MATERIALIZED (SELECT id FROM notifications
                WHERE state = 'due' AND due_at <= $3
                ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
            UPDATE notifications SET lease = $1, due_at = $2, attempts = attempts + 1
            WHERE id IN (SELECT id FROM taken)
            RETURNING ",
            "",
            lease,
            until,
            now,
            limit,
        )
        .fetch_all(self.pool())
        .await
        .map_err(backend)?;
        let rows: Result<Vec<_>, _> = rows.into_iter().map(Notification::try_from).collect();
        // The database gives changed rows in no order.
        let mut rows = rows?;
        rows.sort_by_key(|row| (row.created_at, row.id));
        Ok(rows)
    }

    async fn plan_notification(
        &self,
        id: NotificationId,
        lease: ClaimId,
        deliveries: &[NewDelivery],
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let (cause, lease, at) = (id.0.to_string(), lease.0.to_string(), at.as_millisecond());
        let mut tx = self.begin_transaction().await?;
        let ended = sqlx::query!(
            "UPDATE notifications SET state = 'done', ended_at = $3
            WHERE id = $1 AND lease = $2 AND state = 'due' AND target IS NULL",
            cause,
            lease,
            at,
        )
        .execute(&mut *tx)
        .await
        .map_err(backend)?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        for delivery in deliveries {
            let (target, agent, device) = target_columns(delivery.target);
            let (id, due_at) = (delivery.id.0.to_string(), delivery.due_at.as_millisecond());
            sqlx::query!(
                "INSERT INTO notifications (id, site_id, conversation_id, seq, kind, target, agent_id,
                    device_id, state, due_at, created_at)
                SELECT $2, site_id, conversation_id, seq, kind, $3, $4, $5, 'due', $6, created_at
                FROM notifications WHERE id = $1",
                cause,
                id,
                target,
                agent,
                device,
                due_at,
            )
            .execute(&mut *tx)
            .await
            .map_err(violation)?;
        }
        tx.commit().await.map_err(backend)?;
        Ok(true)
    }

    async fn settle_notification(
        &self,
        id: NotificationId,
        lease: ClaimId,
        settlement: Settlement,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let (id, lease) = (id.0.to_string(), lease.0.to_string());
        let columns = SettlementColumns::of(settlement, at)?;
        sqlx::query!(
            "UPDATE notifications SET state = $3, attempts = greatest(attempts + $4, 0::bigint),
                due_at = coalesce($5, due_at), failure = coalesce($6, failure), ended_at = $7
            WHERE id = $1 AND lease = $2 AND state = 'due'",
            id,
            lease,
            columns.state,
            columns.attempts,
            columns.due_at,
            columns.failure,
            columns.ended_at,
        )
        .execute(self.pool())
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(backend)
    }

    async fn was_notified(
        &self,
        conversation: ConversationKey,
        kind: NotificationKind,
        after: Seq,
    ) -> Result<bool, StorageError> {
        let (key, kind, after) = (conversation.0.to_string(), kind_text(kind)?, seq_column(after));
        sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT 1 FROM notifications WHERE conversation_id = $1 AND kind = $2
                AND seq > $3 AND target IS NOT NULL) AS "there!""#,
            key,
            kind,
            after,
        )
        .fetch_one(self.pool())
        .await
        .map_err(backend)
    }

    async fn dead_notifications(
        &self,
        site: &SiteId,
        page: Page<NotificationId>,
    ) -> Result<Vec<Notification>, StorageError> {
        let (site, after) = (site.as_str(), page.after.map(|id| id.0.to_string()));
        let limit = page_limit(page.limit);
        let rows = notification_rows!(
            "SELECT ",
            "FROM notifications WHERE site_id = $1 AND state = 'dead'
                AND ($2::text IS NULL OR (ended_at, id) <
                    (SELECT ended_at, id FROM notifications WHERE site_id = $1 AND id = $2))
            ORDER BY ended_at DESC, id DESC LIMIT $3",
            site,
            after,
            limit,
        )
        .fetch_all(self.pool())
        .await
        .map_err(backend)?;
        rows.into_iter().map(Notification::try_from).collect()
    }

    async fn count_dead_notifications(&self, site: &SiteId) -> Result<u64, StorageError> {
        let site = site.as_str();
        let number = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM notifications WHERE site_id = $1 AND state = 'dead'"#,
            site,
        )
        .fetch_one(self.pool())
        .await
        .map_err(backend)?;
        count("notifications", number)
    }

    async fn revive_notification(
        &self,
        site: &SiteId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let (site, id, at) = (site.as_str(), id.0.to_string(), at.as_millisecond());
        let done = sqlx::query!(
            "UPDATE notifications SET state = 'due', attempts = 0, due_at = $3, ended_at = NULL, created_at = $3
            WHERE site_id = $1 AND id = $2 AND state = 'dead'",
            site,
            id,
            at,
        )
        .execute(self.pool())
        .await
        .map_err(backend)?;
        if done.rows_affected() == 0 { Err(NOT_DEAD) } else { Ok(()) }
    }

    async fn dismiss_notification(
        &self,
        site: &SiteId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let (site, id, at) = (site.as_str(), id.0.to_string(), at.as_millisecond());
        let done = sqlx::query!(
            "UPDATE notifications SET state = 'dismissed', ended_at = $3
            WHERE site_id = $1 AND id = $2 AND state = 'dead'",
            site,
            id,
            at,
        )
        .execute(self.pool())
        .await
        .map_err(backend)?;
        if done.rows_affected() == 0 { Err(NOT_DEAD) } else { Ok(()) }
    }

    async fn outbox_counts(&self) -> Result<OutboxCounts, StorageError> {
        let row = sqlx::query!(
            r#"SELECT (SELECT count(*) FROM notifications WHERE state = 'due') AS "due!",
                (SELECT count(*) FROM notifications WHERE state = 'dead') AS "dead!""#
        )
        .fetch_one(self.pool())
        .await
        .map_err(backend)?;
        let number = |value| count("notifications", value);
        Ok(OutboxCounts { due: number(row.due)?, dead: number(row.dead)? })
    }

    async fn purge_notifications(&self, before: Timestamp) -> Result<u64, StorageError> {
        let before = before.as_millisecond();
        sqlx::query!(
            "DELETE FROM notifications WHERE state IN ('done', 'dismissed') AND ended_at < $1",
            before,
        )
        .execute(self.pool())
        .await
        .map(|done| done.rows_affected())
        .map_err(backend)
    }
}
