//! Columns of `notifications`, `push_subscriptions` and `notification_settings`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::site::site_id;
use super::{
    inconsistent, json, parse_json, parse_word, seq, timestamp, timestamp_opt, uuid, word,
};
use crate::StorageError;
use crate::model::{
    AgentId, ConversationKey, Device, DeviceId, Failure, Notification, NotificationId,
    NotificationKind, Settlement, Target, Wishes,
};
use jiff::Timestamp;

const TABLE: &str = "notifications";

/// A row of `notifications`.
#[derive(Debug)]
pub struct NotificationRow {
    pub id: String,
    pub site_id: String,
    pub conversation_id: String,
    pub seq: i64,
    pub kind: String,
    pub target: Option<String>,
    pub agent_id: Option<String>,
    pub device_id: Option<String>,
    pub attempts: i64,
    pub failure: Option<String>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

impl TryFrom<NotificationRow> for Notification {
    type Error = StorageError;

    fn try_from(row: NotificationRow) -> Result<Self, StorageError> {
        let failure = row.failure.as_deref().map(|word| parse_word(TABLE, word)).transpose()?;
        Ok(Self {
            id: NotificationId(uuid(TABLE, &row.id)?),
            site: site_id(TABLE, &row.site_id)?,
            conversation: ConversationKey(uuid(TABLE, &row.conversation_id)?),
            seq: seq(TABLE, row.seq)?,
            kind: parse_word(TABLE, &row.kind)?,
            target: target(&row)?,
            attempts: u32::try_from(row.attempts)
                .map_err(|_| inconsistent(TABLE, "number of attempts"))?,
            failure,
            created_at: timestamp(TABLE, row.created_at)?,
            ended_at: timestamp_opt(TABLE, row.ended_at)?,
        })
    }
}

fn target(row: &NotificationRow) -> Result<Option<Target>, StorageError> {
    let Some(word) = row.target.as_deref() else { return Ok(None) };
    let agent = row.agent_id.as_deref().map(|id| uuid(TABLE, id).map(AgentId)).transpose()?;
    let device = row.device_id.as_deref().map(|id| uuid(TABLE, id).map(DeviceId)).transpose()?;
    match (word, agent, device) {
        ("device", Some(agent), Some(device)) => Ok(Some(Target::Device { agent, device })),
        ("mailbox", Some(agent), None) => Ok(Some(Target::Mailbox { agent })),
        ("visitor", None, None) => Ok(Some(Target::Visitor)),
        _ => Err(inconsistent(TABLE, "target without its address")),
    }
}

/// What to bind for a target: word, person, device.
#[must_use]
pub fn target_columns(target: Target) -> (&'static str, Option<String>, Option<String>) {
    match target {
        Target::Device { agent, device } => {
            ("device", Some(agent.0.to_string()), Some(device.0.to_string()))
        }
        Target::Mailbox { agent } => ("mailbox", Some(agent.0.to_string()), None),
        Target::Visitor => ("visitor", None, None),
    }
}

/// A kind as its word.
///
/// # Errors
/// Never for the kinds there are.
pub fn kind_text(kind: NotificationKind) -> Result<String, StorageError> {
    word(&kind)
}

/// What to bind for a settlement.
#[derive(Debug)]
pub struct SettlementColumns {
    pub state: &'static str,
    /// Added to the number of attempts.
    pub attempts: i64,
    /// None leaves it as it is.
    pub due_at: Option<i64>,
    /// None leaves the last one.
    pub failure: Option<String>,
    pub ended_at: Option<i64>,
}

impl SettlementColumns {
    /// Columns of a settlement made at `at`.
    ///
    /// # Errors
    /// Never for the failures there are.
    pub fn of(settlement: Settlement, at: Timestamp) -> Result<Self, StorageError> {
        let due = Self { state: "due", attempts: 0, due_at: None, failure: None, ended_at: None };
        let ended_at = Some(at.as_millisecond());
        let text = |failure: Failure| word(&failure).map(Some);
        Ok(match settlement {
            Settlement::Done => Self { state: "done", ended_at, ..due },
            Settlement::Retry { at, failure } => {
                Self { due_at: Some(at.as_millisecond()), failure: text(failure)?, ..due }
            }
            Settlement::Postpone { at } => {
                Self { due_at: Some(at.as_millisecond()), attempts: -1, ..due }
            }
            Settlement::Dead { failure } => {
                Self { state: "dead", failure: text(failure)?, ended_at, ..due }
            }
        })
    }
}

/// A row of `push_subscriptions`.
#[derive(Debug)]
pub struct DeviceRow {
    pub id: String,
    pub agent_id: String,
    pub endpoint: String,
    pub p256dh: Vec<u8>,
    pub auth: Vec<u8>,
    pub label: String,
    pub created_at: i64,
}

impl TryFrom<DeviceRow> for Device {
    type Error = StorageError;

    fn try_from(row: DeviceRow) -> Result<Self, StorageError> {
        const TABLE: &str = "push_subscriptions";
        Ok(Self {
            id: DeviceId(uuid(TABLE, &row.id)?),
            agent: AgentId(uuid(TABLE, &row.agent_id)?),
            endpoint: row.endpoint,
            p256dh: row.p256dh,
            auth: row.auth,
            label: row.label,
            created_at: timestamp(TABLE, row.created_at)?,
        })
    }
}

/// Wishes as the JSON text of their column.
///
/// # Errors
/// Never for valid wishes.
pub fn wishes_text(wishes: Wishes) -> Result<String, StorageError> {
    json(&wishes)
}

/// Wishes from their column; the defaults when there is none.
///
/// # Errors
/// `Inconsistent` when the text is not theirs.
pub fn wishes_of(text: Option<&str>) -> Result<Wishes, StorageError> {
    text.map_or_else(|| Ok(Wishes::default()), |text| parse_json("notification_settings", text))
}
