//! A screen with simulated connections under it.

use crate::dice::Dice;
use crate::node::Node;
use crate::screen::{Ask, Screen};
use crate::trace::Trace;
use crate::visitor::{Saved, Storage};
use crate::weather::Weather;
use crate::wire::{Down, Wire};
use comptoir_protocol::{ClientFrame, ClientId, ContactChannel};
use comptoir_widget::core::Msg;

/// A tab. Its last connection is the one it uses; earlier ones may still be
/// believed alive by the gateway.
pub(crate) struct Tab {
    pub screen: Screen,
    wires: Vec<Wire>,
    connects: bool,
    dice: Dice,
    weather: Weather,
}

impl Tab {
    /// A page is loaded.
    pub(crate) fn load(name: String, weather: &Weather, dice: Dice, storage: &Storage) -> Self {
        let (identity, read) = (storage.identity(), storage.saved.read);
        Self {
            screen: Screen::load(name, "atelier", identity, read),
            wires: Vec::new(),
            connects: false,
            dice,
            weather: weather.clone(),
        }
    }

    /// What storage held of the outbox is taken up, as the shell does.
    pub(crate) fn restore(&mut self, storage: &mut Storage) {
        let outbox = storage.saved.outbox.clone();
        self.act(Msg::Visible(true), storage);
        for unsent in outbox {
            for msg in again(unsent.id, unsent.frame) {
                self.act(msg, storage);
            }
        }
    }

    /// Something happens to the widget.
    pub(crate) fn act(&mut self, msg: Msg, storage: &mut Storage) {
        let at = self.weather.now_ms();
        for ask in self.screen.act(msg, at, self.dice.fraction()) {
            match ask {
                Ask::Connect => {
                    self.hang_up();
                    self.connects = true;
                }
                Ask::Disconnect => self.hang_up(),
                Ask::Send(text) => {
                    if let Some(wire) = self.wires.last_mut().filter(|wire| wire.open) {
                        wire.send(at, text);
                    }
                }
                Ask::Save => storage.save(&Saved::of(&self.screen.state)),
            }
        }
    }

    /// The client's end of its connection closes; the gateway hears of it at
    /// once, or not until much later.
    fn hang_up(&mut self) {
        self.connects = false;
        let told = self.dice.chance(700);
        if let Some(wire) = self.wires.last_mut().filter(|wire| wire.open) {
            wire.open = false;
            if told {
                wire.hang_up_server();
            }
        }
    }

    /// The network breaks: both ends notice, or only one.
    pub(crate) fn cut(&mut self, storage: &mut Storage) {
        let (client, server) = match self.dice.below(4) {
            0 => (true, false),
            1 => (false, true),
            _both => (true, true),
        };
        let Some(wire) = self.wires.last_mut().filter(|wire| wire.open) else { return };
        if server {
            wire.hang_up_server();
        }
        if client {
            wire.open = false;
            self.act(Msg::SocketClosed, storage);
        } else {
            // Half open: nothing comes through, nobody says so.
            wire.stalled_until = u64::MAX;
        }
    }

    /// The network stands still for a while.
    pub(crate) fn stall(&mut self, until: u64) {
        if let Some(wire) = self.wires.last_mut() {
            wire.stalled_until = wire.stalled_until.max(until);
        }
    }

    /// Every connection to a process that died ends; what is on its way may
    /// still arrive.
    pub(crate) fn server_died(&mut self, node: usize, storage: &mut Storage) {
        for wire in self.wires.iter_mut().filter(|wire| wire.node == node) {
            wire.hang_up_server();
        }
        let at_once = self.dice.chance(600);
        let here = |wire: &&mut Wire| wire.open && wire.node == node && at_once;
        if let Some(wire) = self.wires.last_mut().filter(here) {
            wire.open = false;
            self.act(Msg::SocketClosed, storage);
        }
    }

    /// Connects if the widget wants to and somebody listens.
    pub(crate) fn connect(&mut self, node: Option<&Node>, storage: &mut Storage) {
        if !std::mem::take(&mut self.connects) {
            return;
        }
        match node {
            Some(node) => {
                let dice = self.dice.fork();
                let (wire, end) = Wire::new(self.weather.clone(), dice, node.number);
                node.accept(end);
                self.wires.retain(|wire| !wire.is_dead());
                self.wires.push(wire);
                self.act(Msg::SocketOpen, storage);
            }
            None => self.act(Msg::SocketClosed, storage),
        }
    }

    /// Moves frames that are due, both ways.
    pub(crate) fn carry(&mut self, now: u64) {
        for wire in &mut self.wires {
            wire.carry(now);
        }
    }

    /// What is due on this screen happens; says whether anything did.
    pub(crate) fn turn(&mut self, now: u64, storage: &mut Storage, trace: &mut Trace) -> bool {
        let mut happened = false;
        while let Some(frame) = self.wires.last_mut().and_then(|wire| wire.deliver(now)) {
            happened = true;
            trace.note(now, || format!("{} hears {frame:?}", self.screen.name));
            match frame {
                Down::Close => self.close_wire(storage),
                Down::Frame(text) => {
                    if let Some(msg) = self.screen.hear(&text) {
                        self.act(msg, storage);
                    }
                }
            }
        }
        if self.wires.last().is_some_and(|wire| wire.open && wire.is_over()) {
            self.close_wire(storage);
            happened = true;
        }
        while let Some(msg) = self.screen.due(now) {
            self.act(msg, storage);
            happened = true;
        }
        happened
    }

    /// What another tab has sent is not to be sent again.
    pub(crate) fn hear_storage(&mut self, storage: &mut Storage) {
        let waiting = self.screen.state.outbox.items().iter().map(|item| item.id.clone());
        let sent: Vec<ClientId> = waiting.filter(|id| storage.saved.done.contains(id)).collect();
        for id in sent {
            self.act(Msg::Discard(id), storage);
        }
    }

    fn close_wire(&mut self, storage: &mut Storage) {
        if let Some(wire) = self.wires.last_mut() {
            wire.open = false;
            wire.hang_up_server();
        }
        self.act(Msg::SocketClosed, storage);
    }

    /// When something is due here next.
    pub(crate) fn next(&self) -> Option<u64> {
        self.wires.iter().filter_map(Wire::next).chain(self.screen.next()).min()
    }
}

/// What storage kept of the outbox, done again.
fn again(id: ClientId, frame: ClientFrame) -> Vec<Msg> {
    match frame {
        ClientFrame::Send { text, .. } => vec![Msg::Send { id, text }],
        ClientFrame::Human { .. } => vec![Msg::Human(id)],
        ClientFrame::Contact { channel, value, .. } => left(id, channel, value).into(),
        ClientFrame::Hello(_)
        | ClientFrame::NoticeShown { .. }
        | ClientFrame::Feedback { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Read { .. }
        | ClientFrame::Close { .. }
        | ClientFrame::Ping => Vec::new(),
    }
}

/// The visitor leaves a way to answer.
fn left(id: ClientId, channel: ContactChannel, value: String) -> [Msg; 2] {
    [Msg::ContactKind(channel, value.clone()), Msg::Contact { id, value }]
}

/// The visitor leaves a number.
pub(crate) fn contact(id: ClientId) -> [Msg; 2] {
    left(id, ContactChannel::Phone, "02 41 00 00 00".to_owned())
}
