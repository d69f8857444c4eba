//! How a conversation begins.

use super::read;
use crate::error::{backend, violation};
use comptoir_storage::StorageError;
use comptoir_storage::columns::{HeadColumns, plain};
use comptoir_storage::model::{Conversation, NewConversation};
use sqlx::{Postgres, Transaction};

type Tx = Transaction<'static, Postgres>;

/// Begins a conversation whatever else there is.
pub(super) async fn begin(mut tx: Tx, new: &NewConversation) -> Result<Conversation, StorageError> {
    let begun = insert(&mut tx, new).await?;
    tx.commit().await.map_err(backend)?;
    Ok(begun)
}

/// Begins a conversation unless the visitor has an open one.
pub(super) async fn open_or_begin(
    mut tx: Tx,
    new: &NewConversation,
) -> Result<Conversation, StorageError> {
    // One at a time for a visitor, on every node; ends with the transaction.
    let [a, b, c, d, e, f, g, h, ..] = new.visitor.0;
    let turn = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", turn)
        .execute(&mut *tx)
        .await
        .map_err(backend)?;
    if let Some(open) = read::open_conversation_of(&mut *tx, &new.site, new.visitor).await? {
        return Ok(open);
    }
    begin(tx, new).await
}

async fn insert(tx: &mut Tx, new: &NewConversation) -> Result<Conversation, StorageError> {
    let head = HeadColumns::try_from(&new.head)?;
    let (key, site, visitor) = (new.key.0.to_string(), new.site.as_str(), new.visitor.0.as_slice());
    let (epoch, page, at) = (plain(new.epoch.as_str()), plain(&new.page), new.at.as_millisecond());
    sqlx::query!(
        "INSERT INTO conversations (id, site_id, visitor, epoch, last_seq, state, state_since,
            handover_reason, agent_id, close_reason, queued_at, open_question, failures, notice_due,
            contact_channel, contact_value, agents_read, visitor_read, lang, page, created_at, updated_at,
            close_outcome, wait_step, wanted_agent)
        VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, $16, $17, $18, $18,
            $19, $20, $21)",
        key,
        site,
        visitor,
        &*epoch,
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
        head.lang,
        &*page,
        at,
        head.close_outcome,
        head.wait_step,
        head.wanted_agent,
    )
    .execute(&mut **tx)
    .await
    .map_err(violation)?;
    let row =
        select_conversations!("WHERE id = $1", key).fetch_one(&mut **tx).await.map_err(backend)?;
    row.try_into()
}
