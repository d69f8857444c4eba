//! One screen with the widget: the real core, and what its shell does with
//! timers and paint. Simulation and real-process scenarios put a connection
//! under it.
//!
//! What it must never do: know what carries its frames.

use comptoir_protocol::{ClientId, Event, Seq, ServerFrame};
use comptoir_widget::core::{Effect, Identity, Msg, Now, Page, Stage, State, Timer, update};
use std::collections::BTreeMap;

/// A frame of the browser: what is drawn is on screen then, in milliseconds.
const FRAME_MS: u64 = 16;

/// A message the gateway said is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acked {
    /// In which conversation.
    pub conversation: String,
    /// Under which id.
    pub id: ClientId,
    /// As which event.
    pub seq: Seq,
}

/// What the widget asks of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Open a connection, dropping any other.
    Connect,
    /// Drop the connection.
    Disconnect,
    /// Send a frame.
    Send(String),
    /// Keep what survives a reload.
    Save,
}

/// A screen.
#[derive(Debug)]
pub struct Screen {
    /// Whose.
    pub name: String,
    /// What the widget knows.
    pub state: State,
    /// What the gateway acknowledged here.
    pub acked: Vec<Acked>,
    /// The longest text shown of each answer.
    pub streamed: BTreeMap<String, String>,
    /// What the visitor saw go wrong.
    pub odd: Vec<String>,
    /// Messages that were refused at some time.
    pub refused: Vec<ClientId>,
    /// The secrets this screen had.
    pub tokens: Vec<String>,
    timers: [Option<u64>; Timer::ALL.len()],
    paint_at: Option<u64>,
}

impl Screen {
    /// A page of a site is loaded, for a visitor known from storage or not.
    #[must_use]
    pub fn load(name: String, site: &str, identity: Identity, read: Seq) -> Self {
        let page = Page { site: site.into(), lang: "fr".into(), ..Page::default() };
        Self {
            name,
            state: State::new(page, identity, read),
            acked: Vec::new(),
            streamed: BTreeMap::new(),
            odd: Vec::new(),
            refused: Vec::new(),
            tokens: Vec::new(),
            timers: [None; Timer::ALL.len()],
            paint_at: None,
        }
    }

    /// Something happens at a time of a clock that never jumps, in
    /// milliseconds; `dice` in 0..1.
    #[expect(clippy::cast_precision_loss, reason = "a simulation ends long before 2^53 ms")]
    pub fn act(&mut self, msg: Msg, at: u64, dice: f64) -> Vec<Ask> {
        let (generation, shown) = (self.state.log.generation(), self.state.log.events().len());
        let wall = i64::try_from(at).unwrap_or(i64::MAX);
        let effects = update(&mut self.state, msg, Now { mono: at as f64, wall, dice });
        let mut asks = Vec::new();
        for effect in effects {
            match effect {
                Effect::Connect => asks.push(Ask::Connect),
                Effect::Disconnect => asks.push(Ask::Disconnect),
                Effect::Send(text) => asks.push(Ask::Send(text)),
                Effect::Start(timer, ms) => self.timers[timer as usize] = Some(at + u64::from(ms)),
                Effect::Stop(timer) => self.timers[timer as usize] = None,
                Effect::Save => asks.push(Ask::Save),
                Effect::Emit(_) => {}
                Effect::GiveUp => self.odd.push("gave the page up".to_owned()),
            }
        }
        self.watch(generation, shown);
        if self.state.wants_paint() {
            self.paint_at.get_or_insert(at + FRAME_MS);
        }
        asks
    }

    /// The screen must only ever go on where it was, or be drawn anew.
    fn watch(&mut self, generation: u32, shown: usize) {
        let log = &self.state.log;
        if log.generation() == generation && log.events().len() < shown {
            self.odd.push("took back what was shown".to_owned());
        }
        let items = self.state.outbox.items();
        if let Some(item) = items.iter().find(|item| log.has_message(&item.id)) {
            self.odd.push(format!("shows {} twice", item.id));
        }
        for item in items.iter().filter(|item| matches!(item.stage, Stage::Failed(_))) {
            if !self.refused.contains(&item.id) {
                self.refused.push(item.id.clone());
            }
        }
        if let Some(token) = &self.state.identity.token
            && self.tokens.last() != Some(token)
        {
            self.tokens.push(token.clone());
        }
        if let Some(answer) = &self.state.answer {
            let text = self.streamed.entry(answer.id.0.clone()).or_default();
            if answer.text.len() > text.len() {
                text.clone_from(&answer.text);
            }
        }
    }

    /// A frame of the gateway, as what happens to the widget.
    pub fn hear(&mut self, text: &str) -> Option<Msg> {
        let Ok(frame) = serde_json::from_str::<ServerFrame>(text) else {
            self.odd.push(format!("heard what is no frame: {text}"));
            return None;
        };
        if let ServerFrame::Ack { id, seq } = &frame
            && let Some(conversation) = &self.state.identity.conversation
        {
            let conversation = conversation.0.clone();
            self.acked.push(Acked { conversation, id: id.clone(), seq: *seq });
        }
        Some(Msg::Frame(frame))
    }

    /// What is due by now.
    pub fn due(&mut self, now: u64) -> Option<Msg> {
        for timer in Timer::ALL {
            if self.timers[timer as usize].is_some_and(|due| due <= now) {
                self.timers[timer as usize] = None;
                return Some(Msg::Timer(timer));
            }
        }
        if self.paint_at.is_some_and(|due| due <= now) {
            self.paint_at = None;
            return Some(Msg::Painted);
        }
        None
    }

    /// When something is due next.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.timers.iter().flatten().copied().chain(self.paint_at).min()
    }

    /// The latest reply of the machine.
    #[must_use]
    pub fn last_reply(&self) -> Option<Seq> {
        let mut events = self.state.log.events().iter().rev();
        events.find(|event| matches!(event.event, Event::BotMessage { .. })).map(|event| event.seq)
    }

    /// What waits to be tried again by the visitor.
    #[must_use]
    pub fn failed(&self) -> Vec<ClientId> {
        let items = self.state.outbox.items().iter();
        let failed = items.filter(|item| matches!(item.stage, Stage::Failed(_)));
        failed.map(|item| item.id.clone()).collect()
    }
}
