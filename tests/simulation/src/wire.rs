//! A connection: frames on their way both ways, in order, late, and lost only
//! with the connection.

use crate::dice::Dice;
use crate::weather::{Sabotage, Weather};
use comptoir_session::{Heard, Line, Lost};
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// Frames the gateway may hand to the network before it has to wait.
const SEND_BUFFER: usize = 4;

/// Frames the network holds before it takes no more from the gateway.
const WINDOW: usize = 24;

/// The gateway's end.
pub(crate) struct ServerEnd {
    up: mpsc::UnboundedReceiver<String>,
    down: mpsc::Sender<Down>,
}

/// What the gateway sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Down {
    Frame(String),
    Close,
}

impl Line for ServerEnd {
    async fn receive(&mut self) -> Heard {
        self.up.recv().await.map_or(Heard::Gone, Heard::Text)
    }

    async fn send(&mut self, text: String) -> Result<(), Lost> {
        self.down.send(Down::Frame(text)).await.map_err(|_| Lost)
    }

    async fn close(&mut self, _code: u16) -> Result<(), Lost> {
        self.down.send(Down::Close).await.map_err(|_| Lost)
    }
}

/// What lies between a tab and the gateway.
pub(crate) struct Wire {
    /// The process at the other end.
    pub node: usize,
    to_server: Option<mpsc::UnboundedSender<String>>,
    from_server: mpsc::Receiver<Down>,
    up: VecDeque<(u64, String)>,
    down: VecDeque<(u64, Down)>,
    /// The client hears and is heard.
    pub open: bool,
    /// Nothing comes through until then, and nobody is told.
    pub stalled_until: u64,
    dice: Dice,
    weather: Weather,
}

impl Wire {
    pub(crate) fn new(weather: Weather, dice: Dice, node: usize) -> (Self, ServerEnd) {
        let (to_server, up) = mpsc::unbounded_channel();
        let (down, from_server) = mpsc::channel(SEND_BUFFER);
        let wire = Self {
            node,
            to_server: Some(to_server),
            from_server,
            up: VecDeque::new(),
            down: VecDeque::new(),
            open: true,
            stalled_until: 0,
            dice,
            weather,
        };
        (wire, ServerEnd { up, down })
    }

    fn due<T>(&mut self, now: u64, last: Option<&(u64, T)>) -> u64 {
        let takes = self.weather.takes(|odds| odds.line_ms);
        last.map_or(0, |(at, _)| *at).max(now + takes)
    }

    /// The client sends a frame.
    pub(crate) fn send(&mut self, now: u64, text: String) {
        let last = self.up.back().cloned();
        let due = self.due(now, last.as_ref());
        if self.weather.happens(|odds| odds.twice) {
            self.up.push_back((due, text.clone()));
        }
        self.up.push_back((due, text));
    }

    /// Frames that are due go in; what the gateway says is taken.
    pub(crate) fn carry(&mut self, now: u64) {
        if now < self.stalled_until {
            return;
        }
        while let Some((_, text)) = self.up.pop_front_if(|(due, _)| *due <= now) {
            if let Some(server) = &self.to_server {
                // A gateway that has hung up is seen by its silence.
                drop(server.send(text));
            }
        }
        while self.down.len() < WINDOW {
            let Ok(frame) = self.from_server.try_recv() else { break };
            self.take(now, frame);
        }
    }

    fn take(&mut self, now: u64, frame: Down) {
        if self.weather.sabotage == Some(Sabotage::Holes) && self.dice.chance(60) {
            return;
        }
        let last = self.down.back().cloned();
        let due = self.due(now, last.as_ref());
        let repeatable = |frame: &Down| {
            matches!(frame, Down::Frame(text) if ["{\"t\":\"event\"", "{\"t\":\"ack\"", "{\"t\":\"delta\""]
                .iter().any(|kind| text.starts_with(kind)))
        };
        if repeatable(&frame) && self.weather.happens(|odds| odds.twice) {
            self.down.push_back((due, frame.clone()));
        }
        self.down.push_back((due, frame));
        let places = self.down.len();
        if self.weather.sabotage == Some(Sabotage::Overtaking)
            && places > 1
            && self.dice.chance(150)
        {
            self.down.swap(places - 1, places - 2);
        }
    }

    /// The next frame that reaches the client now.
    pub(crate) fn deliver(&mut self, now: u64) -> Option<Down> {
        if now < self.stalled_until || !self.open {
            return None;
        }
        self.down.pop_front_if(|(due, _)| *due <= now).map(|(_, frame)| frame)
    }

    /// When something happens on it next.
    pub(crate) fn next(&self) -> Option<u64> {
        let up = self.up.front().map(|(due, _)| *due);
        let down = self.down.front().filter(|_| self.open).map(|(due, _)| *due);
        let due = [up, down].into_iter().flatten().min()?;
        Some(due.max(self.stalled_until))
    }

    /// The gateway's end is told that the client is gone.
    pub(crate) fn hang_up_server(&mut self) {
        self.to_server = None;
        self.up.clear();
    }

    /// Whether the gateway has ended its side and everything was handed over.
    pub(crate) fn is_over(&self) -> bool {
        self.from_server.is_closed() && self.from_server.is_empty() && self.down.is_empty()
    }

    /// Whether nobody is at either end.
    pub(crate) fn is_dead(&self) -> bool {
        !self.open && (self.to_server.is_none() || self.from_server.is_closed())
    }
}
