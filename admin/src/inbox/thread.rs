//! One conversation: its thread, who has it, and what is known of the visitor.

use super::list::{self, List, ListQuery, View};
use super::private;
use super::status::{Status, status_of};
use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::events::{self, Row, Voice};
use crate::format;
use crate::page::{Frame, Tab, html};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use comptoir_chat::{AgentAction, AgentInput};
use comptoir_protocol::{ContactChannel, NumberedEvent, Seq};
use comptoir_storage::model::{Agent, AgentId, Conversation, ConversationKey, Holder};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Longest thread shown at once.
const MAX_EVENTS: u32 = 1_000;

/// What stands beside the thread.
pub struct Facts {
    /// The visitor, as the list names them.
    pub name: String,
    /// Page it began on.
    pub page: String,
    /// Language of the visitor.
    pub lang: String,
    /// Way to answer: an address to follow, and as it was left.
    pub contact: Option<(String, String)>,
    /// Why a person is needed.
    pub reason: Option<String>,
    /// When it began.
    pub started: String,
    /// Entries the machine used: id and question.
    pub entries: Vec<(String, String)>,
    /// Address of a new entry made of the last question and a person's answer.
    pub make_entry: Option<String>,
}

/// The thread with everything around it.
pub struct Thread {
    /// Conversation id.
    pub key: String,
    /// Rows, oldest first.
    pub rows: Vec<Row>,
    /// Number of the last note among them.
    pub noted: u64,
    /// What can be done.
    pub status: Status,
    /// What is known.
    pub facts: Facts,
    /// What stays after a refused action.
    pub kept: Kept,
    /// Id for the next reply or note, so that sending twice stores it once.
    pub reply_id: String,
}

#[derive(Template)]
#[template(path = "inbox/thread.html")]
struct ThreadPage {
    frame: Frame,
    list: List,
    thread: Thread,
}

/// `GET /admin/inbox/{key}`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    Query(query): Query<ListQuery>,
) -> Result<Html<String>, AdminError> {
    render(&deps, &person, ConversationKey(key), query.view, Kept::default()).await
}

/// What stays on the page after something was refused.
#[derive(Debug, Default)]
pub struct Kept {
    /// Why it was.
    pub problem: Option<String>,
    /// The reply as it was written.
    pub reply: String,
    /// The note as it was written; never in the field of replies.
    pub note: String,
}

/// The whole page.
pub async fn render(
    deps: &AdminDeps,
    person: &SignedIn,
    key: ConversationKey,
    view: View,
    kept: Kept,
) -> Result<Html<String>, AdminError> {
    let conversation = find(deps, &person.agent, key).await?;
    let thread = load(deps, &person.agent, &conversation, kept).await?;
    let query = ListQuery { view, after: None, current: Some(key) };
    let list = list::load(deps, &person.agent, &query).await?;
    let frame = Frame::new(deps, person, Tab::Inbox).await?;
    html(&ThreadPage { frame, list, thread })
}

/// The conversation, if it is of the person's own site.
pub async fn find(
    deps: &AdminDeps,
    agent: &Agent,
    key: ConversationKey,
) -> Result<Conversation, AdminError> {
    let found = deps.storage.conversation(key).await?;
    found
        .filter(|conversation| conversation.site == agent.site)
        .ok_or_else(|| AdminError::NotFound { lang: agent.lang.clone() })
}

async fn load(
    deps: &AdminDeps,
    agent: &Agent,
    conversation: &Conversation,
    kept: Kept,
) -> Result<Thread, AdminError> {
    let t = Texts::get(&agent.lang);
    let zone = zone_of(deps, agent).await?;
    let from = Seq(conversation.last_seq.0.saturating_sub(u64::from(MAX_EVENTS)));
    let stored = deps.storage.events(conversation.key, from, MAX_EVENTS).await?;
    let mut rows = log_rows(t, &stored, deps.clock.now(), &zone);
    let (notes, noted) = private::notes(deps, agent, conversation.key, 0, &zone).await?;
    rows.extend(notes.into_iter().filter(|note| note.seq >= from.0));
    // Stable: a note stands after the event it follows.
    rows.sort_by_key(|row| row.seq);
    let read = AgentInput {
        agent: agent.id,
        name: agent.name.clone(),
        action: AgentAction::Read { seq: conversation.last_seq },
    };
    if let Err(error) = deps.chat.agent(conversation.key, read).await {
        tracing::debug!(error = &error as &dyn std::error::Error, "cannot mark as read");
    }
    Ok(Thread {
        key: conversation.key.to_string(),
        status: status_of(deps, t, agent, conversation).await?,
        facts: facts(t, conversation, &rows, &zone),
        rows,
        noted,
        kept,
        reply_id: deps.ids.uuid().to_string(),
    })
}

/// The rows of events; the first of each day but today names its day.
fn log_rows(t: &Texts, stored: &[NumberedEvent], now: Timestamp, zone: &TimeZone) -> Vec<Row> {
    let mut rows: Vec<Row> = stored.iter().map(|event| events::row(t, event, zone)).collect();
    let mut before = format::date(now, zone);
    for (row, event) in rows.iter_mut().zip(stored) {
        let at = Timestamp::from_millisecond(event.at).unwrap_or_default();
        let today = format::date(at, zone);
        row.day = (today != before).then(|| today.clone());
        before = today;
    }
    rows
}

/// The firm's time zone.
pub async fn zone_of(deps: &AdminDeps, agent: &Agent) -> Result<TimeZone, AdminError> {
    let site = deps.storage.site(&agent.site).await?;
    Ok(site.map_or(TimeZone::UTC, |site| format::zone(&site.settings.hours.time_zone)))
}

/// First name of a person, or a dash when the account is gone.
pub async fn name_of(deps: &AdminDeps, id: AgentId) -> Result<String, AdminError> {
    Ok(deps.storage.agent(id).await?.map_or_else(|| "–".to_owned(), |agent| agent.name))
}

/// The visitor's way to be reached if one was left, else a word for anyone.
pub fn visitor<'a>(t: &'a Texts, conversation: &'a Conversation) -> &'a str {
    let contact = conversation.head.contact.as_ref();
    contact.map_or(&t.common.visitor, |contact| &contact.value)
}

fn facts(t: &Texts, conversation: &Conversation, rows: &[Row], zone: &TimeZone) -> Facts {
    let entries: BTreeMap<_, _> = rows.iter().flat_map(|row| row.sources.clone()).collect();
    let reason = match conversation.head.holder {
        Holder::Queued { reason, .. } | Holder::Human { reason, .. } => {
            Some(events::reason(t, reason).to_owned())
        }
        Holder::Bot | Holder::Closed { .. } => None,
    };
    Facts {
        name: visitor(t, conversation).to_owned(),
        page: conversation.page.clone(),
        lang: match conversation.head.lang.as_str() {
            "fr" => t.common.french.clone(),
            "en" => t.common.english.clone(),
            other => other.to_owned(),
        },
        contact: conversation.head.contact.as_ref().map(|contact| {
            let address = match contact.channel {
                ContactChannel::Email => format!("mailto:{}", contact.value),
                ContactChannel::Phone => {
                    let plain = |c: &char| c.is_ascii_digit() || *c == '+';
                    format!("tel:{}", contact.value.chars().filter(plain).collect::<String>())
                }
            };
            (address, contact.value.clone())
        }),
        reason,
        started: format::moment(conversation.created_at, zone),
        entries: entries.into_iter().collect(),
        make_entry: make_entry(rows),
    }
}

/// A person's last answer and the question before it, as a new entry.
fn make_entry(rows: &[Row]) -> Option<String> {
    let at = rows.iter().rposition(|row| row.voice == Voice::Person)?;
    let question = rows[..at].iter().rfind(|row| row.voice == Voice::Visitor)?;
    let fields = [("question", &question.text), ("answer", &rows[at].text)];
    serde_urlencoded::to_string(fields).ok().map(|query| format!("/admin/faq/new?{query}"))
}
