//! Reading entries.

use crate::error::backend;
use comptoir_storage::columns::{EntryColumns, EntryVersionRow, count, page_limit};
use comptoir_storage::model::{Entry, EntryFilter, EntryId, EntryVersion, Page, SiteId};
use comptoir_storage::{StorageError, search};
use sqlx::PgPool;

pub(super) async fn entries(
    pool: &PgPool,
    site: &SiteId,
    filter: &EntryFilter,
    page: Page<EntryId>,
) -> Result<Vec<Entry>, StorageError> {
    let site = site.as_str();
    let words = search::words(filter.text.as_deref());
    let status = filter.status.map(EntryColumns::status_text);
    let (after, limit) = (page.after.map(|id| id.0.to_string()), page_limit(page.limit));
    let rows = entry_rows!(
        "SELECT ",
        "FROM entries
        WHERE site_id = $1
            AND (deleted_at IS NOT NULL) = $2
            AND ($3::text IS NULL OR status = $3)
            AND ($4::text IS NULL OR category = $4)
            AND ($5::text IS NULL OR lang = $5)
            AND NOT EXISTS (SELECT 1 FROM unnest($6::text[]) word WHERE strpos(search, word) = 0)
            AND ($7::text IS NULL
                OR (sort_key, id) > (SELECT sort_key, id FROM entries WHERE site_id = $1 AND id = $7))
        ORDER BY sort_key, id
        LIMIT $8",
        site,
        filter.deleted,
        status,
        filter.category,
        filter.lang,
        &words,
        after,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(Entry::try_from).collect()
}

pub(super) async fn count_entries(
    pool: &PgPool,
    site: &SiteId,
    filter: &EntryFilter,
) -> Result<u64, StorageError> {
    let site = site.as_str();
    let words = search::words(filter.text.as_deref());
    let status = filter.status.map(EntryColumns::status_text);
    let number = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM entries
        WHERE site_id = $1
            AND (deleted_at IS NOT NULL) = $2
            AND ($3::text IS NULL OR status = $3)
            AND ($4::text IS NULL OR category = $4)
            AND ($5::text IS NULL OR lang = $5)
            AND NOT EXISTS (SELECT 1 FROM unnest($6::text[]) word WHERE strpos(search, word) = 0)"#,
        site,
        filter.deleted,
        status,
        filter.category,
        filter.lang,
        &words,
    )
    .fetch_one(pool)
    .await
    .map_err(backend)?;
    count("entries", number)
}

pub(super) async fn categories(pool: &PgPool, site: &SiteId) -> Result<Vec<String>, StorageError> {
    let site = site.as_str();
    let mut names = sqlx::query_scalar!(
        r#"SELECT DISTINCT category AS "category!" FROM entries
        WHERE site_id = $1 AND category IS NOT NULL AND deleted_at IS NULL"#,
        site,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    names.sort_by_cached_key(|name| (search::fold(name), name.clone()));
    Ok(names)
}

pub(super) async fn entry(
    pool: &PgPool,
    site: &SiteId,
    id: EntryId,
) -> Result<Option<Entry>, StorageError> {
    let (site, id) = (site.as_str(), id.0.to_string());
    let row = entry_rows!("SELECT ", "FROM entries WHERE site_id = $1 AND id = $2", site, id)
        .fetch_optional(pool)
        .await
        .map_err(backend)?;
    row.map(Entry::try_from).transpose()
}

pub(super) async fn entries_by_id(
    pool: &PgPool,
    site: &SiteId,
    ids: &[EntryId],
) -> Result<Vec<Entry>, StorageError> {
    let site = site.as_str();
    let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
    let rows =
        entry_rows!("SELECT ", "FROM entries WHERE site_id = $1 AND id = ANY($2)", site, &ids,)
            .fetch_all(pool)
            .await
            .map_err(backend)?;
    rows.into_iter().map(Entry::try_from).collect()
}

pub(super) async fn history(
    pool: &PgPool,
    site: &SiteId,
    id: EntryId,
) -> Result<Vec<EntryVersion>, StorageError> {
    let (site, id) = (site.as_str(), id.0.to_string());
    let rows = sqlx::query_as!(
        EntryVersionRow,
        r#"SELECT version, content, deleted, author, at FROM entry_versions
        WHERE site_id = $1 AND entry_id = $2 ORDER BY version DESC"#,
        site,
        id,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(EntryVersion::try_from).collect()
}

pub(super) async fn since(
    pool: &PgPool,
    site: &SiteId,
    revision: i64,
    limit: u32,
) -> Result<Vec<Entry>, StorageError> {
    let (site, limit) = (site.as_str(), i64::from(limit));
    let rows = entry_rows!(
        "SELECT ",
        "FROM entries WHERE site_id = $1 AND revision > $2 ORDER BY revision LIMIT $3",
        site,
        revision,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(backend)?;
    rows.into_iter().map(Entry::try_from).collect()
}

pub(super) async fn revision(pool: &PgPool, site: &SiteId) -> Result<i64, StorageError> {
    let site = site.as_str();
    let revision = sqlx::query_scalar!("SELECT entry_revision FROM sites WHERE id = $1", site)
        .fetch_optional(pool)
        .await
        .map_err(backend)?;
    Ok(revision.unwrap_or(0))
}
