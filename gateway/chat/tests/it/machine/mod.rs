//! Decisions, one by one, without a database: a file for each that may hold
//! the conversation.

mod bot;
mod closed;
mod human;
mod queued;
mod states;
mod table;
mod told;
mod transfer;

pub use table::{Table, kinds, notice};

use comptoir_chat::Colleague;
use comptoir_protocol::{Event, HandoverReason};
use comptoir_storage::model::AgentId;
use uuid::Uuid;

/// Somebody of the firm to pass a conversation on to.
pub fn colleague(number: u128, name: &str) -> Colleague {
    Colleague { agent: AgentId(Uuid::from_u128(number)), name: name.to_owned() }
}

/// Why a person was called and what the visitor was told, if one was.
pub fn handover_of(events: &[Event]) -> Option<(HandoverReason, &str)> {
    events.iter().find_map(|event| {
        let Event::HandoverRequested { reason, text } = event else {
            return None;
        };
        Some((*reason, text.as_str()))
    })
}

/// What the machine said.
///
/// # Panics
/// When it is something else.
pub fn text_of(event: &Event) -> &str {
    let Event::BotMessage { text, .. } = event else { panic!("a bot message, not {event:?}") };
    text
}
