//! What a decision is based on.

use comptoir_protocol::{AnswerId, ConversationState, Event, NumberedEvent, Route, Seq};
use comptoir_storage::model::{Conversation, ConversationHead, Holder};
use jiff::Timestamp;
use std::collections::VecDeque;

/// How many of the latest events the machine looks at.
pub const TAIL: usize = 64;

/// A conversation in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where it stands, as stored.
    pub conversation: Conversation,
    /// The latest events, oldest first, at most [`TAIL`].
    pub recent: VecDeque<NumberedEvent>,
    /// First name of the person who holds it.
    pub holder_name: Option<String>,
    /// The answer that is being written.
    pub running: Option<Running>,
}

/// An answer that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Which.
    pub answer: AnswerId,
    /// The visitor message it answers.
    pub to: Seq,
    /// What visitors were shown of it.
    pub shown: String,
}

impl State {
    /// Takes over what was committed.
    pub fn apply(&mut self, events: &[NumberedEvent], head: ConversationHead, at: Timestamp) {
        for event in events {
            self.note_name(&event.event);
            self.conversation.last_seq = event.seq;
            self.recent.push_back(event.clone());
            if self.recent.len() > TAIL {
                self.recent.pop_front();
            }
        }
        self.conversation.head = head;
        self.conversation.updated_at = at;
    }

    fn note_name(&mut self, event: &Event) {
        match event {
            Event::AgentJoined { name } => self.holder_name = Some(name.clone()),
            Event::BotResumed
            | Event::HandoverRequested { .. }
            | Event::Transferred { .. }
            | Event::Closed { .. } => self.holder_name = None,
            Event::NoticeShown { .. }
            | Event::VisitorMessage { .. }
            | Event::BotMessage { .. }
            | Event::AgentMessage { .. }
            | Event::CalledAgain { .. }
            | Event::ContactAsked { .. }
            | Event::ContactLeft { .. }
            | Event::Feedback { .. } => {}
        }
    }

    /// Who answers, in the visitor's terms.
    #[must_use]
    pub fn for_visitors(&self) -> ConversationState {
        match self.conversation.head.holder {
            Holder::Bot => ConversationState::Bot,
            Holder::Queued { .. } => ConversationState::Queued,
            Holder::Human { .. } => {
                ConversationState::Human { name: self.holder_name.clone().unwrap_or_default() }
            }
            Holder::Closed { .. } => ConversationState::Closed,
        }
    }

    /// The machine's latest message, if it is near enough to matter.
    pub(super) fn last_reply(&self) -> Option<LastReply<'_>> {
        self.recent.iter().rev().find_map(|logged| {
            let Event::BotMessage { route, offers, .. } = &logged.event else {
                return None;
            };
            Some(LastReply { seq: logged.seq, route: *route, offers })
        })
    }

    /// Whether the visitor said that this message did not help.
    pub(super) fn judged_bad(&self, judged: Seq) -> bool {
        self.recent.iter().any(|logged| {
            matches!(logged.event, Event::Feedback { message, value: comptoir_protocol::FeedbackValue::No } if message == judged)
        })
    }

    /// Whether the visitor wrote after this event.
    pub(super) fn wrote_after(&self, seq: Seq) -> bool {
        self.recent
            .iter()
            .any(|logged| logged.seq > seq && matches!(logged.event, Event::VisitorMessage { .. }))
    }
}

/// The machine's latest message.
pub(super) struct LastReply<'a> {
    pub seq: Seq,
    pub route: Route,
    pub offers: &'a [comptoir_protocol::Offer],
}
