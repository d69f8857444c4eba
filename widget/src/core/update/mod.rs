//! One thing happened: change the state, say what is to be done.

mod connection;
mod events;
mod frames;
mod visitor;

use super::{Effect, Msg, Now, State, Timer};
use crate::prelude::*;

/// Applies one message.
pub fn update(state: &mut State, msg: Msg, now: Now) -> Vec<Effect> {
    let mut step = Step { state, now, effects: Vec::new() };
    step.take(msg);
    step.effects
}

/// One application of a message.
struct Step<'a> {
    state: &'a mut State,
    now: Now,
    effects: Vec<Effect>,
}

impl Step<'_> {
    fn take(&mut self, msg: Msg) {
        match msg {
            Msg::Opened => self.opened(),
            Msg::Closed => self.closed(),
            Msg::Visible(visible) => self.visible(visible),
            Msg::Woken => self.wake(),
            Msg::Suspended => self.suspended(),
            Msg::Painted => self.painted(),
            Msg::Timer(timer) => self.timer(timer),
            Msg::SocketOpen => self.socket_open(),
            Msg::SocketClosed => self.lose(0),
            Msg::Frame(frame) => self.frame(frame),
            Msg::UnknownEvent(seq) => self.state.log.skip(seq),
            Msg::Send { id, text } => self.send(id, &text),
            Msg::Human(id) => self.human(id),
            Msg::Contact { id, value } => self.contact(id, value),
            Msg::Feedback { id, message, value } => self.feedback(id, message, value),
            Msg::End(id) => self.end(id),
            Msg::Begin => self.begin(),
            Msg::Retry(id) => self.retry(&id),
            Msg::Discard(id) => self.discard(&id),
            Msg::Typed(units) => self.typed(units),
            Msg::ContactForm(open) => {
                self.state.panel.contact = open;
                self.state.panel.contact_refused = false;
            }
            Msg::ContactKind(channel, value) => {
                self.state.panel.contact_channel = channel;
                self.state.panel.contact_value = value;
                self.state.panel.contact_refused = false;
            }
            Msg::Menu => self.state.panel.menu = !self.state.panel.menu,
            Msg::Escape if self.state.panel.menu => self.state.panel.menu = false,
            Msg::Escape => self.closed(),
        }
    }

    fn does(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    // Calls of these stay small: there are many.
    #[inline(never)]
    fn start(&mut self, timer: Timer, ms: u32) {
        self.does(Effect::Start(timer, ms));
    }

    #[inline(never)]
    fn stop(&mut self, timer: Timer) {
        self.does(Effect::Stop(timer));
    }

    #[inline(never)]
    fn save(&mut self) {
        self.does(Effect::Save);
    }

    #[inline(never)]
    fn disconnect(&mut self) {
        self.does(Effect::Disconnect);
    }
}
