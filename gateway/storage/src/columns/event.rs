//! Columns of `events`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::{inconsistent, json, parse_json, plain, seq};
use crate::StorageError;
use crate::model::NewEvent;
use comptoir_protocol::{Event, NumberedEvent};

/// A row of `events`.
#[derive(Debug)]
pub struct EventRow {
    pub seq: i64,
    pub at: i64,
    pub kind: String,
    pub payload: String,
}

impl TryFrom<EventRow> for NumberedEvent {
    type Error = StorageError;

    fn try_from(row: EventRow) -> Result<Self, StorageError> {
        let event: Event = parse_json("events", &row.payload)?;
        if kind(&event) != row.kind {
            return Err(inconsistent("events", "kind and payload differ"));
        }
        Ok(Self { seq: seq("events", row.seq)?, at: row.at, event })
    }
}

/// What to bind for an event.
#[derive(Debug)]
pub struct EventColumns {
    pub kind: &'static str,
    pub client_id: Option<String>,
    pub payload: String,
    /// Whether somebody said something, so that inbox rows show it.
    pub is_message: bool,
}

impl TryFrom<&NewEvent> for EventColumns {
    type Error = StorageError;

    fn try_from(new: &NewEvent) -> Result<Self, StorageError> {
        Ok(Self {
            kind: kind(&new.event),
            client_id: new.client_id.as_ref().map(|id| plain(id.as_str()).into_owned()),
            payload: json(&new.event)?,
            is_message: is_message(&new.event),
        })
    }
}

/// The serde tag of an event; the contract suite stores one of each kind.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::NoticeShown { .. } => "notice_shown",
        Event::VisitorMessage { .. } => "visitor_message",
        Event::BotMessage { .. } => "bot_message",
        Event::AgentMessage { .. } => "agent_message",
        Event::HandoverRequested { .. } => "handover_requested",
        Event::CalledAgain { .. } => "called_again",
        Event::ContactAsked { .. } => "contact_asked",
        Event::Transferred { .. } => "transferred",
        Event::AgentJoined { .. } => "agent_joined",
        Event::BotResumed => "bot_resumed",
        Event::ContactLeft { .. } => "contact_left",
        Event::Feedback { .. } => "feedback",
        Event::Closed { .. } => "closed",
    }
}

fn is_message(event: &Event) -> bool {
    match event {
        Event::VisitorMessage { .. } | Event::BotMessage { .. } | Event::AgentMessage { .. } => {
            true
        }
        Event::NoticeShown { .. }
        | Event::HandoverRequested { .. }
        | Event::CalledAgain { .. }
        | Event::ContactAsked { .. }
        | Event::Transferred { .. }
        | Event::AgentJoined { .. }
        | Event::BotResumed
        | Event::ContactLeft { .. }
        | Event::Feedback { .. }
        | Event::Closed { .. } => false,
    }
}
