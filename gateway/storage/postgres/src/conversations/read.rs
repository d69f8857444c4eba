//! Reading conversations and their events.

use crate::error::backend;
use comptoir_protocol::{NumberedEvent, Seq};
use comptoir_storage::StorageError;
use comptoir_storage::columns::{EventRow, page_limit, seq_column};
use comptoir_storage::model::{Conversation, ConversationKey, Page, SiteId, VisitorKey};
use jiff::Timestamp;
use sqlx::{PgExecutor, PgPool};

pub(super) async fn conversation(
    pool: &PgPool,
    key: ConversationKey,
) -> Result<Option<Conversation>, StorageError> {
    let key = key.0.to_string();
    let row =
        select_conversations!("WHERE id = $1", key).fetch_optional(pool).await.map_err(backend)?;
    row.map(Conversation::try_from).transpose()
}

pub(super) async fn open_conversation_of(
    executor: impl PgExecutor<'_>,
    site: &SiteId,
    visitor: VisitorKey,
) -> Result<Option<Conversation>, StorageError> {
    let (site, visitor) = (site.as_str(), visitor.0.as_slice());
    let row = select_conversations!(
        "WHERE site_id = $1 AND visitor = $2 AND state <> 'closed' ORDER BY created_at DESC, id DESC LIMIT 1",
        site,
        visitor,
    )
    .fetch_optional(executor)
    .await
    .map_err(backend)?;
    row.map(Conversation::try_from).transpose()
}

pub(super) async fn events(
    pool: &PgPool,
    key: ConversationKey,
    after: Seq,
    limit: u32,
) -> Result<Vec<NumberedEvent>, StorageError> {
    let (key, after, limit) = (key.0.to_string(), seq_column(after), i64::from(limit));
    let rows = sqlx::query_as!(
        EventRow,
        "SELECT seq, at, kind, payload FROM events WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        key,
        after,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(NumberedEvent::try_from).collect()
}

pub(super) async fn event_by_client_id(
    executor: impl PgExecutor<'_>,
    key: &str,
    id: &str,
) -> Result<Option<NumberedEvent>, StorageError> {
    let row = sqlx::query_as!(
        EventRow,
        "SELECT seq, at, kind, payload FROM events WHERE conversation_id = $1 AND client_id = $2",
        key,
        id,
    )
    .fetch_optional(executor)
    .await
    .map_err(backend)?;
    row.map(NumberedEvent::try_from).transpose()
}

pub(super) async fn unfinished(
    pool: &PgPool,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Conversation>, StorageError> {
    let (before, limit) = (before.as_millisecond(), i64::from(limit));
    let rows = select_conversations!(
        "WHERE open_question IS NOT NULL AND updated_at < $1 ORDER BY updated_at, id LIMIT $2",
        before,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(Conversation::try_from).collect()
}

pub(super) async fn silent(
    pool: &PgPool,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Conversation>, StorageError> {
    let (before, limit) = (before.as_millisecond(), i64::from(limit));
    let rows = select_conversations!(
        "WHERE state = 'bot' AND open_question IS NULL AND updated_at < $1 ORDER BY updated_at, id LIMIT $2",
        before,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(Conversation::try_from).collect()
}

pub(super) async fn unattended(
    pool: &PgPool,
    before: Timestamp,
    page: Page<ConversationKey>,
) -> Result<Vec<Conversation>, StorageError> {
    let (before, limit) = (before.as_millisecond(), page_limit(page.limit));
    let after = page.after.map(|key| key.0.to_string());
    let rows = select_conversations!(
        "WHERE state = 'queued' AND (wait_step IS NULL OR wait_step <> 'contact_asked') AND queued_at < $1
            AND ($2::text IS NULL OR (queued_at, id) > (SELECT queued_at, id FROM conversations WHERE id = $2))
        ORDER BY queued_at, id LIMIT $3",
        before,
        after,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(Conversation::try_from).collect()
}
