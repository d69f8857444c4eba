//! One visitor's connection, from `hello` to `bye`.

use super::SocketDeps;
use super::frames::{self, Said};
use crate::fairness::Allowance;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use comptoir_chat::{
    ChatError, Joined, OpenRequest, Subscription, Update, VisitorAction, visitor_key,
};
use comptoir_protocol::{
    ByeCode, ClientId, ErrorCode, Hello, PROTOCOL_VERSION, Resume, ServerFrame, Welcome,
};
use comptoir_storage::model::{ConversationKey, SiteId, VisitorKey};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A client that has not said hello by then is not a visitor.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// Clients ping every 25 s or so; two missed ones end the connection.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(70);

/// A frame that cannot be handed to the network by then: too slow.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// Frames beside messages (typing, read marks, heartbeats) in a minute; more
/// are ignored and held against the connection.
const SIGNALS_PER_MINUTE: u32 = 240;

/// Frames a connection may get wrong in a minute before it is ended.
const FAULTS_PER_MINUTE: u32 = 30;

/// Why a session ends.
enum End {
    /// The client left or the network did.
    Gone,
    /// Said to the client, then closed.
    Bye(ByeCode),
    /// A last error, then closed as a protocol breach.
    Refused(ErrorCode),
}

/// A joined visitor.
struct Visitor {
    key: ConversationKey,
    rate_key: VisitorKey,
    address: IpAddr,
    updates: Subscription,
    signals: Allowance,
    faults: Allowance,
}

impl Visitor {
    /// Notes a fault; too many of them end the connection.
    fn forgive(&mut self, code: ErrorCode) -> Result<(), End> {
        if self.faults.take(Instant::now()) { Ok(()) } else { Err(End::Refused(code)) }
    }
}

/// Runs a connection to its end.
pub async fn run(mut socket: WebSocket, deps: &SocketDeps, site: SiteId, address: IpAddr) {
    deps.metrics.connections.inc();
    let end = match greet(&mut socket, deps, site, address).await {
        Ok(visitor) => converse(&mut socket, deps, visitor).await,
        Err(end) => end,
    };
    deps.metrics.connections.dec();
    part(socket, end).await;
}

async fn greet(
    socket: &mut WebSocket,
    deps: &SocketDeps,
    site: SiteId,
    address: IpAddr,
) -> Result<Visitor, End> {
    let hello = tokio::select! {
        hello = tokio::time::timeout(HELLO_TIMEOUT, first_frame(socket)) => {
            hello.map_err(|_| End::Bye(ByeCode::Idle))??
        }
        () = deps.stop.cancelled() => return Err(End::Bye(ByeCode::Restart)),
    };
    if hello.v != PROTOCOL_VERSION {
        return Err(End::Refused(ErrorCode::UnsupportedVersion));
    }
    if hello.site != site.as_str() {
        return Err(End::Refused(ErrorCode::UnknownSite));
    }
    let (key, rate_key, updates, welcome) = join(deps, site, hello).await?;
    send(socket, &ServerFrame::Welcome(Box::new(welcome))).await?;
    let now = Instant::now();
    let signals = Allowance::per_minute(SIGNALS_PER_MINUTE, now);
    let faults = Allowance::per_minute(FAULTS_PER_MINUTE, now);
    Ok(Visitor { key, rate_key, address, updates, signals, faults })
}

async fn first_frame(socket: &mut WebSocket) -> Result<Hello, End> {
    loop {
        match receive(socket).await? {
            Incoming::Text(text) => {
                return match frames::read(&text) {
                    Ok(Said::Hello(hello)) => Ok(hello),
                    Ok(Said::Action(_) | Said::Ping) => Err(End::Refused(ErrorCode::HelloExpected)),
                    Err((code, _)) => Err(End::Refused(code)),
                };
            }
            Incoming::Binary => return Err(End::Refused(ErrorCode::BadFrame)),
            Incoming::Control => {}
        }
    }
}

async fn join(
    deps: &SocketDeps,
    site: SiteId,
    hello: Hello,
) -> Result<(ConversationKey, VisitorKey, Subscription, Welcome), End> {
    let lang = language(&hello.lang);
    let request = OpenRequest {
        site: site.clone(),
        token: hello.token.clone(),
        conversation: hello
            .conversation
            .as_ref()
            .and_then(|id| id.0.parse().ok())
            .map(ConversationKey),
        lang: lang.clone(),
        page: hello.page.chars().take(300).collect(),
    };
    let opened = deps.chat.open(request).await.map_err(refusal)?;
    let held = hello.epoch.clone().map(|epoch| (epoch, hello.seq));
    let token = opened.token.clone().or(hello.token).unwrap_or_default();
    let visitor = visitor_key(&token);
    let joined = deps.chat.join(opened.key, visitor, held).await.map_err(refusal)?;
    let card = deps.chat.site_card(&site, &lang).await.map_err(refusal)?;
    let Joined { conversation, state, resume, events, answering, updates } = joined;
    let fresh = opened.token.is_some() && events.is_empty();
    let welcome = Welcome {
        v: PROTOCOL_VERSION,
        site: card,
        token: opened.token,
        conversation: comptoir_protocol::ConversationId(opened.key.to_string()),
        epoch: conversation.epoch.clone(),
        state,
        resume: if fresh { Resume::Fresh } else { resume },
        events,
        answering,
        notice_due: conversation.head.notice_due,
    };
    Ok((opened.key, visitor, updates, welcome))
}

/// A BCP 47 primary tag, or French.
fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let valid = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    if valid { primary } else { "fr".to_owned() }
}

async fn converse(socket: &mut WebSocket, deps: &SocketDeps, mut visitor: Visitor) -> End {
    let mut heard = Instant::now();
    loop {
        let silence = tokio::time::sleep(SILENCE_TIMEOUT.saturating_sub(heard.elapsed()));
        let step = tokio::select! {
            // Updates first: nobody waits for an answer behind new input.
            biased;
            update = visitor.updates.recv() => match update {
                Some(update) => send(socket, &frame_of(update)).await,
                None if deps.chat.is_stopping() => Err(End::Bye(ByeCode::Restart)),
                None => Err(End::Bye(ByeCode::TooSlow)),
            },
            incoming = receive(socket) => {
                heard = Instant::now();
                match incoming {
                    Ok(Incoming::Text(text)) => obey(socket, deps, &mut visitor, &text).await,
                    Ok(Incoming::Binary) => {
                        fault(socket, &mut visitor, ErrorCode::BadFrame, None).await
                    }
                    Ok(Incoming::Control) => Ok(()),
                    Err(end) => Err(end),
                }
            }
            () = deps.stop.cancelled() => Err(End::Bye(ByeCode::Restart)),
            () = silence => Err(End::Bye(ByeCode::Idle)),
        };
        if let Err(end) = step {
            return end;
        }
    }
}

async fn obey(
    socket: &mut WebSocket,
    deps: &SocketDeps,
    visitor: &mut Visitor,
    text: &str,
) -> Result<(), End> {
    match frames::read(text) {
        Ok(Said::Ping) if !visitor.signals.take(Instant::now()) => {
            visitor.forgive(ErrorCode::BadFrame)
        }
        Ok(Said::Ping) => send(socket, &ServerFrame::Pong).await,
        Ok(Said::Hello(_)) => fault(socket, visitor, ErrorCode::BadFrame, None).await,
        Ok(Said::Action(action)) => act(socket, deps, visitor, action).await,
        Err((ErrorCode::FrameTooLarge, _)) => Err(End::Refused(ErrorCode::FrameTooLarge)),
        Err((code, id)) => fault(socket, visitor, code, id).await,
    }
}

/// Refuses a frame, and the connection after too many.
async fn fault(
    socket: &mut WebSocket,
    visitor: &mut Visitor,
    code: ErrorCode,
    id: Option<ClientId>,
) -> Result<(), End> {
    visitor.forgive(code)?;
    refuse(socket, code, id).await
}

async fn act(
    socket: &mut WebSocket,
    deps: &SocketDeps,
    visitor: &mut Visitor,
    action: VisitorAction,
) -> Result<(), End> {
    let (id, now) = (action.client_id().cloned(), Instant::now());
    if id.is_none() && !visitor.signals.take(now) {
        return visitor.forgive(ErrorCode::BadFrame);
    }
    let fair = || {
        deps.visitors.take(visitor.rate_key, now)?;
        deps.messages.take(visitor.address, now)
    };
    if id.is_some()
        && let Err(wait) = fair()
    {
        deps.metrics.refused.inc();
        let retry_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
        return send(socket, &ServerFrame::Busy { id, retry_ms }).await;
    }
    let is_message = matches!(action, VisitorAction::Send { .. });
    match deps.chat.visitor(visitor.key, action).await {
        Ok(receipt) => {
            if is_message {
                deps.metrics.messages.inc();
            }
            // What is committed reaches the visitor before its acknowledgement.
            while let Ok(update) = visitor.updates.try_recv() {
                send(socket, &frame_of(update)).await?;
            }
            match id {
                Some(id) => send(socket, &ServerFrame::Ack { id, seq: receipt.seq }).await,
                None => Ok(()),
            }
        }
        Err(error) => answer_error(socket, error, id).await,
    }
}

async fn answer_error(
    socket: &mut WebSocket,
    error: ChatError,
    id: Option<ClientId>,
) -> Result<(), End> {
    match error {
        ChatError::Busy { retry_ms } => send(socket, &ServerFrame::Busy { id, retry_ms }).await,
        ChatError::NoticeRequired => refuse(socket, ErrorCode::NoticeRequired, id).await,
        ChatError::IdReused => refuse(socket, ErrorCode::IdReused, id).await,
        // The conversation ended under this client: coming back opens the next one.
        ChatError::Closed | ChatError::Stopping => Err(End::Bye(ByeCode::Restart)),
        ChatError::UnknownSite => Err(End::Refused(ErrorCode::UnknownSite)),
        ChatError::UnknownConversation | ChatError::NotYours => {
            Err(End::Refused(ErrorCode::NotYours))
        }
        ChatError::HeldBy { .. } | ChatError::NotPossible => {
            refuse(socket, ErrorCode::BadFrame, id).await
        }
        ChatError::Storage(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a visitor's input failed");
            refuse(socket, ErrorCode::Internal, id).await
        }
    }
}

fn refusal(error: ChatError) -> End {
    match error {
        ChatError::UnknownSite => End::Refused(ErrorCode::UnknownSite),
        ChatError::UnknownConversation | ChatError::NotYours => End::Refused(ErrorCode::NotYours),
        ChatError::Busy { .. }
        | ChatError::Stopping
        | ChatError::Closed
        | ChatError::NoticeRequired
        | ChatError::IdReused
        | ChatError::HeldBy { .. }
        | ChatError::NotPossible => End::Bye(ByeCode::Restart),
        ChatError::Storage(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a visitor cannot join");
            End::Refused(ErrorCode::Internal)
        }
    }
}

fn frame_of(update: Update) -> ServerFrame {
    match update {
        Update::Event(event) => ServerFrame::Event(event),
        Update::Delta { answer, offset, text } => ServerFrame::Delta { answer, offset, text },
        Update::Typing { who, name, on } => ServerFrame::Typing { who, name, on },
        Update::Queued { position, wait_ms } => ServerFrame::Queued { position, wait_ms },
    }
}

/// What arrives on a socket.
enum Incoming {
    Text(String),
    Binary,
    Control,
}

async fn receive(socket: &mut WebSocket) -> Result<Incoming, End> {
    match socket.recv().await {
        Some(Ok(Message::Text(text))) => Ok(Incoming::Text(text.to_string())),
        Some(Ok(Message::Binary(_))) => Ok(Incoming::Binary),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Incoming::Control),
        Some(Ok(Message::Close(_))) | None => Err(End::Gone),
        Some(Err(error)) => {
            // Also how an oversized frame ends: the library stops reading it.
            tracing::debug!(error = &error as &dyn std::error::Error, "socket failed");
            Err(End::Gone)
        }
    }
}

async fn refuse(socket: &mut WebSocket, code: ErrorCode, id: Option<ClientId>) -> Result<(), End> {
    send(socket, &ServerFrame::Error { code, id }).await
}

async fn send(socket: &mut WebSocket, frame: &ServerFrame) -> Result<(), End> {
    let Ok(text) = serde_json::to_string(frame) else {
        return Err(End::Gone);
    };
    match tokio::time::timeout(SEND_TIMEOUT, socket.send(Message::Text(text.into()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Bye(ByeCode::TooSlow)),
    }
}

/// Says goodbye, if anybody still listens, and closes.
async fn part(mut socket: WebSocket, end: End) {
    /// "Service restart" and "policy violation" of the registry of RFC 6455.
    const RESTART: u16 = 1012;
    const POLICY: u16 = 1008;
    let (frames, close_code) = match end {
        End::Gone => return,
        End::Bye(code) => (vec![ServerFrame::Bye { code, retry_ms: 1_000 }], RESTART),
        End::Refused(code) => (
            vec![
                ServerFrame::Error { code, id: None },
                ServerFrame::Bye { code: ByeCode::Protocol, retry_ms: 60_000 },
            ],
            POLICY,
        ),
    };
    for frame in &frames {
        if send(&mut socket, frame).await.is_err() {
            return;
        }
    }
    let close = Message::Close(Some(CloseFrame { code: close_code, reason: "".into() }));
    // The peer may be gone already; there is nobody left to tell.
    drop(tokio::time::timeout(SEND_TIMEOUT, socket.send(close)).await);
}
