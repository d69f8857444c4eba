//! One stream per open page: news of the inbox, and of the open thread.
//!
//! Events: `inbox` (rows changed), `call` (a person is needed), and for the
//! open thread `row` (a rendered message or note), `status` (who has it
//! changed), `draft` (the machine's text so far), `proposal` (its private
//! draft), `typing`. A stream ends with the sign-in it was opened with; while
//! it is open, its person is there.

use super::private::{self, ProposalPart};
use super::thread;
use crate::auth::{RECHECK, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::events::{self, Row};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use comptoir_chat::{AgentUpdate, Proposal, SiteNews, Update};
use comptoir_protocol::{Event, Seq, Typist};
use comptoir_storage::model::{Agent, ConversationKey, TokenHash};
use futures::stream::{self, BoxStream, Stream, StreamExt};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_stream::wrappers::{BroadcastStream, ReceiverStream};

/// `?conversation=…&seq=…&noted=…`: the open thread, its last event and note.
#[derive(Debug, Deserialize)]
pub struct LiveQuery {
    conversation: Option<ConversationKey>,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    noted: u64,
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
            thread_events(&deps, &person.agent, key, &query).await?
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

/// Ends when the sign-in does, or its person may no longer sign in; until then
/// the person is there.
async fn sign_in_over(deps: AdminDeps, token: TokenHash) {
    loop {
        let now = deps.clock.now();
        match deps.storage.session(token, now).await {
            Ok(None) => return,
            Ok(Some((_, agent))) => {
                if let Err(error) = deps.storage.touch_agent(agent.id, now).await {
                    tracing::debug!(error = &error as &dyn std::error::Error, "not seen");
                }
            }
            // A database that does not answer for a moment shuts nobody out.
            Err(_) => {}
        }
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
    agent: &Agent,
    key: ConversationKey,
    query: &LiveQuery,
) -> Result<BoxStream<'static, SseEvent>, AdminError> {
    let zone = thread::zone_of(deps, agent).await?;
    let watched = deps.chat.watch(key).await?;
    // Notes written between the page and this stream.
    let (notes, _) = private::notes(deps, agent, key, query.noted, &zone).await?;
    let mut thread = ThreadStream {
        t: Texts::get(&agent.lang),
        zone,
        key,
        so_far: watched.answering.map(|answer| answer.text).unwrap_or_default(),
    };
    let mut first: Vec<SseEvent> = notes.iter().filter_map(|row| thread.row(row)).collect();
    first.extend(thread.proposal(watched.proposal));
    let seen = Seq(query.seq);
    let missed: Vec<AgentUpdate> = watched
        .events
        .into_iter()
        .filter(|event| event.seq > seen)
        .map(|event| AgentUpdate::Shared(Update::Event(event)))
        .collect();
    let updates = stream::iter(missed).chain(ReceiverStream::new(watched.updates));
    let events = updates.flat_map(move |update| stream::iter(thread.render(update)));
    Ok(stream::iter(first).chain(events).boxed())
}

/// An open thread as its page hears it.
struct ThreadStream {
    t: &'static Texts,
    zone: TimeZone,
    key: ConversationKey,
    /// The running answer.
    so_far: String,
}

impl ThreadStream {
    fn render(&mut self, update: AgentUpdate) -> Vec<SseEvent> {
        match update {
            AgentUpdate::Shared(update) => render(self.t, &self.zone, &mut self.so_far, &update),
            AgentUpdate::Note(note) => {
                let row = events::note_row(self.t, &note, &self.zone);
                self.row(&row).into_iter().collect()
            }
            AgentUpdate::Proposal(proposal) => self.proposal(proposal).into_iter().collect(),
        }
    }

    fn row(&self, row: &Row) -> Option<SseEvent> {
        let html = (RowPart { t: self.t, row }).render().ok()?;
        Some(SseEvent::default().event("row").data(html))
    }

    fn proposal(&self, proposal: Option<Proposal>) -> Option<SseEvent> {
        let part = ProposalPart { t: self.t, key: self.key.to_string(), proposal };
        Some(SseEvent::default().event("proposal").data(part.render().ok()?))
    }
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
        | Event::Transferred { .. }
        | Event::AgentJoined { .. }
        | Event::BotResumed
        | Event::ContactLeft { .. }
        | Event::Closed { .. } => true,
        Event::NoticeShown { .. }
        | Event::VisitorMessage { .. }
        | Event::BotMessage { .. }
        | Event::AgentMessage { .. }
        | Event::CalledAgain { .. }
        | Event::ContactAsked { .. }
        | Event::Feedback { .. } => false,
    }
}
