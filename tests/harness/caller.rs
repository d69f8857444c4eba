//! A visitor whose browser is the real widget core over a real socket: it
//! reconnects, resumes and sends again by the widget's own rules.

use comptoir_protocol::{ClientId, Seq};
use comptoir_simulation::screen::{Ask, Screen};
use comptoir_widget::core::{Identity, Msg, Phase};
use futures::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// When nothing is due, the next look.
const LONG: Duration = Duration::from_secs(3_600);

/// Buffers of a client; small, there are thousands.
const BUFFER: usize = 2 * 1024;

/// A socket of a client, with small buffers.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where callers find the counter; several addresses are taken in turns.
#[derive(Clone)]
pub struct Door {
    addresses: Arc<[SocketAddr]>,
    origin: String,
    site: String,
}

impl Door {
    /// The counter at these addresses, for pages of one origin.
    #[must_use]
    pub fn new(addresses: Vec<SocketAddr>, origin: &str, site: &str) -> Self {
        Self { addresses: addresses.into(), origin: origin.to_owned(), site: site.to_owned() }
    }

    /// Opens a connection, to the addresses in turns; none when refused.
    pub async fn open(&self, turn: usize) -> Option<Socket> {
        let address = self.addresses.get(turn % self.addresses.len().max(1))?;
        let url = format!("ws://{address}/ws?site={}", self.site);
        let mut request = url.into_client_request().ok()?;
        request.headers_mut().insert("origin", self.origin.parse().ok()?);
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(BUFFER);
        Some(connect_async_with_config(request, Some(config), true).await.ok()?.0)
    }
}

/// What can be seen of a caller from outside while it lives.
#[derive(Debug, Default)]
pub struct Glance {
    /// Things acknowledged.
    pub acked: AtomicUsize,
    /// Things still to be sent or shown.
    pub pending: AtomicUsize,
    /// Whether it is welcomed.
    pub online: AtomicBool,
    /// Last event it holds.
    pub held: AtomicUsize,
}

/// A living visitor.
pub struct Caller {
    /// What can be seen of it.
    pub glance: Arc<Glance>,
    /// What was written, in order.
    pub written: Vec<(ClientId, String)>,
    orders: mpsc::UnboundedSender<Msg>,
    life: tokio::task::JoinHandle<Screen>,
    number: usize,
}

impl Caller {
    /// Opens the widget. `number` tells callers apart.
    #[must_use]
    pub fn open(number: usize, door: Door) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let glance = Arc::new(Glance::default());
        let screen =
            Screen::load(format!("caller {number}"), &door.site, Identity::default(), Seq(0));
        let life = Life {
            screen,
            door,
            turn: number,
            socket: None,
            begun: Instant::now(),
            glance: Arc::clone(&glance),
        };
        let life = tokio::spawn(life.live(inbox));
        let caller = Self { glance, written: Vec::new(), orders, life, number };
        caller.order(Msg::Visible(true));
        caller.order(Msg::Opened);
        caller
    }

    /// Lets something happen to the widget.
    pub fn order(&self, msg: Msg) {
        // A caller that panicked is found when it is asked to end.
        drop(self.orders.send(msg));
    }

    /// Writes; the widget sends it when it can.
    pub fn write(&mut self, text: &str) {
        let id = ClientId(format!("c{}-{}", self.number, self.written.len()));
        self.written.push((id.clone(), text.to_owned()));
        self.order(Msg::Send { id, text: text.to_owned() });
    }

    /// Whether it is online, and everything it wrote is shown.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let glance = &self.glance;
        glance.online.load(Ordering::Acquire) && glance.pending.load(Ordering::Acquire) == 0
    }

    /// Ends it and gives what its screen was shown and told.
    ///
    /// # Panics
    /// When it panicked.
    pub async fn end(self) -> Screen {
        drop(self.orders);
        self.life.await.expect("a caller lives to its end")
    }
}

struct Life {
    screen: Screen,
    door: Door,
    turn: usize,
    socket: Option<Socket>,
    begun: Instant,
    glance: Arc<Glance>,
}

impl Life {
    async fn live(mut self, mut orders: mpsc::UnboundedReceiver<Msg>) -> Screen {
        loop {
            let due = self.screen.next().map_or(LONG, Duration::from_millis);
            let msg = tokio::select! {
                order = orders.recv() => match order {
                    Some(msg) => Some(msg),
                    None => return self.screen,
                },
                heard = hear(&mut self.socket) => self.heard(heard),
                () = tokio::time::sleep_until(self.begun + due) => {
                    let now = self.now();
                    self.screen.due(now)
                }
            };
            if let Some(msg) = msg {
                self.act(msg).await;
            }
            self.show();
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn heard(&mut self, heard: Option<Message>) -> Option<Msg> {
        match heard {
            Some(Message::Text(text)) => self.screen.hear(&text),
            Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => None,
            Some(Message::Binary(_) | Message::Close(_)) | None => {
                self.socket = None;
                Some(Msg::SocketClosed)
            }
        }
    }

    async fn act(&mut self, msg: Msg) {
        let mut msgs = VecDeque::from([msg]);
        while let Some(msg) = msgs.pop_front() {
            let dice = f64::from(self.now() as u32 % 1_000) / 1_000.0;
            for ask in self.screen.act(msg, self.now(), dice) {
                match ask {
                    Ask::Disconnect => self.socket = None,
                    Ask::Save => {}
                    Ask::Send(text) => {
                        if let Some(socket) = &mut self.socket {
                            // A line that is cut is seen by the next look.
                            drop(socket.send(Message::text(text)).await);
                        }
                    }
                    Ask::Connect => {
                        self.turn += 1;
                        self.socket = self.door.open(self.turn).await;
                        let opened = self.socket.is_some();
                        msgs.push_back(if opened { Msg::SocketOpen } else { Msg::SocketClosed });
                    }
                }
            }
        }
    }

    fn show(&self) {
        let (state, glance) = (&self.screen.state, &self.glance);
        glance.acked.store(self.screen.acked.len(), Ordering::Release);
        glance.pending.store(state.outbox.items().len(), Ordering::Release);
        glance.online.store(state.link.phase == Phase::Online, Ordering::Release);
        let held = usize::try_from(state.log.held().0).unwrap_or(usize::MAX);
        glance.held.store(held, Ordering::Release);
    }
}

/// The next thing on the socket; never, while there is none.
async fn hear(socket: &mut Option<Socket>) -> Option<Message> {
    match socket {
        Some(socket) => socket.next().await.and_then(Result::ok),
        None => std::future::pending().await,
    }
}
