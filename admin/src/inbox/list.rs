//! The list of conversations.

use super::thread;
use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use crate::{events, format};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use comptoir_storage::model::{
    Agent, ConversationFilter, ConversationKey, ConversationSummary, Holder, Page,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Rows of one page of the list.
const PAGE_ROWS: u32 = 50;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// Waiting for a person.
    #[default]
    Waiting,
    /// Held by the person.
    Mine,
    /// Not closed.
    Open,
    /// Closed.
    Closed,
}

impl View {
    /// Name in addresses; for templates.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Mine => "mine",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    fn filter(self, agent: &Agent) -> ConversationFilter {
        match self {
            Self::Waiting => ConversationFilter::Waiting,
            Self::Mine => ConversationFilter::Mine(agent.id),
            Self::Open => ConversationFilter::Open,
            Self::Closed => ConversationFilter::Closed,
        }
    }
}

/// `?view=…&after=…`
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    /// Which list.
    #[serde(default)]
    pub view: View,
    /// Last row already shown.
    pub after: Option<ConversationKey>,
    /// The conversation shown beside the list.
    pub current: Option<ConversationKey>,
}

/// A row of the list.
pub struct ListRow {
    /// Conversation id.
    pub key: String,
    /// Way to reach the visitor if one was left, and the page.
    pub name: String,
    /// Why a person is needed, or who answers.
    pub label: String,
    /// The last message.
    pub last: String,
    /// How long it waits, or how long ago it changed.
    pub when: String,
    /// Visitor messages nobody of the firm has seen.
    pub unread: u32,
    /// The same in words; empty when there are none.
    pub unread_words: String,
    /// Whether the firm's usual delay has passed.
    pub is_overdue: bool,
    /// Whether it is the conversation shown beside the list.
    pub is_current: bool,
    /// Whether it waits for a person.
    pub is_waiting: bool,
}

/// The list, as shown beside a thread or alone.
pub struct List {
    /// Which list.
    pub view: View,
    /// Its rows.
    pub rows: Vec<ListRow>,
    /// Key for the next page.
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "inbox/page.html")]
struct InboxPage {
    frame: Frame,
    list: List,
}

#[derive(Template)]
#[template(path = "inbox/rows.html")]
struct RowsPart {
    t: &'static Texts,
    list: List,
}

/// `GET /admin/inbox`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<ListQuery>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Inbox).await?;
    let list = load(&deps, &person.agent, &query).await?;
    html(&InboxPage { frame, list })
}

/// `GET /admin/inbox/rows`: the rows alone, for live updates.
pub async fn rows(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<ListQuery>,
) -> Result<Html<String>, AdminError> {
    let list = load(&deps, &person.agent, &query).await?;
    html(&RowsPart { t: Texts::get(&person.agent.lang), list })
}

/// Reads a page of the list.
pub async fn load(deps: &AdminDeps, agent: &Agent, query: &ListQuery) -> Result<List, AdminError> {
    let t = Texts::get(&agent.lang);
    // One more than is shown tells whether there is a next page.
    let page = Page { after: query.after, limit: PAGE_ROWS + 1 };
    let mut found = deps.storage.inbox(&agent.site, query.view.filter(agent), page).await?;
    let delay = deps.storage.site(&agent.site).await?.map_or(15, |s| s.settings.reply_minutes);
    let zone = thread::zone_of(deps, agent).await?;
    let now = deps.clock.now();
    let full = found.len() > PAGE_ROWS as usize;
    found.truncate(PAGE_ROWS as usize);
    let next = full.then(|| found.last().map(|s| s.conversation.key.to_string())).flatten();
    let rows = found.iter().map(|s| row(t, s, (now, &zone), delay, query.current)).collect();
    Ok(List { view: query.view, rows, next })
}

fn row(
    t: &Texts,
    summary: &ConversationSummary,
    (now, zone): (Timestamp, &TimeZone),
    delay_minutes: u32,
    current: Option<ConversationKey>,
) -> ListRow {
    let conversation = &summary.conversation;
    let last = summary.last_message.as_ref().map(|event| events::row(t, event, zone).text);
    let changed = || format::when(t, conversation.updated_at, now, zone);
    let (label, when, is_overdue) = match conversation.head.holder {
        Holder::Queued { since, reason } => {
            let waited = now.duration_since(since).as_mins();
            let delay = format::ago(t, since, now);
            let text = if waited < 1 { delay } else { fill(&t.inbox.waits, &[("delay", &delay)]) };
            (events::reason(t, reason).to_owned(), text, waited >= i64::from(delay_minutes))
        }
        Holder::Human { reason, .. } => (events::reason(t, reason).to_owned(), changed(), false),
        Holder::Bot => (t.inbox.held_bot.clone(), changed(), false),
        Holder::Closed { .. } => (t.inbox.is_closed.clone(), changed(), false),
    };
    let name = match conversation.page.trim_matches('/') {
        "" => thread::visitor(t, conversation).to_owned(),
        page => format!("{} · {page}", thread::visitor(t, conversation)),
    };
    ListRow {
        key: conversation.key.to_string(),
        name,
        label,
        last: last.unwrap_or_default().chars().take(140).collect(),
        when,
        unread: summary.unread,
        unread_words: match summary.unread {
            0 => String::new(),
            1 => t.inbox.unread_one.clone(),
            n => fill(&t.inbox.unread, &[("n", &n.to_string())]),
        },
        is_overdue,
        is_current: current == Some(conversation.key),
        is_waiting: matches!(conversation.head.holder, Holder::Queued { .. }),
    }
}
