//! Columns of `gaps`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::site::site_id;
use super::{parse_word, seq, timestamp, uuid};
use crate::StorageError;
use crate::model::{ConversationKey, EntryId, Gap, GapId, GapKind, GapStatus};

/// A row of `gaps`.
#[derive(Debug)]
pub struct GapRow {
    pub id: String,
    pub site_id: String,
    pub conversation_id: String,
    pub seq: i64,
    pub question: String,
    pub lang: String,
    pub nearest: Option<String>,
    pub kind: String,
    pub entry_id: Option<String>,
    pub status: String,
    pub at: i64,
}

impl TryFrom<GapRow> for Gap {
    type Error = StorageError;

    fn try_from(row: GapRow) -> Result<Self, StorageError> {
        let nearest = row.nearest.map(|id| uuid("gaps", &id)).transpose()?;
        let entry = row.entry_id.map(|id| uuid("gaps", &id)).transpose()?;
        Ok(Self {
            id: GapId(uuid("gaps", &row.id)?),
            site: site_id("gaps", &row.site_id)?,
            conversation: ConversationKey(uuid("gaps", &row.conversation_id)?),
            seq: seq("gaps", row.seq)?,
            question: row.question,
            lang: row.lang,
            nearest: nearest.map(EntryId),
            kind: parse_word("gaps", &row.kind)?,
            entry: entry.map(EntryId),
            status: parse_word("gaps", &row.status)?,
            at: timestamp("gaps", row.at)?,
        })
    }
}

/// A status as its word.
#[must_use]
pub fn gap_status_text(status: GapStatus) -> &'static str {
    match status {
        GapStatus::Open => "open",
        GapStatus::Answered => "answered",
        GapStatus::Dismissed => "dismissed",
    }
}

/// A kind as its word.
#[must_use]
pub fn gap_kind_text(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Unanswered => "unanswered",
        GapKind::BadlyRated => "badly_rated",
    }
}
