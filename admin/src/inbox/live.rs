//! One stream per open page: news of the inbox, and of the open thread.
//!
//! Events: `inbox` (rows changed), `call` (a person is needed), and for the
//! open thread `row` (a rendered message), `status` (who has it changed),
//! `draft` (the machine's text so far), `typing`. A stream ends with the
//! sign-in it was opened with.

use super::thread;
use crate::auth::{RECHECK, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::events::{self, Row};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use comptoir_chat::{SiteNews, Update};
use comptoir_protocol::{Event, Seq, Typist};
use comptoir_storage::model::{ConversationKey, TokenHash};
use futures::stream::{self, BoxStream, Stream, StreamExt};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_stream::wrappers::{BroadcastStream, ReceiverStream};

/// `?conversation=…&seq=…`: the open thread and its last row.
#[derive(Debug, Deserialize)]
pub struct LiveQuery {
    conversation: Option<ConversationKey>,
    #[serde(default)]
    seq: u64,
}

#[derive(Template)]
#[template(path = "inbox/row.html")]
struct RowPart<'a> {
    t: &'a Texts,
    row: &'a Row,
}

/// `GET /admin/live`
pub async fn stream(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<LiveQuery>,
) -> Result<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>, AdminError> {
    let t = Texts::get(&person.agent.lang);
    let news = deps.chat.watch_site(&person.agent.site)?;
    let news = BroadcastStream::new(news).flat_map(|news| {
        stream::iter(match news {
            Ok(news) => site_events(&news),
            // Some news were missed: everything is redrawn.
            Err(BroadcastStreamRecvError::Lagged(_)) => vec![inbox_changed()],
        })
    });
    let thread: BoxStream<'static, SseEvent> = match query.conversation {
        None => stream::pending().boxed(),
        Some(key) => {
            thread::find(&deps, &person.agent, key).await?;
            let zone = thread::zone_of(&deps, &person.agent).await?;
            thread_events(&deps, key, Seq(query.seq), t, zone).await?
        }
    };
    // Either stream's end ends the whole: the browser reconnects and reloads.
    let events = stream::select(
        news.map(Some).chain(stream::iter([None])),
        thread.map(Some).chain(stream::iter([None])),
    );
    let events = events.take_while(|event| futures::future::ready(event.is_some()));
    let events = events
        .filter_map(futures::future::ready)
        .take_until(sign_in_over(deps, person.session.token))
        .map(Ok);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

/// Ends when the sign-in does, or its person may no longer sign in.
async fn sign_in_over(deps: AdminDeps, token: TokenHash) {
    // A database that does not answer for a moment shuts nobody out.
    while !matches!(deps.storage.session(token, deps.clock.now()).await, Ok(None)) {
        deps.door.look_again(RECHECK).await;
    }
}

fn inbox_changed() -> SseEvent {
    SseEvent::default().event("inbox").data("changed")
}

fn site_events(news: &SiteNews) -> Vec<SseEvent> {
    let mut events = vec![inbox_changed()];
    if news.calls {
        events.push(SseEvent::default().event("call").data(news.conversation.to_string()));
    }
    events
}

async fn thread_events(
    deps: &AdminDeps,
    key: ConversationKey,
    seen: Seq,
    t: &'static Texts,
    zone: TimeZone,
) -> Result<BoxStream<'static, SseEvent>, AdminError> {
    let joined = deps.chat.watch(key).await?;
    let missed: Vec<Update> =
        joined.events.into_iter().filter(|event| event.seq > seen).map(Update::Event).collect();
    let mut so_far = joined.answering.map(|answer| answer.text).unwrap_or_default();
    let updates = stream::iter(missed).chain(ReceiverStream::new(joined.updates));
    let events =
        updates.flat_map(move |update| stream::iter(render(t, &zone, &mut so_far, &update)));
    Ok(events.boxed())
}

fn render(t: &Texts, zone: &TimeZone, so_far: &mut String, update: &Update) -> Vec<SseEvent> {
    match update {
        Update::Event(event) => {
            let mut out = Vec::new();
            if matches!(event.event, Event::BotMessage { .. }) {
                so_far.clear();
                out.push(SseEvent::default().event("draft").data(""));
            }
            if matches!(event.event, Event::VisitorMessage { .. } | Event::BotMessage { .. }) {
                // What was being written is there.
                out.push(SseEvent::default().event("typing").data(""));
            }
            let row = events::row(t, event, zone);
            if let Ok(html) = (RowPart { t, row: &row }).render() {
                out.push(SseEvent::default().event("row").data(html));
            }
            if changes_holder(&event.event) {
                out.push(SseEvent::default().event("status").data("changed"));
            }
            out
        }
        Update::Delta { offset, text, .. } => {
            if *offset == 0 {
                so_far.clear();
            }
            so_far.push_str(text);
            let html = askama::filters::escape(so_far.as_str(), askama::filters::Html)
                .map(|safe| safe.to_string());
            html.map(|html| vec![SseEvent::default().event("draft").data(html)]).unwrap_or_default()
        }
        Update::Typing { who: Typist::Visitor, on, .. } => {
            let text = if *on { t.inbox.typing.as_str() } else { "" };
            vec![SseEvent::default().event("typing").data(text)]
        }
        Update::Typing { who: Typist::Bot, on, .. } => {
            let text = if *on { t.inbox.bot_writing.as_str() } else { "" };
            vec![SseEvent::default().event("typing").data(text)]
        }
        Update::Typing { who: Typist::Agent, .. } | Update::Queued { .. } => Vec::new(),
    }
}

/// Whether the buttons may have changed.
fn changes_holder(event: &Event) -> bool {
    match event {
        Event::HandoverRequested { .. }
        | Event::AgentJoined { .. }
        | Event::BotResumed
        | Event::ContactLeft { .. }
        | Event::Closed { .. } => true,
        Event::NoticeShown { .. }
        | Event::VisitorMessage { .. }
        | Event::BotMessage { .. }
        | Event::AgentMessage { .. }
        | Event::Feedback { .. } => false,
    }
}
