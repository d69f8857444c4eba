//! Any order of sending, loss, repetition, sleep and reconnection: what the
//! visitor wrote is stored once and in order, nothing leaves before the
//! notice, and the widget shows the log as it is.

use std::collections::VecDeque;

use comptoir_protocol::{ClientFrame, ClientId, Event, ServerFrame};
use comptoir_widget::core::{Effect, Identity, Msg, Now, Page, Phase, State, Timer, update};
use proptest::prelude::*;

use crate::gateway::Gateway;

#[derive(Debug, Clone)]
enum Happens {
    /// The visitor writes.
    Write,
    /// A frame of the client arrives.
    Up,
    /// A frame of the gateway arrives.
    Down,
    /// A frame of the gateway arrives twice.
    Twice,
    /// The machine answers.
    Answer,
    /// The socket dies; what is on the way is lost.
    Cut,
    /// A timer runs out.
    Fire(usize),
    /// The page is asleep, then awake.
    Sleep,
    /// What is drawn is on screen.
    Paint,
    /// The tab is hidden or shown.
    Hide(bool),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => Just(Happens::Write),
        6 => Just(Happens::Up),
        6 => Just(Happens::Down),
        1 => Just(Happens::Twice),
        1 => Just(Happens::Answer),
        2 => Just(Happens::Cut),
        2 => (0..Timer::ALL.len()).prop_map(Happens::Fire),
        1 => Just(Happens::Sleep),
        3 => Just(Happens::Paint),
        1 => any::<bool>().prop_map(Happens::Hide),
    ]
}

struct World {
    state: State,
    gateway: Gateway,
    up: VecDeque<ClientFrame>,
    down: VecDeque<ServerFrame>,
    connected: bool,
    /// The gateway subscribes a client before it reads the log for it.
    subscribed: bool,
    timers: [bool; Timer::ALL.len()],
    written: usize,
    mono: f64,
}

impl World {
    fn new() -> Self {
        let page = Page { site: "morin".into(), lang: "fr".into(), ..Page::default() };
        let mut world = Self {
            state: State::new(page, Identity::default(), comptoir_protocol::Seq(0)),
            gateway: Gateway::default(),
            up: VecDeque::new(),
            down: VecDeque::new(),
            connected: false,
            subscribed: false,
            timers: [false; Timer::ALL.len()],
            written: 0,
            mono: 0.0,
        };
        world.msg(Msg::Opened);
        world
    }

    fn msg(&mut self, msg: Msg) {
        self.mono += 100.0;
        let now = Now { mono: self.mono, wall: 1, dice: 0.5 };
        for effect in update(&mut self.state, msg, now) {
            match effect {
                Effect::Connect => {
                    self.cut();
                    self.connected = true;
                }
                Effect::Disconnect => self.cut(),
                Effect::Send(text) => {
                    assert!(self.connected, "sent without a socket: {text}");
                    self.up.push_back(serde_json::from_str(&text).expect("a frame"));
                }
                Effect::Start(timer, _) => self.timers[timer as usize] = true,
                Effect::Stop(timer) => self.timers[timer as usize] = false,
                Effect::Save | Effect::Emit(_) => {}
                Effect::GiveUp => panic!("gave up"),
            }
        }
        if self.state.link.phase == Phase::Connecting && self.up.is_empty() && self.down.is_empty()
        {
            // The socket opens at once; `hello` is then on its way.
            let hello = self.state.hello();
            self.up.push_back(hello);
        }
    }

    fn cut(&mut self) {
        self.connected = false;
        self.subscribed = false;
        self.up.clear();
        self.down.clear();
    }

    fn step(&mut self, happens: &Happens) {
        match happens {
            Happens::Write => {
                self.written += 1;
                let id = ClientId(format!("id{}", self.written));
                self.msg(Msg::Send { id, text: format!("message {}", self.written) });
            }
            Happens::Up => {
                if let Some(frame) = self.up.pop_front() {
                    self.subscribed |= matches!(frame, ClientFrame::Hello(_));
                    self.down.extend(self.gateway.take(frame));
                }
            }
            Happens::Down | Happens::Twice => {
                if let Some(frame) = self.down.pop_front() {
                    if matches!((happens, &frame), (Happens::Twice, ServerFrame::Event(_))) {
                        self.msg(Msg::Frame(frame.clone()));
                    }
                    if self.connected {
                        self.msg(Msg::Frame(frame));
                    }
                }
            }
            Happens::Answer => {
                let event = self.gateway.commit(Event::AgentMessage {
                    id: "x".into(),
                    name: "Camille".into(),
                    text: "Bonjour".into(),
                });
                if self.subscribed {
                    self.down.push_back(event);
                }
            }
            Happens::Cut => {
                if self.connected {
                    self.cut();
                    self.msg(Msg::SocketClosed);
                }
            }
            Happens::Fire(n) => {
                if std::mem::take(&mut self.timers[*n]) {
                    self.msg(Msg::Timer(Timer::ALL[*n]));
                }
            }
            Happens::Sleep => {
                self.msg(Msg::Suspended);
                self.mono += 60_000.0;
                self.msg(Msg::Woken);
            }
            Happens::Paint => {
                if self.state.wants_paint() {
                    self.msg(Msg::Painted);
                }
            }
            Happens::Hide(hidden) => self.msg(Msg::Visible(!hidden)),
        }
        self.check();
    }

    fn check(&self) {
        assert_eq!(self.gateway.refused, 0, "something left before the notice");
        let expected: Vec<String> =
            (1..=self.gateway.messages().len()).map(|n| format!("message {n}")).collect();
        assert_eq!(self.gateway.messages(), expected, "once each, in order");
        let shown = self.state.log.events();
        assert!(self.gateway.log.starts_with(shown), "the log is shown as it is, without holes");
        for item in self.state.outbox.items() {
            assert!(!self.state.log.has_message(&item.id), "{:?} is shown twice", item.id);
        }
    }

    fn settle(&mut self) {
        self.step(&Happens::Hide(false));
        for _ in 0..400 {
            if !self.connected && self.timers[Timer::Reconnect as usize] {
                self.step(&Happens::Fire(Timer::Reconnect as usize));
            }
            self.step(&Happens::Paint);
            self.step(&Happens::Up);
            self.step(&Happens::Down);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_doubled_or_reordered(storm in prop::collection::vec(happens(), 0..120)) {
        let mut world = World::new();
        for happens in &storm {
            world.step(happens);
        }
        world.settle();
        prop_assert_eq!(world.gateway.messages().len(), world.written, "everything arrived");
        prop_assert!(world.state.outbox.items().is_empty(), "nothing is left to send");
        prop_assert_eq!(world.state.log.events(), &world.gateway.log[..]);
        prop_assert_eq!(world.state.unread(), 0, "everything was on screen");
    }
}
