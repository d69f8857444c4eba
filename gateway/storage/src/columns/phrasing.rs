//! Columns of `phrasings`, and verdicts as they are read for them.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::site::site_id;
use super::{inconsistent, parse_json, parse_word, seq, timestamp, uuid};
use crate::StorageError;
use crate::model::{
    Confirmed, ConversationKey, EntryId, Phrasing, PhrasingId, PhrasingSource, PhrasingStatus,
    VerdictPlace,
};
use comptoir_protocol::{Event, FeedbackValue};

/// A row of `phrasings`.
#[derive(Debug)]
pub struct PhrasingRow {
    pub id: String,
    pub site_id: String,
    pub entry_id: String,
    pub text: String,
    pub source: String,
    pub status: String,
    pub at: i64,
}

impl TryFrom<PhrasingRow> for Phrasing {
    type Error = StorageError;

    fn try_from(row: PhrasingRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: PhrasingId(uuid("phrasings", &row.id)?),
            site: site_id("phrasings", &row.site_id)?,
            entry: entry_key("phrasings", &row.entry_id)?,
            text: row.text,
            source: parse_word("phrasings", &row.source)?,
            status: parse_word("phrasings", &row.status)?,
            at: timestamp("phrasings", row.at)?,
        })
    }
}

/// A verdict among `events`.
#[derive(Debug)]
pub struct VerdictRow {
    pub at: i64,
    pub conversation_id: String,
    pub seq: i64,
    pub payload: String,
}

/// An entry's id.
///
/// # Errors
/// `Inconsistent` when it is none.
pub fn entry_key(table: &'static str, id: &str) -> Result<EntryId, StorageError> {
    uuid(table, id).map(EntryId)
}

/// A verdict's place from its columns.
///
/// # Errors
/// `Inconsistent` when they are none.
pub fn verdict_place(
    at: i64,
    conversation: &str,
    number: i64,
) -> Result<VerdictPlace, StorageError> {
    Ok(VerdictPlace {
        at: timestamp("events", at)?,
        conversation: ConversationKey(uuid("events", conversation)?),
        seq: seq("events", number)?,
    })
}

/// The confirmations among verdicts, and the place of the last verdict.
///
/// # Errors
/// `Inconsistent` for a row that is no verdict.
pub fn verdicts(
    rows: Vec<VerdictRow>,
) -> Result<(Vec<Confirmed>, Option<VerdictPlace>), StorageError> {
    let mut confirmed = Vec::new();
    let mut last = None;
    for row in rows {
        let place = verdict_place(row.at, &row.conversation_id, row.seq)?;
        let Event::Feedback { message, value } = parse_json("events", &row.payload)? else {
            return Err(inconsistent("events", "a verdict of another kind"));
        };
        if value == FeedbackValue::Yes {
            confirmed.push(Confirmed { place, message });
        }
        last = Some(place);
    }
    Ok((confirmed, last))
}

/// A status as its word.
#[must_use]
pub fn phrasing_status_text(status: PhrasingStatus) -> &'static str {
    match status {
        PhrasingStatus::Proposed => "proposed",
        PhrasingStatus::Accepted => "accepted",
        PhrasingStatus::Declined => "declined",
    }
}

/// A source as its word.
#[must_use]
pub fn phrasing_source_text(source: PhrasingSource) -> &'static str {
    match source {
        PhrasingSource::Model => "model",
        PhrasingSource::Conversation => "conversation",
    }
}
