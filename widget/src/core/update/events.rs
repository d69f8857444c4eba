//! Facts of the conversation.

use comptoir_protocol::{ConversationState, Event, NumberedEvent};

use super::Step;
use crate::core::{Notice, Signal, Typing};

impl Step<'_> {
    pub(super) fn event(&mut self, numbered: NumberedEvent) {
        let held = self.state.log.held();
        if numbered.seq <= held {
            return;
        }
        if numbered.seq != held.next() && !self.state.link.healed {
            // Something was lost on the way: ask for the log again from its
            // present end, once.
            self.state.link.healed = true;
            self.drop_link(0);
            return;
        }
        self.state.link.healed = false;
        self.happened(&numbered.event);
        self.state.log.push(numbered);
        self.go_on();
    }

    fn happened(&mut self, event: &Event) {
        match event {
            Event::NoticeShown { .. } => {
                self.state.notice = Notice::Told;
                // What was refused for want of the notice may leave now.
                self.flush();
            }
            Event::VisitorMessage { id, .. } => {
                if self.state.outbox.finish(id) {
                    self.settled();
                }
                self.tell(Signal::Sent);
            }
            Event::BotMessage { .. } => {
                self.quiet();
                self.tell(Signal::Received);
            }
            Event::AgentMessage { .. } => {
                self.state.typing = Typing::Nobody;
                self.tell(Signal::Received);
            }
            Event::HandoverRequested { .. } | Event::Transferred { .. } => {
                self.quiet();
                self.state.holder = ConversationState::Queued;
                self.tell(Signal::Handover);
            }
            Event::AgentJoined { name } => {
                self.quiet();
                self.state.holder = ConversationState::Human { name: name.clone() };
                self.tell(Signal::Joined);
            }
            Event::BotResumed => {
                self.state.holder = ConversationState::Bot;
                self.state.notice = Notice::Due;
            }
            Event::ContactLeft { .. } => self.state.panel.contact = false,
            Event::CalledAgain { .. } | Event::ContactAsked { .. } | Event::Feedback { .. } => {}
            Event::Closed { .. } => {
                self.quiet();
                self.state.holder = ConversationState::Closed;
                self.tell(Signal::Ended);
            }
        }
    }

    /// The machine is no longer at work.
    fn quiet(&mut self) {
        self.state.answer = None;
        self.state.typing = Typing::Nobody;
        self.state.wait = None;
    }
}
