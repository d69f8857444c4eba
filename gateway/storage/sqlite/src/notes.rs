//! Private notes on conversations.

use crate::SqliteStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::{NoteRow, page_limit, plain};
use comptoir_storage::model::{ConversationKey, NewNote, Note, SiteId};
use comptoir_storage::{NoteStore, StorageError};
use sqlx::{Sqlite, Transaction};

type Tx = Transaction<'static, Sqlite>;

#[async_trait]
impl NoteStore for SqliteStorage {
    async fn add_note(&self, note: &NewNote) -> Result<Note, StorageError> {
        let (key, site) = (note.conversation.0.to_string(), note.site.as_str());
        let mut tx = self.begin_write().await?;
        // Whoever numbers notes of a conversation queues at its row.
        let last = sqlx::query_scalar!(
            "SELECT last_seq FROM conversations WHERE id = $1 AND site_id = $2",
            key,
            site,
        )
        .fetch_optional(&mut *tx)
        .await
        .map_err(backend)?
        .ok_or(StorageError::Missing { what: "conversation" })?;
        if let Some(stored) = stored(&mut tx, &key, note.id.as_str()).await? {
            return Ok(stored);
        }
        append(&mut tx, &key, note, last).await?;
        let kept = stored(&mut tx, &key, note.id.as_str()).await?;
        tx.commit().await.map_err(backend)?;
        kept.ok_or(StorageError::Missing { what: "note" })
    }

    async fn notes(
        &self,
        site: &SiteId,
        conversation: ConversationKey,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Note>, StorageError> {
        let (key, site) = (conversation.0.to_string(), site.as_str());
        let (after, limit) = (i64::try_from(after).unwrap_or(i64::MAX), page_limit(limit));
        let rows = sqlx::query_as!(
            NoteRow,
            "SELECT conversation_id, number, after_seq, agent_id, name, text, at FROM notes
            WHERE conversation_id = $1 AND site_id = $2 AND number > $3 ORDER BY number LIMIT $4",
            key,
            site,
            after,
            limit,
        )
        .fetch_all(self.readers())
        .await
        .map_err(backend)?;
        rows.into_iter().map(Note::try_from).collect()
    }
}

async fn stored(tx: &mut Tx, key: &str, id: &str) -> Result<Option<Note>, StorageError> {
    let row = sqlx::query_as!(
        NoteRow,
        "SELECT conversation_id, number, after_seq, agent_id, name, text, at FROM notes
        WHERE conversation_id = $1 AND client_id = $2",
        key,
        id,
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(backend)?;
    row.map(Note::try_from).transpose()
}

async fn append(tx: &mut Tx, key: &str, note: &NewNote, last: i64) -> Result<(), StorageError> {
    let number = sqlx::query_scalar!(
        r#"SELECT coalesce(max(number), 0) + 1 AS "next!: i64" FROM notes WHERE conversation_id = $1"#,
        key,
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(backend)?;
    let (site, agent) = (note.site.as_str(), note.agent.0.to_string());
    let (id, name, text) = (plain(note.id.as_str()), plain(&note.name), plain(&note.text));
    let at = note.at.as_millisecond();
    sqlx::query!(
        "INSERT INTO notes (conversation_id, number, client_id, site_id, agent_id, name, after_seq, text, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        key,
        number,
        id,
        site,
        agent,
        name,
        last,
        text,
        at,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
    .map_err(|error| violation(error, "agent"))
}
