//! Columns of `checks`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::site::site_id;
use super::{json, parse_json, timestamp, timestamp_opt, uuid};
use crate::StorageError;
use crate::model::{Check, CheckContent, CheckId, CheckResult};

/// A row of `checks`.
#[derive(Debug)]
pub struct CheckRow {
    pub id: String,
    pub site_id: String,
    pub content: String,
    pub result: Option<String>,
    pub deleted_at: Option<i64>,
    pub created_at: i64,
}

impl TryFrom<CheckRow> for Check {
    type Error = StorageError;

    fn try_from(row: CheckRow) -> Result<Self, StorageError> {
        let last = row.result.map(|text| parse_json("checks", &text)).transpose()?;
        Ok(Self {
            id: CheckId(uuid("checks", &row.id)?),
            site: site_id("checks", &row.site_id)?,
            content: parse_json("checks", &row.content)?,
            last,
            deleted_at: timestamp_opt("checks", row.deleted_at)?,
            created_at: timestamp("checks", row.created_at)?,
        })
    }
}

/// What a test question asks for, as its column.
///
/// # Errors
/// When it cannot be written as JSON, which no content is.
pub fn check_document(content: &CheckContent) -> Result<String, StorageError> {
    json(content)
}

/// A run as its column.
///
/// # Errors
/// When it cannot be written as JSON, which no result is.
pub fn result_document(result: &CheckResult) -> Result<String, StorageError> {
    json(result)
}
