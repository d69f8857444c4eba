//! What the gateway says.

use comptoir_protocol::{
    AnswerId, ByeCode, ClientId, ErrorCode, PROTOCOL_VERSION, Resume, ServerFrame, Typist, Welcome,
};

use super::Step;
use crate::core::{Answer, Identity, Notice, Phase, Timer, Typing, Wait, heartbeat_ms};
use crate::prelude::*;

const TYPING_MS: u32 = 10_000;

impl Step<'_> {
    pub(super) fn frame(&mut self, frame: ServerFrame) {
        if !matches!(self.state.link.phase, Phase::Connecting | Phase::Online) {
            return;
        }
        self.state.link.heard = self.now.mono;
        if self.state.link.phase == Phase::Connecting && follows_welcome(&frame) {
            // The welcome was lost on the way: what follows it means nothing
            // without what it brings.
            self.drop_link(0);
            return;
        }
        match frame {
            ServerFrame::Welcome(welcome) => self.welcome(*welcome),
            ServerFrame::Event(event) => self.event(event),
            ServerFrame::Ack { id, seq } => {
                self.state.outbox.acked(&id, seq, &self.state.log);
                self.settled();
            }
            ServerFrame::Delta { answer, offset, text } => self.delta(&answer, offset, &text),
            ServerFrame::Typing { who, name, on } => self.typing(who, name, on),
            ServerFrame::Queued { position, wait_ms } => {
                self.state.wait = Some(Wait::Queue { position, ms: wait_ms });
            }
            ServerFrame::Busy { id, retry_ms } => self.busy(id, retry_ms),
            ServerFrame::Error { code, id: Some(id) } => self.item_refused(code, &id),
            ServerFrame::Error { code, id: None } => self.link_refused(code),
            ServerFrame::Bye { code, retry_ms } => match code {
                ByeCode::Restart | ByeCode::TooSlow | ByeCode::Idle => {
                    let jitter = f64::from(retry_ms / 2) * self.now.dice;
                    self.drop_link(retry_ms.saturating_add(jitter as u32));
                }
                ByeCode::Protocol => self.refuse(),
            },
            ServerFrame::Pong => self.pong(),
        }
    }

    fn welcome(&mut self, welcome: Welcome) {
        if welcome.v != PROTOCOL_VERSION {
            self.refuse();
            return;
        }
        let state = &mut *self.state;
        let held = state.log.held();
        let continued = welcome.resume == Resume::Replay
            && state.identity.epoch.as_ref() == Some(&welcome.epoch)
            && state.identity.conversation.as_ref() == Some(&welcome.conversation);
        if continued {
            for event in welcome.events {
                state.log.push(event);
            }
        } else {
            state.log.replace(welcome.events);
        }
        // Only a replay that brought nothing shows that numbers are skipped.
        state.link.healed &= state.log.held() == held;
        if state.read > state.log.held() {
            state.read = state.log.held();
        }
        state.identity = Identity {
            token: welcome.token.or(state.identity.token.take()),
            conversation: Some(welcome.conversation),
            epoch: Some(welcome.epoch),
        };
        state.card = Some(welcome.site);
        state.holder = welcome.state;
        state.notice = if welcome.notice_due { Notice::Due } else { Notice::Told };
        state.answer = welcome.answering.map(|a| Answer::new(a.answer, a.text));
        state.typing = Typing::Nobody;
        state.wait = None;
        state.outbox.reconcile(&state.log);
        state.link.phase = Phase::Online;
        self.stop(Timer::Welcome);
        self.stop(Timer::Ack);
        self.start(Timer::Ping, heartbeat_ms(self.now.dice));
        self.save();
        self.go_on();
        self.flush();
    }

    fn delta(&mut self, id: &AnswerId, offset: u32, text: &str) {
        let state = &mut *self.state;
        if state.log.has_answer(id) {
            return;
        }
        if offset == 0 && state.answer.as_ref().is_none_or(|a| a.id != *id) {
            state.answer = Some(Answer::new(id.clone(), String::new()));
        }
        if let Some(answer) = state.answer.as_mut().filter(|a| a.id == *id) {
            answer.add(offset, text);
            state.typing = Typing::Nobody;
            state.wait = None;
        }
    }

    fn typing(&mut self, who: Typist, name: Option<String>, on: bool) {
        self.state.typing = match (on, who) {
            (false, _) | (true, Typist::Visitor) => Typing::Nobody,
            (true, Typist::Bot) => Typing::Machine,
            (true, Typist::Agent) => Typing::Person(name.unwrap_or_default()),
        };
        match &self.state.typing {
            // An indicator that nobody takes back must not stay for ever.
            Typing::Person(_) => self.start(Timer::Typing, TYPING_MS),
            Typing::Nobody | Typing::Machine => self.stop(Timer::Typing),
        }
    }

    fn busy(&mut self, id: Option<ClientId>, retry_ms: u32) {
        let Some(id) = id else {
            self.drop_link(retry_ms);
            self.state.wait = Some(Wait::Busy);
            return;
        };
        self.state.outbox.again(&id);
        self.state.wait = Some(Wait::Busy);
        let jitter = f64::from(retry_ms / 2) * self.now.dice;
        self.stop(Timer::Ack);
        self.start(Timer::Retry, retry_ms.saturating_add(jitter as u32));
    }

    fn item_refused(&mut self, code: ErrorCode, id: &ClientId) {
        let outbox = &mut self.state.outbox;
        match code {
            ErrorCode::NoticeRequired => {
                outbox.again(id);
                self.state.notice = Notice::Due;
            }
            ErrorCode::BadContact => {
                outbox.finish(id);
                self.state.panel.contact = true;
                self.state.panel.contact_refused = true;
            }
            ErrorCode::EmptyMessage => {
                outbox.finish(id);
            }
            ErrorCode::BadFrame
            | ErrorCode::FrameTooLarge
            | ErrorCode::UnsupportedVersion
            | ErrorCode::HelloExpected
            | ErrorCode::UnknownSite
            | ErrorCode::OriginNotAllowed
            | ErrorCode::NotYours
            | ErrorCode::MessageTooLong
            | ErrorCode::IdReused
            | ErrorCode::RateLimited
            | ErrorCode::Internal => outbox.failed(id, code),
        }
        self.settled();
    }

    fn link_refused(&mut self, code: ErrorCode) {
        match code {
            ErrorCode::UnsupportedVersion
            | ErrorCode::UnknownSite
            | ErrorCode::OriginNotAllowed => self.refuse(),
            ErrorCode::NotYours => {
                // What storage held is worth nothing here; begin as a new
                // visitor, keeping what was not sent.
                self.state.identity = Identity::default();
                self.state.log.replace(Vec::new());
                self.drop_link(0);
            }
            ErrorCode::FrameTooLarge | ErrorCode::HelloExpected => self.drop_link(0),
            ErrorCode::BadFrame
            | ErrorCode::EmptyMessage
            | ErrorCode::MessageTooLong
            | ErrorCode::BadContact
            | ErrorCode::NoticeRequired
            | ErrorCode::IdReused
            | ErrorCode::RateLimited
            | ErrorCode::Internal => {}
        }
    }

    /// What was under way is no longer; the next may go.
    pub(super) fn settled(&mut self) {
        self.state.link.attempts = 0;
        self.stop(Timer::Ack);
        self.save();
        self.flush();
    }
}

/// Whether the gateway says this only to who was welcomed.
fn follows_welcome(frame: &ServerFrame) -> bool {
    match frame {
        ServerFrame::Event(_)
        | ServerFrame::Ack { .. }
        | ServerFrame::Delta { .. }
        | ServerFrame::Typing { .. }
        | ServerFrame::Queued { .. } => true,
        ServerFrame::Welcome(_)
        | ServerFrame::Busy { .. }
        | ServerFrame::Error { .. }
        | ServerFrame::Bye { .. }
        | ServerFrame::Pong => false,
    }
}
