//! How models map to plain columns, the same in both databases.
//!
//! What it is for: a backend selects into a `…Row` (private to storage by
//! intent, public because the backends are crates of their own) and turns it
//! into a model with `TryFrom`; it binds what the `…Columns` structs hold. A
//! row no model can be made of is [`StorageError::Inconsistent`], with the
//! table and the broken rule but never the contents.
//!
//! What it must never do: no SQL, no knowledge of a database's types beyond
//! `i64`, `bool`, `String` and bytes.

mod check;
mod conversation;
mod entry;
mod event;
mod gap;
mod note;
mod notification;
mod people;
mod phrasing;
mod site;

pub use check::{CheckRow, check_document, result_document};
pub use conversation::{ConversationRow, HeadColumns, SummaryRow, conversation_key, is_same_head};
pub use entry::{EntryColumns, EntryRow, EntryVersionRow};
pub use event::{EventColumns, EventRow};
pub use gap::{GapRow, gap_kind_text, gap_status_text};
pub use note::NoteRow;
pub use notification::{
    DeviceRow, NotificationRow, SettlementColumns, kind_text, target_columns, wishes_of,
    wishes_text,
};
pub use people::{AgentRow, SessionAgentRow, role_text};
pub use phrasing::{
    PhrasingRow, VerdictRow, entry_key, phrasing_source_text, phrasing_status_text, verdict_place,
    verdicts,
};
pub use site::{SiteRow, settings_text};

use crate::StorageError;
use crate::model::TokenHash;
use comptoir_protocol::Seq;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::borrow::Cow;
use std::fmt::Display;
use uuid::Uuid;

/// Most rows of one page.
const MAX_PAGE: u32 = 200;

/// A position as a column; beyond the column's range it is "after everything".
#[must_use]
pub fn seq_column(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A page's limit as asked, kept within 1 to 200.
#[must_use]
pub fn page_limit(limit: u32) -> i64 {
    i64::from(limit.clamp(1, MAX_PAGE))
}

/// Free text as a column: PostgreSQL cannot hold U+0000, so both get U+FFFD.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A count as a column to a count.
///
/// # Errors
/// `Inconsistent` when negative, which no database answers.
pub fn count(table: &'static str, value: i64) -> Result<u64, StorageError> {
    u64::try_from(value).map_err(|_| inconsistent(table, "negative count"))
}

/// A column to a position.
///
/// # Errors
/// `Inconsistent` when negative.
pub fn seq(table: &'static str, value: i64) -> Result<Seq, StorageError> {
    u64::try_from(value).map(Seq).map_err(|_| inconsistent(table, "negative event number"))
}

fn inconsistent(table: &'static str, detail: impl Display) -> StorageError {
    StorageError::Inconsistent { table, detail: detail.to_string() }
}

fn timestamp(table: &'static str, ms: i64) -> Result<Timestamp, StorageError> {
    Timestamp::from_millisecond(ms).map_err(|_| inconsistent(table, "time out of range"))
}

fn timestamp_opt(table: &'static str, ms: Option<i64>) -> Result<Option<Timestamp>, StorageError> {
    ms.map(|ms| timestamp(table, ms)).transpose()
}

fn uuid(table: &'static str, text: &str) -> Result<Uuid, StorageError> {
    Uuid::try_parse(text).map_err(|_| inconsistent(table, "id is not a UUID"))
}

fn token(table: &'static str, bytes: &[u8]) -> Result<TokenHash, StorageError> {
    bytes.try_into().map(TokenHash).map_err(|_| inconsistent(table, "hash is not 32 bytes"))
}

/// The word serde gives a variant without fields; the wire and the database
/// use the same words.
fn word<T: Serialize>(value: &T) -> Result<String, StorageError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(inconsistent("words", "value is not a word")),
        Err(error) => Err(StorageError::Backend(error.into())),
    }
}

fn parse_word<T: DeserializeOwned>(table: &'static str, word: &str) -> Result<T, StorageError> {
    T::deserialize(word.into_deserializer()).map_err(|_: serde::de::value::Error| {
        inconsistent(table, format_args!("unknown word in {}", short_name::<T>()))
    })
}

fn json<T: Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Backend(error.into()))
}

/// serde_json's messages quote contents, so only the position is kept.
fn parse_json<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| {
        let place = format_args!(
            "{} is not readable at {}:{}",
            short_name::<T>(),
            error.line(),
            error.column()
        );
        inconsistent(table, place)
    })
}

fn short_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}
