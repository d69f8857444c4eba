//! Changing entries. Each change takes the site's next revision and adds a row
//! to the history, in the caller's transaction.

use crate::PostgresStorage;
use crate::error::{backend, violation};
use comptoir_storage::StorageError;
use comptoir_storage::columns::{EntryColumns, plain};
use comptoir_storage::model::{AgentId, Entry, EntryContent, EntryId, NewEntry, SiteId};
use jiff::Timestamp;
use sqlx::{Postgres, Transaction};

type Tx = Transaction<'static, Postgres>;

/// Who changes whose entries, and when.
#[derive(Clone, Copy)]
pub(super) struct Author<'a> {
    pub(super) site: &'a SiteId,
    pub(super) author: Option<AgentId>,
    pub(super) at: Timestamp,
}

/// What an entry becomes.
pub(super) struct Change<'a> {
    pub(super) content: &'a EntryContent,
    pub(super) deleted_at: Option<Timestamp>,
    /// Given to an entry that has none yet.
    pub(super) external_id: Option<&'a str>,
}

/// A transaction that holds the site's counter from its start. Whoever changes
/// entries of a site queues here, so that nobody waits for a counter while
/// holding an entry the counter's holder wants.
pub(super) async fn begin(storage: &PostgresStorage, site: &SiteId) -> Result<Tx, StorageError> {
    let mut tx = storage.begin_transaction().await?;
    let site = site.as_str();
    sqlx::query!("SELECT entry_revision FROM sites WHERE id = $1 FOR NO KEY UPDATE", site)
        .fetch_optional(&mut *tx)
        .await
        .map_err(backend)?;
    Ok(tx)
}

/// The entry as stored, protected from other changes until the end of the transaction.
pub(super) async fn locked(tx: &mut Tx, site: &SiteId, id: EntryId) -> Result<Entry, StorageError> {
    let (site, id) = (site.as_str(), id.0.to_string());
    entry_rows!("SELECT ", "FROM entries WHERE site_id = $1 AND id = $2", site, id)
        .fetch_optional(&mut **tx)
        .await
        .map_err(backend)?
        .ok_or(StorageError::Missing { what: "entry" })?
        .try_into()
}

pub(super) async fn insert(
    tx: &mut Tx,
    author: Author<'_>,
    new: &NewEntry,
) -> Result<Entry, StorageError> {
    let revision = next_revision(tx, author.site).await?;
    let columns = EntryColumns::try_from(&new.content)?;
    let (id, site, at) = (new.id.0.to_string(), author.site.as_str(), author.at.as_millisecond());
    let external_id = new.external_id.as_deref().map(plain);
    let row = entry_rows!(
        "INSERT INTO entries (id, site_id, external_id, version, revision, question, alternatives, answer,
            category, keywords, lang, status, created_at, updated_at, search, sort_key)
        VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14) RETURNING ",
        "",
        id,
        site,
        external_id.as_deref(),
        revision,
        columns.question,
        columns.alternatives,
        columns.answer,
        columns.category,
        columns.keywords,
        columns.lang,
        columns.status,
        at,
        columns.search,
        columns.sort_key,
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(violation)?;
    remember(tx, author, row.try_into()?, columns.document).await
}

pub(super) async fn change(
    tx: &mut Tx,
    author: Author<'_>,
    id: EntryId,
    change: Change<'_>,
) -> Result<Entry, StorageError> {
    let revision = next_revision(tx, author.site).await?;
    let columns = EntryColumns::try_from(change.content)?;
    let (id, site, at) = (id.0.to_string(), author.site.as_str(), author.at.as_millisecond());
    let deleted_at = change.deleted_at.map(Timestamp::as_millisecond);
    let external_id = change.external_id.map(plain);
    let row = entry_rows!(
        "UPDATE entries SET version = version + 1, revision = $3, question = $4, alternatives = $5, answer = $6,
            category = $7, keywords = $8, lang = $9, status = $10, deleted_at = $11, updated_at = $12,
            search = $13, sort_key = $14, external_id = coalesce(external_id, $15)
        WHERE site_id = $1 AND id = $2 RETURNING ",
        "",
        site,
        id,
        revision,
        columns.question,
        columns.alternatives,
        columns.answer,
        columns.category,
        columns.keywords,
        columns.lang,
        columns.status,
        deleted_at,
        at,
        columns.search,
        columns.sort_key,
        external_id.as_deref(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(violation)?
    .ok_or(StorageError::Missing { what: "entry" })?;
    remember(tx, author, row.try_into()?, columns.document).await
}

pub(super) async fn finish(tx: Tx) -> Result<(), StorageError> {
    tx.commit().await.map_err(backend)
}

/// The counter is a row of its own site: whoever has taken a revision is
/// followed by the others only after the commit, so revisions appear in order.
async fn next_revision(tx: &mut Tx, site: &SiteId) -> Result<i64, StorageError> {
    let site = site.as_str();
    sqlx::query_scalar!(
        "UPDATE sites SET entry_revision = entry_revision + 1 WHERE id = $1 RETURNING entry_revision",
        site,
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(backend)?
    .ok_or(StorageError::Missing { what: "site" })
}

async fn remember(
    tx: &mut Tx,
    author: Author<'_>,
    entry: Entry,
    document: String,
) -> Result<Entry, StorageError> {
    let (id, site, at) = (entry.id.0.to_string(), author.site.as_str(), author.at.as_millisecond());
    let (writer, deleted) = (author.author.map(|id| id.0.to_string()), entry.deleted_at.is_some());
    sqlx::query!(
        "INSERT INTO entry_versions (entry_id, version, site_id, content, deleted, author, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        entry.version,
        site,
        document,
        deleted,
        writer,
        at,
    )
    .execute(&mut **tx)
    .await
    .map_err(violation)?;
    Ok(entry)
}
