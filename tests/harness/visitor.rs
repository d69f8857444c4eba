//! A visitor on the firm's page: a WebSocket client of the documented
//! protocol. It checks the promises every client relies on as it listens:
//! events without gaps, deltas without holes.

use crate::wait::within;
use comptoir_protocol::{
    AnswerStatus, Citation, ClientFrame, ClientId, ConversationId, Epoch, Event, FeedbackValue,
    Hello, NumberedEvent, Offer, PROTOCOL_VERSION, Resume, Route, Seq, ServerFrame, Welcome,
};
use futures::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longest wait for a frame.
const PATIENCE: Duration = Duration::from_secs(20);

/// What stands on the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A frame of the gateway.
    Frame(Box<ServerFrame>),
    /// The connection is closed, with this code if one was given.
    Closed(Option<u16>),
}

/// A finished reply of the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Its event.
    pub seq: Seq,
    /// The words that are kept.
    pub text: String,
    /// How it was decided.
    pub route: Route,
    /// What it rests on.
    pub citations: Vec<Citation>,
    /// Whether it is whole.
    pub status: AnswerStatus,
    /// Buttons under it.
    pub offers: Vec<Offer>,
    /// What was streamed before, as it was shown.
    pub streamed: String,
}

/// A visitor.
pub struct Visitor {
    address: SocketAddr,
    origin: String,
    site: String,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    /// Secret of the browser.
    pub token: Option<String>,
    /// The conversation joined.
    pub conversation: Option<ConversationId>,
    /// Incarnation of the log held.
    pub epoch: Option<Epoch>,
    /// Every event held, in order.
    pub log: Vec<NumberedEvent>,
    /// Text streamed so far, by answer.
    pub streamed: HashMap<String, String>,
    notice_version: String,
}

impl Visitor {
    /// Connects; nothing is said yet.
    ///
    /// # Panics
    /// When the handshake is refused; see [`Visitor::try_connect`].
    pub async fn connect(address: SocketAddr, origin: &str, site: &str) -> Self {
        let mut visitor = Self {
            address,
            origin: origin.to_owned(),
            site: site.to_owned(),
            socket: None,
            token: None,
            conversation: None,
            epoch: None,
            log: Vec::new(),
            streamed: HashMap::new(),
            notice_version: String::new(),
        };
        visitor.open().await;
        visitor
    }

    async fn open(&mut self) {
        let origin = Some(self.origin.as_str());
        let opened = Self::try_connect(self.address, origin, &self.site).await;
        self.socket = Some(opened.unwrap_or_else(|status| panic!("refused with {status}")));
    }

    /// Tries a handshake.
    ///
    /// # Errors
    /// The status it was refused with.
    ///
    /// # Panics
    /// When nobody answers at all.
    pub async fn try_connect(
        address: SocketAddr,
        origin: Option<&str>,
        site: &str,
    ) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, u16> {
        let url = format!("ws://{address}/ws?site={site}");
        let mut request = url.into_client_request().expect("an address");
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
        }
        match within(PATIENCE, "the handshake is answered", connect_async(request)).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no handshake: {error}"),
        }
    }

    /// Says hello with whatever is held from before.
    pub async fn hello(&mut self) -> Welcome {
        let hello = self.hello_frame();
        self.put(&ClientFrame::Hello(hello)).await;
        self.welcomed().await
    }

    /// The hello this visitor would say.
    #[must_use]
    pub fn hello_frame(&self) -> Hello {
        Hello {
            v: PROTOCOL_VERSION,
            site: self.site.clone(),
            token: self.token.clone(),
            conversation: self.conversation.clone(),
            epoch: self.epoch.clone(),
            seq: self.last_seq(),
            lang: "fr".to_owned(),
            page: "/tarifs".to_owned(),
        }
    }

    async fn welcomed(&mut self) -> Welcome {
        let Seen::Frame(frame) = self.see().await else { panic!("closed instead of welcomed") };
        let ServerFrame::Welcome(welcome) = *frame else { panic!("not a welcome: {frame:?}") };
        if welcome.resume == Resume::Snapshot {
            self.log.clear();
        }
        if welcome.token.is_some() {
            self.token.clone_from(&welcome.token);
        }
        self.conversation = Some(welcome.conversation.clone());
        self.epoch = Some(welcome.epoch.clone());
        self.notice_version.clone_from(&welcome.site.notice_version);
        for event in &welcome.events {
            self.keep(event.clone());
        }
        // What was streamed and never became a message is not known to go on.
        let kept = |id: &String| {
            let is_it = |e: &NumberedEvent| matches!(&e.event, Event::BotMessage { answer, .. } if answer.0 == *id);
            self.log.iter().any(is_it)
        };
        self.streamed.retain(|id, _| kept(id));
        if let Some(so_far) = &welcome.answering {
            self.streamed.insert(so_far.answer.0.clone(), so_far.text.clone());
        }
        *welcome
    }

    /// Goes away without a word and comes back.
    pub async fn come_back(&mut self) -> Welcome {
        self.vanish();
        self.open().await;
        self.hello().await
    }

    /// Goes away without a word, as a phone in a tunnel does.
    pub fn vanish(&mut self) {
        drop(self.socket.take());
    }

    /// Looks for the counter at another address from now on.
    pub fn moved_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// The notice was displayed.
    pub async fn notice(&mut self) {
        let version = self.notice_version.clone();
        self.put(&ClientFrame::NoticeShown { version, lang: "fr".to_owned() }).await;
        self.event("the notice is noted", |e| matches!(e, Event::NoticeShown { .. })).await;
    }

    /// A new client id, unlike any other visitor's.
    #[must_use]
    pub fn fresh_id(&self) -> ClientId {
        static SENT: AtomicU32 = AtomicU32::new(0);
        ClientId(format!("v-{}", SENT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Sends a message and waits until it is on disk.
    pub async fn say(&mut self, text: &str) -> Seq {
        let id = self.fresh_id();
        self.put(&ClientFrame::Send { id: id.clone(), text: text.to_owned() }).await;
        self.acked(&id).await
    }

    /// Waits for an acknowledgement.
    pub async fn acked(&mut self, id: &ClientId) -> Seq {
        let what = "what was sent is acknowledged";
        self.until(what, |frame| {
            if let ServerFrame::Error { code, id: Some(refused) } = frame {
                assert_ne!(refused, id, "refused with {code:?}");
            }
            if let ServerFrame::Ack { id: acked, seq } = frame
                && acked == id
            {
                return Some(*seq);
            }
            None
        })
        .await
    }

    /// Says whether a reply helped.
    pub async fn judge(&mut self, message: Seq, helped: bool) -> Seq {
        let value = if helped { FeedbackValue::Yes } else { FeedbackValue::No };
        let id = self.fresh_id();
        self.put(&ClientFrame::Feedback { id: id.clone(), message, value }).await;
        self.acked(&id).await
    }

    /// Asks and waits for the machine's reply to exactly that.
    pub async fn ask(&mut self, text: &str) -> Reply {
        let asked = self.say(text).await;
        self.reply_to(asked).await
    }

    /// Waits for the machine's reply to a message.
    pub async fn reply_to(&mut self, asked: Seq) -> Reply {
        let mine = |e: &Event| matches!(e, Event::BotMessage { to, .. } if *to == asked);
        let found = self.log.iter().find(|held| mine(&held.event)).cloned();
        let event = match found {
            Some(event) => event,
            None => self.event("the machine replies", mine).await,
        };
        self.reply_of(event)
    }

    fn reply_of(&self, numbered: NumberedEvent) -> Reply {
        let Event::BotMessage { answer, text, route, citations, status, offers, .. } =
            numbered.event
        else {
            panic!("not a reply: {numbered:?}")
        };
        let streamed = self.streamed.get(&answer.0).cloned().unwrap_or_default();
        Reply { seq: numbered.seq, text, route, citations, status, offers, streamed }
    }

    /// Waits for an event.
    pub async fn event(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) -> NumberedEvent {
        self.until(what, |frame| {
            if let ServerFrame::Event(event) = frame
                && is_it(&event.event)
            {
                return Some(event.clone());
            }
            None
        })
        .await
    }

    /// Waits for a frame and takes something from it.
    ///
    /// # Panics
    /// When the connection closes instead.
    pub async fn until<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> T {
        let looking = async {
            loop {
                match self.see().await {
                    Seen::Frame(frame) => {
                        if let Some(found) = pick(&frame) {
                            return found;
                        }
                    }
                    Seen::Closed(code) => panic!("closed ({code:?}) while waiting: {what}"),
                }
            }
        };
        within(Duration::from_secs(90), what, looking).await
    }

    /// The next thing on the wire.
    pub async fn see(&mut self) -> Seen {
        within(Duration::from_secs(90), "something arrives", self.receive()).await
    }

    async fn receive(&mut self) -> Seen {
        let socket = self.socket.as_mut().expect("a connection");
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: ServerFrame =
                        serde_json::from_str(&text).expect("a documented frame");
                    self.notice_frame(&frame);
                    return Seen::Frame(Box::new(frame));
                }
                Some(Ok(Message::Close(close))) => {
                    return Seen::Closed(close.map(|close| close.code.into()));
                }
                Some(Ok(Message::Binary(_))) => panic!("binary frames are not in the protocol"),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(_)) | None => return Seen::Closed(None),
            }
        }
    }

    fn notice_frame(&mut self, frame: &ServerFrame) {
        if let ServerFrame::Event(event) = frame {
            self.keep(event.clone());
        }
        if let ServerFrame::Delta { answer, offset, text } = frame {
            let shown = self.streamed.entry(answer.0.clone()).or_default();
            let length = shown.encode_utf16().count();
            assert_eq!(*offset as usize, length, "a hole in the streamed text");
            shown.push_str(text);
        }
    }

    fn keep(&mut self, event: NumberedEvent) {
        if event.seq <= self.last_seq() {
            return;
        }
        assert_eq!(event.seq, self.last_seq().next(), "a gap in the log");
        self.log.push(event);
    }

    /// The last event held.
    #[must_use]
    pub fn last_seq(&self) -> Seq {
        self.log.last().map_or(Seq(0), |event| event.seq)
    }

    /// Sends a frame.
    pub async fn put(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("a frame");
        self.put_raw(Message::text(text)).await;
    }

    /// Sends anything, well-formed or not.
    pub async fn put_raw(&mut self, message: Message) {
        let socket = self.socket.as_mut().expect("a connection");
        // A gateway that has hung up is seen by the next look.
        drop(within(PATIENCE, "a frame is sent", socket.send(message)).await);
    }
}
