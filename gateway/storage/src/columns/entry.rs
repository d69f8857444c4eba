//! Columns of `entries` and `entry_versions`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::site::site_id;
use super::{json, parse_json, parse_word, plain, timestamp, timestamp_opt, uuid};
use crate::StorageError;
use crate::model::{AgentId, Entry, EntryContent, EntryId, EntryStatus, EntryVersion};
use crate::search;

/// A row of `entries`, without its folded columns.
#[derive(Debug)]
pub struct EntryRow {
    pub id: String,
    pub site_id: String,
    pub external_id: Option<String>,
    pub version: i64,
    pub revision: i64,
    pub question: String,
    pub alternatives: String,
    pub answer: String,
    pub category: Option<String>,
    pub keywords: String,
    pub lang: String,
    pub status: String,
    pub deleted_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StorageError;

    fn try_from(row: EntryRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: EntryId(uuid("entries", &row.id)?),
            site: site_id("entries", &row.site_id)?,
            external_id: row.external_id,
            version: row.version,
            revision: row.revision,
            content: EntryContent {
                question: row.question,
                alternatives: parse_json("entries", &row.alternatives)?,
                answer: row.answer,
                category: row.category,
                keywords: parse_json("entries", &row.keywords)?,
                lang: row.lang,
                status: parse_word("entries", &row.status)?,
            },
            deleted_at: timestamp_opt("entries", row.deleted_at)?,
            created_at: timestamp("entries", row.created_at)?,
            updated_at: timestamp("entries", row.updated_at)?,
        })
    }
}

/// A row of `entry_versions`.
#[derive(Debug)]
pub struct EntryVersionRow {
    pub version: i64,
    pub content: String,
    pub deleted: bool,
    pub author: Option<String>,
    pub at: i64,
}

impl TryFrom<EntryVersionRow> for EntryVersion {
    type Error = StorageError;

    fn try_from(row: EntryVersionRow) -> Result<Self, StorageError> {
        let author = row.author.map(|id| uuid("entry_versions", &id)).transpose()?;
        Ok(Self {
            version: row.version,
            content: parse_json("entry_versions", &row.content)?,
            deleted: row.deleted,
            author: author.map(AgentId),
            at: timestamp("entry_versions", row.at)?,
        })
    }
}

/// What to bind for an entry's content.
#[derive(Debug)]
pub struct EntryColumns {
    pub question: String,
    pub alternatives: String,
    pub answer: String,
    pub category: Option<String>,
    pub keywords: String,
    pub lang: String,
    pub status: &'static str,
    pub search: String,
    pub sort_key: String,
    /// The whole content as the history keeps it.
    pub document: String,
}

impl TryFrom<&EntryContent> for EntryColumns {
    type Error = StorageError;

    fn try_from(content: &EntryContent) -> Result<Self, StorageError> {
        Ok(Self {
            question: plain(&content.question).into_owned(),
            alternatives: json(&content.alternatives)?,
            answer: plain(&content.answer).into_owned(),
            category: content.category.as_deref().map(|text| plain(text).into_owned()),
            keywords: json(&content.keywords)?,
            lang: plain(&content.lang).into_owned(),
            status: status_text(content.status),
            search: search::search_text(content),
            sort_key: search::sort_key(content),
            document: json(content)?,
        })
    }
}

impl EntryColumns {
    /// A status as its word, for filters.
    #[must_use]
    pub fn status_text(status: EntryStatus) -> &'static str {
        status_text(status)
    }
}

fn status_text(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Draft => "draft",
        EntryStatus::Published => "published",
    }
}
