//! Joins decisions, views and the wire behind one text interface.
//!
//! In comes an action, a value and a fresh id, joined by `\x1f`; out go
//! commands for the shell, each `\x1e` and a letter, its fields separated by
//! `\x1f`:
//!
//! | command | meaning |
//! |---|---|
//! | `b` scene | build the panel |
//! | `c` | open the socket |
//! | `x` | close it |
//! | `s` text | send a frame |
//! | `t` number, milliseconds | start a timer (again) |
//! | `u` number | stop it |
//! | `w` json | write that into storage, keeping what other tabs left there |
//! | `e` name, number | tell the page's scripts |
//! | `g` | show phone and e-mail instead of the panel |
//! | `o` 1 or 0 | show or hide the panel |
//! | `a` colour | put the firm's colour on |
//! | `p` part, scene | redraw a part |
//! | `h` | empty the log; what follows now is history |
//! | `l` scene | append to the log |
//! | `n` | after the next frame on screen, answer with `painted` |
//!
//! No text from either side holds a control character but the line feed: the
//! shell strips them where they come in.

use comptoir_protocol::{
    ClientFrame, ClientId, ContactChannel, ConversationId, Epoch, FeedbackValue, Seq,
};

use crate::core::{Effect, Identity, Msg, Now, Page, State, Timer, update};
use crate::cut;
use crate::prelude::*;
use crate::texts::Texts;
use crate::view::{self, PARTS, Pen, Scene};
use crate::wire::{self, DecodeError, Object, Value, digits};

const FIELD: u8 = 0x1f;

/// One widget: what it knows and what it shows.
pub struct Driver {
    state: State,
    texts: Texts,
    out: Commands,
    shown: [String; PARTS.len()],
    generation: u32,
    drawn: usize,
    open: bool,
    unread: usize,
    accent: Option<String>,
}

#[derive(Default)]
struct Commands(String);

impl Commands {
    fn command(&mut self, name: char, fields: &[&str]) {
        self.0.push('\u{1e}');
        self.0.push(name);
        for field in fields {
            self.0.push('\u{1f}');
            self.0.push_str(field);
        }
    }
}

impl Driver {
    /// A closed widget. `start` is a flattened value (see [`Value`]) holding
    /// the page's settings, the sentences of one language joined by `\x01`,
    /// and what storage held of the visitor.
    #[must_use]
    pub fn new(start: &str) -> Self {
        let (texts, start) = cut::first(start, FIELD);
        let start = Value::parse(start.unwrap_or_default());
        let maybe = |key| start.get(key).and_then(Value::text).map(ToOwned::to_owned);
        let setting = |key| maybe(key).unwrap_or_default();
        let page = Page {
            site: setting("site"),
            lang: setting("lang"),
            path: setting("path"),
            phone: maybe("phone"),
            email: maybe("email"),
        };
        let identity = Identity {
            token: maybe("token"),
            conversation: maybe("conversation").map(ConversationId),
            epoch: maybe("epoch").map(Epoch),
        };
        let read = start.get("read").and_then(Value::number).unwrap_or(0);
        Self {
            state: State::new(page, identity, Seq(read.max(0) as u64)),
            texts: Texts::new(texts),
            out: Commands::default(),
            shown: [const { String::new() }; PARTS.len()],
            generation: u32::MAX,
            drawn: 0,
            open: false,
            unread: 0,
            accent: None,
        }
    }

    /// Takes an action; returns the commands that follow from it.
    pub fn act(&mut self, action: &str, now: Now) -> String {
        let mut fields = cut::parts(action, FIELD);
        let mut field = || fields.next().unwrap_or_default();
        let action = field();
        if action == "skeleton" {
            self.out.command('b', &[&view::skeleton(&self.texts)]);
        } else if let Some(msg) = message(action, field(), field()) {
            for effect in update(&mut self.state, msg, now) {
                self.effect(effect);
            }
        }
        self.draw();
        ::core::mem::take(&mut self.out.0)
    }

    fn effect(&mut self, effect: Effect) {
        let out = &mut self.out;
        match effect {
            Effect::Connect => out.command('c', &[]),
            Effect::Disconnect => out.command('x', &[]),
            Effect::Send(frame) => out.command('s', &[&frame]),
            Effect::Start(timer, ms) => {
                out.command('t', &[&digits(timer as u64), &digits(u64::from(ms))]);
            }
            Effect::Stop(timer) => out.command('u', &[&digits(timer as u64)]),
            Effect::Save => out.command('w', &[&to_save(&self.state)]),
            Effect::Emit(signal) => out.command('e', &[signal.name(), "0"]),
            Effect::GiveUp => out.command('g', &[]),
        }
    }

    /// Commands what differs from what is shown.
    fn draw(&mut self) {
        let Self { state, texts, out, .. } = self;
        if state.panel.open != self.open {
            self.open = state.panel.open;
            out.command('o', &[if self.open { "1" } else { "0" }]);
        }
        let accent = state.card.as_ref().and_then(|c| c.accent.as_deref());
        if accent != self.accent.as_deref() {
            self.accent = accent.map(ToOwned::to_owned);
            out.command('a', &[accent.unwrap_or_default()]);
        }
        let pen = Pen { texts, state };
        if state.log.generation() != self.generation {
            self.generation = state.log.generation();
            self.drawn = 0;
            out.command('h', &[]);
        }
        for event in state.log.events().iter().skip(self.drawn) {
            if let Some(scene) = view::event(&pen, event) {
                out.command('l', &[&scene]);
            }
        }
        self.drawn = state.log.events().len();
        for ((part, draw), shown) in PARTS.iter().zip(&mut self.shown) {
            let mut scene = Scene::new(texts);
            draw(&mut scene, &pen);
            let scene = scene.into_text();
            if scene != *shown {
                out.command('p', &[part, &scene]);
                *shown = scene;
            }
        }
        let unread = state.unread();
        if unread != self.unread {
            self.unread = unread;
            out.command('e', &["unread", &digits(unread as u64)]);
        }
        if state.wants_paint() {
            out.command('n', &[]);
        }
    }
}

/// What storage is to hold, as JSON: who the visitor is and, as actions to
/// take again, what was not sent yet. The log is not kept: the gateway has
/// it, and a page of a firm is not the place for a transcript.
fn to_save(state: &State) -> String {
    let mut outbox = String::from("[");
    for item in state.outbox.items() {
        let (action, value) = match &item.frame {
            ClientFrame::Send { text, .. } => ("send", text.as_str()),
            ClientFrame::Human { .. } => ("human", ""),
            ClientFrame::Contact { channel: ContactChannel::Phone, value, .. } => {
                ("phone", value.as_str())
            }
            ClientFrame::Contact { channel: ContactChannel::Email, value, .. } => {
                ("email", value.as_str())
            }
            ClientFrame::Hello(_)
            | ClientFrame::NoticeShown { .. }
            | ClientFrame::Feedback { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::Read { .. }
            | ClientFrame::Close { .. }
            | ClientFrame::Ping => continue,
        };
        if outbox.len() > 1 {
            outbox.push(',');
        }
        let id = item.id.as_str();
        let mut entry = Object::new();
        entry.text("do", action).text("v", value).text("id", id);
        outbox.push_str(&entry.end());
    }
    outbox.push(']');
    let mut done = String::new();
    for id in state.outbox.done() {
        done.push_str(id.as_str());
        done.push(' ');
    }
    let identity = &state.identity;
    let mut saved = Object::new();
    // Something may still arrive: the loader resumes by itself then.
    saved.flag("live", state.is_live());
    saved.maybe("token", identity.token.as_deref());
    saved.maybe("conversation", identity.conversation.as_ref().map(ConversationId::as_str));
    saved.maybe("epoch", identity.epoch.as_ref().map(Epoch::as_str));
    saved.number("read", state.read.0).raw("outbox", &outbox).text("done", &done);
    saved.end()
}

const ACTIONS: &str = "frame opened lost timer painted open close visible hidden awake asleep send \
                       ask typed human contact cancel phone email submit yes no retry discard end \
                       begin menu escape";

/// The action as a message; `None` when it means nothing.
fn message(action: &str, value: &str, id: &str) -> Option<Msg> {
    let id = ClientId::from(id);
    let number = Value::Number(value).number().unwrap_or(0);
    let message = Seq(number as u64);
    Some(match cut::place(ACTIONS, action)? {
        0 => match wire::server_frame(&Value::parse(value)) {
            Ok(frame) => Msg::Frame(frame),
            Err(DecodeError::UnknownEvent(seq)) => Msg::UnknownEvent(seq),
            // What cannot be read is not answered: the timers notice a
            // gateway that says nothing else.
            Err(DecodeError::Malformed) => return None,
        },
        1 => Msg::SocketOpen,
        2 => Msg::SocketClosed,
        3 => Msg::Timer(*Timer::ALL.get(number as usize)?),
        4 => Msg::Painted,
        5 => Msg::Opened,
        6 => Msg::Closed,
        7 => Msg::Visible(true),
        8 => Msg::Visible(false),
        9 => Msg::Woken,
        10 => Msg::Suspended,
        11 | 12 => Msg::Send { id, text: value.to_owned() },
        13 => Msg::Typed(number as usize),
        14 => Msg::Human(id),
        15 => Msg::ContactForm(true),
        16 => Msg::ContactForm(false),
        17 => Msg::ContactKind(ContactChannel::Phone, value.to_owned()),
        18 => Msg::ContactKind(ContactChannel::Email, value.to_owned()),
        19 => Msg::Contact { id, value: value.to_owned() },
        20 => Msg::Feedback { id, message, value: FeedbackValue::Yes },
        21 => Msg::Feedback { id, message, value: FeedbackValue::No },
        22 => Msg::Retry(ClientId::from(value)),
        23 => Msg::Discard(ClientId::from(value)),
        24 => Msg::End(id),
        25 => Msg::Begin,
        26 => Msg::Menu,
        _ => Msg::Escape,
    })
}
