//! What the visitor does.

use comptoir_protocol::{
    ClientFrame, ClientId, ConversationState, FeedbackValue, MAX_MESSAGE_CHARS, Seq,
};

use super::Step;
use crate::core::text::{checked_contact, trimmed};
use crate::core::{Item, Notice, Phase, Timer};
use crate::prelude::*;

const TYPED_MS: u32 = 5_000;

impl Step<'_> {
    pub(super) fn send(&mut self, id: ClientId, text: &str) {
        let text = clean(text);
        if !text.is_empty() {
            self.typed(0);
            if matches!(self.state.holder, ConversationState::Closed) {
                self.begin();
            }
            self.queue(id.clone(), ClientFrame::Send { id, text: text.to_owned() });
        }
    }

    pub(super) fn human(&mut self, id: ClientId) {
        let asked = |i: &Item| matches!(i.frame, ClientFrame::Human { .. });
        // In a closed conversation it takes it up again.
        if matches!(self.state.holder, ConversationState::Bot | ConversationState::Closed)
            && !self.state.outbox.items().iter().any(asked)
        {
            self.queue(id.clone(), ClientFrame::Human { id });
        }
    }

    pub(super) fn contact(&mut self, id: ClientId, value: String) {
        let panel = &mut self.state.panel;
        let channel = panel.contact_channel;
        let checked = checked_contact(channel, &value).map(ToOwned::to_owned);
        panel.contact = checked.is_none();
        panel.contact_refused = checked.is_none();
        panel.contact_value = value;
        if let Some(value) = checked {
            self.queue(id.clone(), ClientFrame::Contact { id, channel, value });
        }
    }

    pub(super) fn feedback(&mut self, id: ClientId, message: Seq, value: FeedbackValue) {
        self.queue(id.clone(), ClientFrame::Feedback { id, message, value });
    }

    pub(super) fn end(&mut self, id: ClientId) {
        self.state.panel.menu = false;
        self.queue(id.clone(), ClientFrame::Close { id });
    }

    /// Another conversation: the gateway makes it when asked without one.
    pub(super) fn begin(&mut self) {
        let state = &mut *self.state;
        state.identity.conversation = None;
        state.identity.epoch = None;
        state.log.replace(Vec::new());
        state.outbox.keep_wishes();
        state.holder = ConversationState::Bot;
        state.notice = Notice::Due;
        state.answer = None;
        state.read = Seq(0);
        if state.link.phase != Phase::Refused {
            self.hang_up();
            self.state.link.phase = Phase::Idle;
            self.wake();
        }
        self.save();
    }

    /// A closed conversation takes nothing more. What was not stored in it goes
    /// into the next one; what was is in its log.
    pub(super) fn go_on(&mut self) {
        if !matches!(self.state.holder, ConversationState::Closed) {
            return;
        }
        self.state.outbox.keep_wishes();
        if self.state.outbox.has_wishes() {
            self.begin();
        }
    }

    pub(super) fn retry(&mut self, id: &ClientId) {
        self.state.outbox.retry(id);
        self.flush();
    }

    pub(super) fn discard(&mut self, id: &ClientId) {
        self.state.outbox.finish(id);
        self.save();
    }

    pub(super) fn typed(&mut self, units: usize) {
        self.state.panel.left = MAX_MESSAGE_CHARS.saturating_sub(units);
        self.types(units > 0);
    }

    /// A person may see that the visitor types; the machine need not know.
    pub(super) fn types(&mut self, typing: bool) {
        let person = matches!(
            self.state.holder,
            ConversationState::Queued | ConversationState::Human { .. }
        );
        if typing && person {
            self.start(Timer::Typed, TYPED_MS);
        } else {
            self.stop(Timer::Typed);
        }
        let typing = typing && person;
        if typing != self.state.told_typing && self.state.link.phase == Phase::Online {
            self.state.told_typing = typing;
            self.says(&ClientFrame::Typing { on: typing });
        }
    }

    fn queue(&mut self, id: ClientId, frame: ClientFrame) {
        self.state.outbox.push(Item::new(id, frame, self.now.wall));
        self.save();
        self.flush();
        self.wake();
    }
}

/// The text as it may travel: trimmed, no longer than the gateway takes.
fn clean(text: &str) -> &str {
    let text = trimmed(text);
    let end = text.char_indices().nth(MAX_MESSAGE_CHARS).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}
