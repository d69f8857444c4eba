//! The one transaction in which a conversation moves: events, head, unanswered
//! questions and notifications together or not at all.

use super::read::event_by_client_id;
use crate::error::{backend, violation};
use comptoir_protocol::{NumberedEvent, Seq};
use comptoir_storage::StorageError;
use comptoir_storage::columns::{
    EventColumns, HeadColumns, gap_kind_text, is_same_head, kind_text, plain, seq_column,
};
use comptoir_storage::model::{Commit, Committed, Conversation, NewGap, NewNotification};
use sqlx::{Sqlite, Transaction};

type Tx = Transaction<'static, Sqlite>;

/// Leaving early drops the transaction, which rolls it back.
pub(super) async fn commit(mut tx: Tx, commit: &Commit) -> Result<Committed, StorageError> {
    let key = commit.key.0.to_string();
    let stored = stored(&mut tx, &key).await?;
    let last = stored.last_seq;
    let events = commit
        .events
        .iter()
        .map(EventColumns::try_from)
        .collect::<Result<Vec<_>, StorageError>>()?;
    for id in events.iter().filter_map(|event| event.client_id.as_deref()) {
        if let Some(existing) = event_by_client_id(&mut *tx, &key, id).await? {
            return Err(StorageError::Duplicate { existing: Box::new(existing) });
        }
    }
    if last != commit.expected || !is_same_head(&commit.base, &stored.head)? {
        return Err(StorageError::Conflict { actual: last });
    }
    let at = commit.at.as_millisecond();
    let (mut next, mut last_message) = (last, None);
    for event in &events {
        next = next.next();
        append(&mut tx, &key, next, at, event).await?;
        last_message = if event.is_message { Some(seq_column(next)) } else { last_message };
    }
    move_head(&mut tx, &key, commit, next, last_message).await?;
    for gap in &commit.gaps {
        keep_gap(&mut tx, &key, stored.site.as_str(), next, at, gap).await?;
    }
    for new in &commit.notifications {
        put_out(&mut tx, &key, stored.site.as_str(), next, at, new).await?;
    }
    tx.commit().await.map_err(backend)?;
    let events = std::iter::successors(Some(last.next()), |seq| Some(seq.next()))
        .zip(&commit.events)
        .map(|(seq, new)| NumberedEvent { seq, at, event: new.event.clone() })
        .collect();
    Ok(Committed { events, last_seq: next })
}

/// The conversation, protected until the end of the transaction.
async fn stored(tx: &mut Tx, key: &str) -> Result<Conversation, StorageError> {
    let row = select_conversations!("WHERE id = $1", key)
        .fetch_optional(&mut **tx)
        .await
        .map_err(backend)?;
    row.ok_or(StorageError::Missing { what: "conversation" })?.try_into()
}

async fn append(
    tx: &mut Tx,
    key: &str,
    number: Seq,
    at: i64,
    event: &EventColumns,
) -> Result<(), StorageError> {
    let number = seq_column(number);
    sqlx::query!(
        "INSERT INTO events (conversation_id, seq, at, kind, client_id, payload) VALUES ($1, $2, $3, $4, $5, $6)",
        key,
        number,
        at,
        event.kind,
        event.client_id,
        event.payload,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
    .map_err(backend)
}

async fn move_head(
    tx: &mut Tx,
    key: &str,
    commit: &Commit,
    last: Seq,
    last_message: Option<i64>,
) -> Result<(), StorageError> {
    let head = HeadColumns::try_from(&commit.head)?;
    let (last, at) = (seq_column(last), commit.at.as_millisecond());
    sqlx::query!(
        "UPDATE conversations SET last_seq = $2, last_message_seq = coalesce($3, last_message_seq), state = $4,
            state_since = $5, handover_reason = $6, agent_id = $7, close_reason = $8,
            queued_at = coalesce($9, queued_at), open_question = $10, failures = $11, notice_due = $12,
            contact_channel = $13, contact_value = $14, agents_read = max(agents_read, min($15, $2)),
            visitor_read = max(visitor_read, min($16, $2)), lang = $17, updated_at = $18,
            close_outcome = $19, wait_step = $20, wanted_agent = $21
        WHERE id = $1",
        key,
        last,
        last_message,
        head.state,
        head.state_since,
        head.handover_reason,
        head.agent_id,
        head.close_reason,
        head.queued_at,
        head.open_question,
        head.failures,
        head.notice_due,
        head.contact_channel,
        head.contact_value,
        head.agents_read,
        head.visitor_read,
        head.lang,
        at,
        head.close_outcome,
        head.wait_step,
        head.wanted_agent,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
    .map_err(|error| violation(error, "agent"))
}

async fn keep_gap(
    tx: &mut Tx,
    key: &str,
    site: &str,
    last: Seq,
    at: i64,
    gap: &NewGap,
) -> Result<(), StorageError> {
    let (id, last) = (gap.id.0.to_string(), seq_column(last));
    let (question, lang) = (plain(&gap.question), plain(&gap.lang));
    let nearest = gap.nearest.map(|id| id.0.to_string());
    let kind = gap_kind_text(gap.kind);
    sqlx::query!(
        "INSERT INTO gaps (id, site_id, conversation_id, seq, question, lang, nearest, kind, status, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)",
        id,
        site,
        key,
        last,
        question,
        lang,
        nearest,
        kind,
        at,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
    .map_err(backend)
}

/// A cause that waits already and was not touched yet covers the new one.
async fn put_out(
    tx: &mut Tx,
    key: &str,
    site: &str,
    last: Seq,
    at: i64,
    new: &NewNotification,
) -> Result<(), StorageError> {
    let (id, last, kind) = (new.id.0.to_string(), seq_column(last), kind_text(new.kind)?);
    let due_at = new.due_at.as_millisecond();
    sqlx::query!(
        "INSERT INTO notifications (id, site_id, conversation_id, seq, kind, state, due_at, created_at)
        VALUES ($1, $2, $3, $4, $5, 'due', $6, $7) ON CONFLICT DO NOTHING",
        id,
        site,
        key,
        last,
        kind,
        due_at,
        at,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
    .map_err(backend)
}
