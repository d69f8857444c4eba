//! Connecting, staying connected, coming back.

use comptoir_protocol::ClientFrame;

use super::Step;
use crate::core::{Effect, Notice, Phase, Signal, Timer, Typing, heartbeat_ms, reconnect_ms};
use crate::wire;

const WELCOME_MS: u32 = 15_000;
const PONG_MS: u32 = 10_000;
const PONG_AFTER_SLEEP_MS: u32 = 4_000;
const SILENCE_MS: f64 = 15_000.0;
const ACK_MS: u32 = 15_000;

impl Step<'_> {
    pub(super) fn opened(&mut self) {
        self.state.panel.open = true;
        self.wake();
    }

    pub(super) fn closed(&mut self) {
        self.state.panel.open = false;
        self.state.panel.menu = false;
        if !self.is_wanted() && self.state.link.phase != Phase::Refused {
            self.hang_up();
            self.state.link.phase = Phase::Idle;
        }
    }

    fn is_wanted(&self) -> bool {
        self.state.panel.open || self.state.is_live()
    }

    pub(super) fn visible(&mut self, visible: bool) {
        self.state.panel.hidden = !visible;
        if visible {
            self.wake();
        }
    }

    /// The visitor is back, or the network, or the page out of the cache:
    /// connect at once, or check that the connection is still one.
    pub(super) fn wake(&mut self) {
        match self.state.link.phase {
            Phase::Idle | Phase::Waiting if self.is_wanted() => self.connect(),
            Phase::Online if self.now.mono - self.state.link.heard > SILENCE_MS => {
                self.says(&ClientFrame::Ping);
                self.start(Timer::Pong, PONG_AFTER_SLEEP_MS);
            }
            Phase::Idle | Phase::Waiting | Phase::Connecting | Phase::Online | Phase::Refused => {}
        }
    }

    pub(super) fn suspended(&mut self) {
        if matches!(self.state.link.phase, Phase::Online | Phase::Connecting) {
            self.drop_link(0);
        }
    }

    fn connect(&mut self) {
        self.state.link.phase = Phase::Connecting;
        self.stop(Timer::Reconnect);
        self.does(Effect::Connect);
        self.start(Timer::Welcome, WELCOME_MS);
    }

    pub(super) fn socket_open(&mut self) {
        self.state.link.heard = self.now.mono;
        let hello = self.state.hello();
        self.says(&hello);
    }

    /// Closes the socket and comes back after at least `min_ms`.
    pub(super) fn drop_link(&mut self, min_ms: u32) {
        self.disconnect();
        self.lose(min_ms);
    }

    /// The connection is gone.
    pub(super) fn lose(&mut self, min_ms: u32) {
        if !matches!(self.state.link.phase, Phase::Connecting | Phase::Online) {
            return;
        }
        self.forget_connection();
        self.state.link.phase = Phase::Waiting;
        let delay = reconnect_ms(self.state.link.attempts, self.now.dice).max(min_ms);
        self.state.link.attempts += 1;
        self.start(Timer::Reconnect, delay);
    }

    /// The gateway will not have us: no retry, phone and e-mail instead.
    pub(super) fn refuse(&mut self) {
        self.hang_up();
        self.state.link.phase = Phase::Refused;
        self.does(Effect::GiveUp);
    }

    /// Closes the socket without coming back.
    pub(super) fn hang_up(&mut self) {
        self.disconnect();
        self.stop(Timer::Reconnect);
        self.forget_connection();
    }

    fn forget_connection(&mut self) {
        for timer in [Timer::Welcome, Timer::Ping, Timer::Pong, Timer::Ack, Timer::Retry] {
            self.stop(timer);
        }
        self.state.outbox.recall();
        self.state.typing = Typing::Nobody;
        self.state.wait = None;
        self.state.told_typing = false;
    }

    /// The connection has proved itself.
    pub(super) fn pong(&mut self) {
        self.state.link.attempts = 0;
        self.stop(Timer::Pong);
        self.start(Timer::Ping, heartbeat_ms(self.now.dice));
    }

    pub(super) fn timer(&mut self, timer: Timer) {
        match timer {
            Timer::Reconnect => {
                if self.state.link.phase == Phase::Waiting {
                    self.connect();
                }
            }
            Timer::Welcome | Timer::Pong | Timer::Ack => self.drop_link(0),
            Timer::Ping => {
                self.says(&ClientFrame::Ping);
                self.start(Timer::Pong, PONG_MS);
            }
            Timer::Retry => {
                self.state.wait = None;
                self.flush();
            }
            Timer::Typed => self.types(false),
            Timer::Typing => self.state.typing = Typing::Nobody,
        }
    }

    /// Sends the next thing of the outbox, if it may leave now.
    pub(super) fn flush(&mut self) {
        if self.state.link.phase != Phase::Online
            || self.state.wait == Some(crate::core::Wait::Busy)
        {
            return;
        }
        if let Some(frame) = self.state.outbox.next(self.state.notice == Notice::Told) {
            let frame = wire::client_frame(frame);
            self.does(Effect::Send(frame));
            self.start(Timer::Ack, ACK_MS);
        }
    }

    /// Everything is on screen: the notice was displayed, messages were read.
    pub(super) fn painted(&mut self) {
        if !self.state.is_seen() {
            return;
        }
        let online = self.state.link.phase == Phase::Online;
        if online
            && self.state.notice == Notice::Due
            && let Some(card) = &self.state.card
        {
            let frame = ClientFrame::NoticeShown {
                version: card.notice_version.clone(),
                lang: self.state.page.lang.clone(),
            };
            self.state.notice = Notice::Told;
            self.says(&frame);
            self.flush();
        }
        let held = self.state.log.held();
        if self.state.read < held {
            self.state.read = held;
            if online {
                self.says(&ClientFrame::Read { seq: held });
            }
            self.save();
        }
    }

    pub(super) fn says(&mut self, frame: &ClientFrame) {
        self.does(Effect::Send(wire::client_frame(frame)));
    }

    pub(super) fn tell(&mut self, signal: Signal) {
        self.does(Effect::Emit(signal));
    }
}
