//! One visitor's connection, from `hello` to `bye`.

use super::fairness::{Allowance, Buckets};
use super::frames::{self, Said};
use super::greet::{Greeted, greet};
use super::line::{Heard, Line};
use super::tickets::Tickets;
use comptoir_chat::{Chat, ChatError, Update, VisitorAction};
use comptoir_protocol::{ByeCode, ClientId, ErrorCode, ServerFrame};
use comptoir_storage::model::{SiteId, VisitorKey};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A frame that cannot be handed to the network by then: too slow.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// Frames beside messages (typing, read marks, heartbeats) in a minute; more
/// are ignored and held against the connection.
const SIGNALS_PER_MINUTE: u32 = 240;

/// Frames a connection may get wrong in a minute before it is ended.
const FAULTS_PER_MINUTE: u32 = 30;

/// What every session of a process stands on.
#[derive(Clone)]
pub struct Shared {
    /// Conversations.
    pub chat: Chat,
    /// Reads the tickets of letters.
    pub tickets: Arc<dyn Tickets>,
    /// Messages per visitor.
    pub visitors: Arc<Buckets<VisitorKey>>,
    /// Messages per address, however many visitors it pretends to be.
    pub messages: Arc<Buckets<IpAddr>>,
    /// Who counts what happens.
    pub counts: Arc<dyn Counts>,
    /// A client that has not said hello by then is not a visitor.
    pub hello: Duration,
    /// A visitor of whom nothing is heard for this long is gone.
    pub silence: Duration,
    /// Asked at each goodbye after which a visitor should come back: when, in
    /// milliseconds.
    pub returns: Arc<dyn Fn(ByeCode) -> u32 + Send + Sync>,
    /// Ends sessions politely.
    pub stop: CancellationToken,
}

/// Counts for operators.
pub trait Counts: Send + Sync + 'static {
    /// A session began.
    fn connected(&self);
    /// A session ended.
    fn parted(&self);
    /// A visitor's message was kept.
    fn kept(&self);
    /// Something was refused for fair use.
    fn refused(&self);
}

/// Why a session ends.
pub(super) enum End {
    /// The client left or the network did.
    Gone,
    /// Said to the client, then closed.
    Bye(ByeCode),
    /// A last error, then closed as a protocol breach.
    Refused(ErrorCode),
}

/// A joined visitor.
struct Visitor {
    at: Greeted,
    address: IpAddr,
    signals: Allowance,
    faults: Allowance,
}

impl Visitor {
    fn new(at: Greeted, address: IpAddr) -> Self {
        let now = Instant::now().into_std();
        let signals = Allowance::per_minute(SIGNALS_PER_MINUTE, now);
        let faults = Allowance::per_minute(FAULTS_PER_MINUTE, now);
        Self { at, address, signals, faults }
    }

    /// Notes a fault; too many of them end the connection.
    fn forgive(&mut self, code: ErrorCode) -> Result<(), End> {
        if self.faults.take(Instant::now().into_std()) { Ok(()) } else { Err(End::Refused(code)) }
    }
}

/// Runs a connection to its end.
pub async fn run(mut line: impl Line, shared: &Shared, site: SiteId, address: IpAddr) {
    shared.counts.connected();
    // Boxed: what greeting needs is free again while the visitor is idle.
    let end = match Box::pin(greet(&mut line, shared, site)).await {
        Ok(greeted) => converse(&mut line, shared, Visitor::new(greeted, address)).await,
        Err(end) => end,
    };
    shared.counts.parted();
    part(line, end, shared).await;
}

async fn converse(line: &mut impl Line, shared: &Shared, mut visitor: Visitor) -> End {
    let mut heard = Instant::now();
    loop {
        let step = tokio::select! {
            // Updates first: nobody waits for an answer behind new input.
            biased;
            update = visitor.at.updates.recv() => match update {
                Some(update) => send(line, &frame_of(update)).await,
                None if shared.chat.is_stopping() => Err(End::Bye(ByeCode::Restart)),
                None => Err(End::Bye(ByeCode::TooSlow)),
            },
            incoming = receive(line) => {
                heard = Instant::now();
                match incoming {
                    Ok(Incoming::Text(text)) => {
                        // Boxed: an idle connection does not hold its room.
                        Box::pin(obey(line, shared, &mut visitor, &text)).await
                    }
                    Ok(Incoming::Binary) => {
                        fault(line, &mut visitor, ErrorCode::BadFrame, None).await
                    }
                    Ok(Incoming::Control) => Ok(()),
                    Err(end) => Err(end),
                }
            }
            () = shared.stop.cancelled() => Err(End::Bye(ByeCode::Restart)),
            () = tokio::time::sleep_until(heard + shared.silence) => Err(End::Bye(ByeCode::Idle)),
        };
        if let Err(end) = step {
            return end;
        }
    }
}

async fn obey(
    line: &mut impl Line,
    shared: &Shared,
    visitor: &mut Visitor,
    text: &str,
) -> Result<(), End> {
    match frames::read(text) {
        Ok(Said::Ping) if !visitor.signals.take(Instant::now().into_std()) => {
            visitor.forgive(ErrorCode::BadFrame)
        }
        Ok(Said::Ping) => send(line, &ServerFrame::Pong).await,
        Ok(Said::Hello(_)) => fault(line, visitor, ErrorCode::BadFrame, None).await,
        Ok(Said::Action(action)) => act(line, shared, visitor, action).await,
        Err((ErrorCode::FrameTooLarge, _)) => Err(End::Refused(ErrorCode::FrameTooLarge)),
        Err((code, id)) => fault(line, visitor, code, id).await,
    }
}

/// Refuses a frame, and the connection after too many.
async fn fault(
    line: &mut impl Line,
    visitor: &mut Visitor,
    code: ErrorCode,
    id: Option<ClientId>,
) -> Result<(), End> {
    visitor.forgive(code)?;
    refuse(line, code, id).await
}

async fn act(
    line: &mut impl Line,
    shared: &Shared,
    visitor: &mut Visitor,
    action: VisitorAction,
) -> Result<(), End> {
    let (id, now) = (action.client_id().cloned(), Instant::now().into_std());
    if id.is_none() && !visitor.signals.take(now) {
        return visitor.forgive(ErrorCode::BadFrame);
    }
    let fair = || {
        shared.visitors.take(visitor.at.visitor, now)?;
        shared.messages.take(visitor.address, now)
    };
    if id.is_some()
        && let Err(wait) = fair()
    {
        shared.counts.refused();
        let retry_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
        return send(line, &ServerFrame::Busy { id, retry_ms }).await;
    }
    let is_message = matches!(action, VisitorAction::Send { .. });
    match shared.chat.visitor(visitor.at.key, action).await {
        Ok(receipt) => {
            if is_message {
                shared.counts.kept();
            }
            // What is committed reaches the visitor before its acknowledgement.
            while let Ok(update) = visitor.at.updates.try_recv() {
                send(line, &frame_of(update)).await?;
            }
            match id {
                Some(id) => send(line, &ServerFrame::Ack { id, seq: receipt.seq }).await,
                None => Ok(()),
            }
        }
        Err(error) => answer_error(line, error, id).await,
    }
}

async fn answer_error(
    line: &mut impl Line,
    error: ChatError,
    id: Option<ClientId>,
) -> Result<(), End> {
    match error {
        ChatError::Busy { retry_ms } => send(line, &ServerFrame::Busy { id, retry_ms }).await,
        ChatError::NoticeRequired => refuse(line, ErrorCode::NoticeRequired, id).await,
        ChatError::IdReused => refuse(line, ErrorCode::IdReused, id).await,
        // The conversation ended under this client: coming back opens the next one.
        ChatError::Closed | ChatError::Stopping => Err(End::Bye(ByeCode::Restart)),
        ChatError::UnknownSite => Err(End::Refused(ErrorCode::UnknownSite)),
        ChatError::UnknownConversation | ChatError::NotYours => {
            Err(End::Refused(ErrorCode::NotYours))
        }
        ChatError::HeldBy { .. } | ChatError::NotPossible => {
            refuse(line, ErrorCode::BadFrame, id).await
        }
        ChatError::Storage(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a visitor's input failed");
            refuse(line, ErrorCode::Internal, id).await
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

/// What arrives and can be read.
pub(super) enum Incoming {
    Text(String),
    Binary,
    Control,
}

/// What arrives; an end when nothing more can.
pub(super) async fn receive(line: &mut impl Line) -> Result<Incoming, End> {
    match line.receive().await {
        Heard::Text(text) => Ok(Incoming::Text(text)),
        Heard::Binary => Ok(Incoming::Binary),
        Heard::Control => Ok(Incoming::Control),
        Heard::TooLarge => Err(End::Refused(ErrorCode::FrameTooLarge)),
        Heard::Garbled => Err(End::Refused(ErrorCode::BadFrame)),
        Heard::Gone => Err(End::Gone),
    }
}

async fn refuse(line: &mut impl Line, code: ErrorCode, id: Option<ClientId>) -> Result<(), End> {
    send(line, &ServerFrame::Error { code, id }).await
}

pub(super) async fn send(line: &mut impl Line, frame: &ServerFrame) -> Result<(), End> {
    let Ok(text) = serde_json::to_string(frame) else {
        return Err(End::Gone);
    };
    match tokio::time::timeout(SEND_TIMEOUT, line.send(text)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Bye(ByeCode::TooSlow)),
    }
}

/// Says goodbye, if anybody still listens, and closes.
async fn part(mut line: impl Line, end: End, shared: &Shared) {
    /// "Service restart" and "policy violation" of the registry of RFC 6455.
    const RESTART: u16 = 1012;
    const POLICY: u16 = 1008;
    let (frames, close_code) = match end {
        End::Gone => return,
        End::Bye(code) => {
            let retry_ms = (shared.returns)(code);
            (vec![ServerFrame::Bye { code, retry_ms }], RESTART)
        }
        End::Refused(code) => (
            vec![
                ServerFrame::Error { code, id: None },
                ServerFrame::Bye { code: ByeCode::Protocol, retry_ms: 60_000 },
            ],
            POLICY,
        ),
    };
    for frame in &frames {
        if send(&mut line, frame).await.is_err() {
            return;
        }
    }
    // The peer may be gone already; there is nobody left to tell.
    drop(tokio::time::timeout(SEND_TIMEOUT, line.close(close_code)).await);
}
