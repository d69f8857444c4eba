//! Columns of `conversations`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::event::EventRow;
use super::site::site_id;
use super::{inconsistent, parse_word, plain, seq, seq_column, timestamp, token, uuid, word};
use crate::StorageError;
use crate::model::{
    AgentId, Contact, Conversation, ConversationHead, ConversationKey, ConversationSummary, Holder,
    WaitStep,
};
use comptoir_protocol::{Epoch, NumberedEvent};

const TABLE: &str = "conversations";

/// A row of `conversations`.
#[derive(Debug)]
pub struct ConversationRow {
    pub id: String,
    pub site_id: String,
    pub visitor: Vec<u8>,
    pub epoch: String,
    pub last_seq: i64,
    pub state: String,
    pub state_since: Option<i64>,
    pub handover_reason: Option<String>,
    pub agent_id: Option<String>,
    pub close_reason: Option<String>,
    pub close_outcome: Option<String>,
    pub wait_step: Option<String>,
    pub wanted_agent: Option<String>,
    pub open_question: Option<i64>,
    pub failures: i64,
    pub notice_due: bool,
    pub contact_channel: Option<String>,
    pub contact_value: Option<String>,
    pub agents_read: i64,
    pub visitor_read: i64,
    pub lang: String,
    pub page: String,
    pub created_at: i64,
    pub updated_at: i64,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StorageError;

    fn try_from(row: ConversationRow) -> Result<Self, StorageError> {
        Ok(Self {
            key: conversation_key(&row.id)?,
            site: site_id(TABLE, &row.site_id)?,
            visitor: token(TABLE, &row.visitor)?,
            last_seq: seq(TABLE, row.last_seq)?,
            created_at: timestamp(TABLE, row.created_at)?,
            updated_at: timestamp(TABLE, row.updated_at)?,
            head: head(&row)?,
            epoch: Epoch(row.epoch),
            page: row.page,
        })
    }
}

/// The key in an `id` column.
///
/// # Errors
/// `Inconsistent` when it is none.
pub fn conversation_key(id: &str) -> Result<ConversationKey, StorageError> {
    uuid(TABLE, id).map(ConversationKey)
}

fn head(row: &ConversationRow) -> Result<ConversationHead, StorageError> {
    Ok(ConversationHead {
        holder: holder(row)?,
        open_question: row.open_question.map(|value| seq(TABLE, value)).transpose()?,
        failures: u32::try_from(row.failures)
            .map_err(|_| inconsistent(TABLE, "failures out of range"))?,
        notice_due: row.notice_due,
        contact: contact(row)?,
        agents_read: seq(TABLE, row.agents_read)?,
        visitor_read: seq(TABLE, row.visitor_read)?,
        lang: row.lang.clone(),
    })
}

fn holder(row: &ConversationRow) -> Result<Holder, StorageError> {
    let since = || timestamp(TABLE, required(row.state_since, "state without its time")?);
    let reason =
        || parse_word(TABLE, required(row.handover_reason.as_deref(), "handover without reason")?);
    match row.state.as_str() {
        "bot" => Ok(Holder::Bot),
        "queued" => Ok(Holder::Queued {
            since: since()?,
            reason: reason()?,
            // Rows of before there were steps were called once.
            step: step(row.wait_step.as_deref())?,
            wanted: agent(row.wanted_agent.as_deref())?,
        }),
        "human" => {
            let agent = required(agent(row.agent_id.as_deref())?, "held by nobody")?;
            Ok(Holder::Human { agent, since: since()?, reason: reason()? })
        }
        "closed" => {
            let reason = required(row.close_reason.as_deref(), "closed without reason")?;
            let outcome = row.close_outcome.as_deref();
            let outcome = outcome.map(|word| parse_word(TABLE, word)).transpose()?;
            Ok(Holder::Closed { reason: parse_word(TABLE, reason)?, at: since()?, outcome })
        }
        _ => Err(inconsistent(TABLE, "unknown state")),
    }
}

fn step(word: Option<&str>) -> Result<WaitStep, StorageError> {
    word.map_or(Ok(WaitStep::Called), |word| parse_word(TABLE, word))
}

fn agent(id: Option<&str>) -> Result<Option<AgentId>, StorageError> {
    id.map(|id| uuid(TABLE, id).map(AgentId)).transpose()
}

fn contact(row: &ConversationRow) -> Result<Option<Contact>, StorageError> {
    match (&row.contact_channel, &row.contact_value) {
        (None, None) => Ok(None),
        (Some(channel), Some(value)) => {
            Ok(Some(Contact { channel: parse_word(TABLE, channel)?, value: value.clone() }))
        }
        (Some(_), None) | (None, Some(_)) => Err(inconsistent(TABLE, "half a contact")),
    }
}

fn required<T>(value: Option<T>, rule: &str) -> Result<T, StorageError> {
    value.ok_or_else(|| inconsistent(TABLE, rule))
}

/// A row of an inbox: a row of `conversations`, its last message, its unread count.
#[derive(Debug)]
pub struct SummaryRow {
    pub id: String,
    pub site_id: String,
    pub visitor: Vec<u8>,
    pub epoch: String,
    pub last_seq: i64,
    pub state: String,
    pub state_since: Option<i64>,
    pub handover_reason: Option<String>,
    pub agent_id: Option<String>,
    pub close_reason: Option<String>,
    pub close_outcome: Option<String>,
    pub wait_step: Option<String>,
    pub wanted_agent: Option<String>,
    pub open_question: Option<i64>,
    pub failures: i64,
    pub notice_due: bool,
    pub contact_channel: Option<String>,
    pub contact_value: Option<String>,
    pub agents_read: i64,
    pub visitor_read: i64,
    pub lang: String,
    pub page: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub message_seq: Option<i64>,
    pub message_at: Option<i64>,
    pub message_kind: Option<String>,
    pub message_payload: Option<String>,
    pub unread: i64,
}

impl TryFrom<SummaryRow> for ConversationSummary {
    type Error = StorageError;

    fn try_from(row: SummaryRow) -> Result<Self, StorageError> {
        let message = match (row.message_seq, row.message_at, row.message_kind, row.message_payload)
        {
            (Some(seq), Some(at), Some(kind), Some(payload)) => {
                Some(NumberedEvent::try_from(EventRow { seq, at, kind, payload })?)
            }
            (_, _, _, _) => None,
        };
        let unread = u32::try_from(row.unread).unwrap_or(u32::MAX);
        let conversation = Conversation::try_from(ConversationRow {
            id: row.id,
            site_id: row.site_id,
            visitor: row.visitor,
            epoch: row.epoch,
            last_seq: row.last_seq,
            state: row.state,
            state_since: row.state_since,
            handover_reason: row.handover_reason,
            agent_id: row.agent_id,
            close_reason: row.close_reason,
            close_outcome: row.close_outcome,
            wait_step: row.wait_step,
            wanted_agent: row.wanted_agent,
            open_question: row.open_question,
            failures: row.failures,
            notice_due: row.notice_due,
            contact_channel: row.contact_channel,
            contact_value: row.contact_value,
            agents_read: row.agents_read,
            visitor_read: row.visitor_read,
            lang: row.lang,
            page: row.page,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })?;
        Ok(Self { conversation, last_message: message, unread })
    }
}

/// Whether a decision on `base` still holds where `stored` is: they are the
/// same as stored, read marks aside, which move by themselves.
///
/// # Errors
/// `Inconsistent` when one cannot be stored.
pub fn is_same_head(
    base: &ConversationHead,
    stored: &ConversationHead,
) -> Result<bool, StorageError> {
    let unread = |head| {
        let columns = HeadColumns::try_from(head)?;
        Ok::<_, StorageError>(HeadColumns { agents_read: 0, visitor_read: 0, ..columns })
    };
    Ok(unread(base)? == unread(stored)?)
}

/// What to bind for a head.
#[derive(Debug, PartialEq)]
pub struct HeadColumns {
    pub state: &'static str,
    pub state_since: Option<i64>,
    pub handover_reason: Option<String>,
    pub agent_id: Option<String>,
    pub close_reason: Option<String>,
    pub close_outcome: Option<String>,
    pub wait_step: Option<String>,
    pub wanted_agent: Option<String>,
    /// Only while it waits; the backend keeps the stored one otherwise.
    pub queued_at: Option<i64>,
    pub open_question: Option<i64>,
    pub failures: i64,
    pub notice_due: bool,
    pub contact_channel: Option<String>,
    pub contact_value: Option<String>,
    pub agents_read: i64,
    pub visitor_read: i64,
    pub lang: String,
}

impl TryFrom<&ConversationHead> for HeadColumns {
    type Error = StorageError;

    fn try_from(head: &ConversationHead) -> Result<Self, StorageError> {
        let contact = head.contact.as_ref();
        let mut columns = Self {
            state: "bot",
            state_since: None,
            handover_reason: None,
            agent_id: None,
            close_reason: None,
            close_outcome: None,
            wait_step: None,
            wanted_agent: None,
            queued_at: None,
            open_question: head.open_question.map(seq_column),
            failures: i64::from(head.failures),
            notice_due: head.notice_due,
            contact_channel: contact.map(|contact| word(&contact.channel)).transpose()?,
            contact_value: contact.map(|contact| plain(&contact.value).into_owned()),
            agents_read: seq_column(head.agents_read),
            visitor_read: seq_column(head.visitor_read),
            lang: plain(&head.lang).into_owned(),
        };
        match &head.holder {
            Holder::Bot => {}
            Holder::Queued { since, reason, step, wanted } => {
                columns.state = "queued";
                columns.state_since = Some(since.as_millisecond());
                columns.queued_at = columns.state_since;
                columns.wait_step = Some(word(step)?);
                columns.wanted_agent = wanted.map(|agent| agent.0.to_string());
                columns.handover_reason = Some(word(reason)?);
            }
            Holder::Human { agent, since, reason } => {
                columns.state = "human";
                columns.state_since = Some(since.as_millisecond());
                columns.agent_id = Some(agent.0.to_string());
                columns.handover_reason = Some(word(reason)?);
            }
            Holder::Closed { reason, at, outcome } => {
                columns.state = "closed";
                columns.state_since = Some(at.as_millisecond());
                columns.close_reason = Some(word(reason)?);
                columns.close_outcome = outcome.as_ref().map(word).transpose()?;
            }
        }
        Ok(columns)
    }
}
