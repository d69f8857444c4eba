//! Columns of `sites`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::{inconsistent, json, parse_json};
use crate::StorageError;
use crate::model::{Site, SiteId, SiteSettings};

/// A row of `sites`.
#[derive(Debug)]
pub struct SiteRow {
    pub id: String,
    pub settings: String,
    pub version: i64,
}

impl TryFrom<SiteRow> for Site {
    type Error = StorageError;

    fn try_from(row: SiteRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: site_id("sites", &row.id)?,
            settings: parse_json("sites", &row.settings)?,
            version: row.version,
        })
    }
}

/// Settings as the JSON text of their column.
///
/// # Errors
/// `Backend` if they cannot be written as JSON, which valid settings can.
pub fn settings_text(settings: &SiteSettings) -> Result<String, StorageError> {
    json(settings)
}

pub(super) fn site_id(table: &'static str, text: &str) -> Result<SiteId, StorageError> {
    SiteId::parse(text).ok_or_else(|| inconsistent(table, "not a site name"))
}
