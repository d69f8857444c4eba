//! The list of conversations.

use super::status::{closed, wanted_by};
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
    Agent, AgentId, Conversation, ConversationFilter, ConversationKey, ConversationSummary, Holder,
    Page,
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
    /// Open and closed.
    All,
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
            Self::All => "all",
        }
    }

    /// What stands in place of an empty list; for templates.
    #[must_use]
    pub fn empty(self, t: &Texts) -> &str {
        match self {
            Self::Waiting => &t.inbox.empty_waiting,
            Self::Mine => &t.inbox.empty_mine,
            Self::Open => &t.inbox.empty_open,
            Self::Closed => &t.inbox.empty_closed,
            Self::All => &t.inbox.empty_all,
        }
    }

    /// Whether its rows differ in who answers, so that each must say it.
    fn is_mixed(self) -> bool {
        match self {
            Self::Open | Self::All => true,
            Self::Waiting | Self::Mine | Self::Closed => false,
        }
    }

    fn filter(self, agent: &Agent) -> ConversationFilter {
        match self {
            Self::Waiting => ConversationFilter::Waiting,
            Self::Mine => ConversationFilter::Mine(agent.id),
            Self::Open => ConversationFilter::Open,
            Self::Closed => ConversationFilter::Closed,
            Self::All => ConversationFilter::All,
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
    /// Why a person is needed, who answers, or both.
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
    /// Whether it is over.
    pub is_closed: bool,
}

/// The list, as shown beside a thread or alone.
pub struct List {
    /// Which list.
    pub view: View,
    /// Its rows.
    pub rows: Vec<ListRow>,
    /// Key of the row before the first, unless this is the first page.
    pub after: Option<String>,
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
    // One more than is shown tells whether there is a next page.
    let page = Page { after: query.after, limit: PAGE_ROWS + 1 };
    let mut found = deps.storage.inbox(&agent.site, query.view.filter(agent), page).await?;
    let full = found.len() > PAGE_ROWS as usize;
    found.truncate(PAGE_ROWS as usize);
    let next = full.then(|| found.last().map(|s| s.conversation.key.to_string())).flatten();
    let site = deps.storage.site(&agent.site).await?;
    let around = Around {
        t: Texts::get(&agent.lang),
        me: agent.clone(),
        people: deps.storage.agents(&agent.site).await?,
        view: query.view,
        delay: site.as_ref().map_or(15, |site| site.settings.reply_minutes),
        zone: site.map_or(TimeZone::UTC, |site| format::zone(&site.settings.hours.time_zone)),
        now: deps.clock.now(),
        current: query.current,
    };
    let rows = found.iter().map(|summary| around.row(summary)).collect();
    let after = query.after.map(|key| key.to_string());
    Ok(List { view: query.view, rows, after, next })
}

/// What is the same for every row.
struct Around {
    t: &'static Texts,
    me: Agent,
    /// Those whose names a row may say.
    people: Vec<Agent>,
    view: View,
    /// The firm's usual delay, in minutes.
    delay: u32,
    zone: TimeZone,
    now: Timestamp,
    current: Option<ConversationKey>,
}

impl Around {
    fn row(&self, summary: &ConversationSummary) -> ListRow {
        let (t, conversation) = (self.t, &summary.conversation);
        let last = summary.last_message.as_ref();
        let last = last.map(|event| events::row(t, event, &self.zone).text).unwrap_or_default();
        let name = match conversation.page.trim_matches('/') {
            "" => thread::visitor(t, conversation).to_owned(),
            page => format!("{} · {page}", thread::visitor(t, conversation)),
        };
        let (when, is_overdue) = self.when(conversation);
        ListRow {
            key: conversation.key.to_string(),
            name,
            label: self.label(conversation.head.holder),
            last: last.chars().take(140).collect(),
            when,
            unread: summary.unread,
            unread_words: match summary.unread {
                0 => String::new(),
                1 => t.inbox.unread_one.clone(),
                n => fill(&t.inbox.unread, &[("n", &n.to_string())]),
            },
            is_overdue,
            is_current: self.current == Some(conversation.key),
            is_waiting: matches!(conversation.head.holder, Holder::Queued { .. }),
            is_closed: matches!(conversation.head.holder, Holder::Closed { .. }),
        }
    }

    /// How long it waits and whether that is too long, or when it changed.
    fn when(&self, conversation: &Conversation) -> (String, bool) {
        let (t, now) = (self.t, self.now);
        match conversation.head.holder {
            Holder::Queued { since, .. } => {
                let waited = now.duration_since(since).as_mins();
                let delay = format::ago(t, since, now);
                let text =
                    if waited < 1 { delay } else { fill(&t.inbox.waits, &[("delay", &delay)]) };
                (text, waited >= i64::from(self.delay))
            }
            Holder::Bot | Holder::Human { .. } | Holder::Closed { .. } => {
                (format::when(t, conversation.updated_at, now, &self.zone), false)
            }
        }
    }

    fn label(&self, holder: Holder) -> String {
        let t = self.t;
        let (state, reason) = match holder {
            Holder::Bot => return t.inbox.held_bot.clone(),
            Holder::Closed { outcome, .. } => return closed(t, outcome),
            Holder::Queued { reason, wanted: Some(wanted), .. } => {
                let wanted = wanted_by(t, &self.me, wanted, self.name(wanted));
                return format!("{wanted} · {}", events::reason(t, reason));
            }
            Holder::Queued { reason, wanted: None, .. } => (t.inbox.waiting.clone(), reason),
            Holder::Human { agent, reason, .. } => (self.answering(agent), reason),
        };
        let reason = events::reason(t, reason);
        if self.view.is_mixed() { format!("{state} · {reason}") } else { reason.to_owned() }
    }

    fn answering(&self, agent: AgentId) -> String {
        let t = self.t;
        if agent == self.me.id {
            return t.inbox.held_by_you.clone();
        }
        fill(&t.inbox.held_by, &[("name", self.name(agent))])
    }

    fn name(&self, agent: AgentId) -> &str {
        let found = self.people.iter().find(|person| person.id == agent);
        found.map_or("–", |person| person.name.as_str())
    }
}
