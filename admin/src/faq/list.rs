//! The list of entries, with search and filters.

use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format;
use crate::inbox::zone_of;
use crate::page::{Frame, Tab, html};
use crate::texts::fill;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use comptoir_storage::model::{Entry, EntryFilter, EntryId, EntryStatus, Page};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

const PAGE_ROWS: u32 = 50;
const SNIPPET_CHARS: usize = 180;

/// `?q=…&state=…&category=…`
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FaqQuery {
    /// Words to look for.
    pub q: String,
    /// Which entries.
    pub state: StateFilter,
    /// Only this category.
    pub category: String,
    /// Last row already shown.
    pub after: Option<Uuid>,
    /// An entry that was just deleted, for undo.
    pub deleted: Option<Uuid>,
    /// How many entries were just imported.
    pub imported: Option<usize>,
}

/// Which entries to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateFilter {
    /// All but deleted ones.
    #[default]
    All,
    /// Visitors get answers from them.
    Published,
    /// Only people of the firm see them.
    Draft,
    /// Deleted; they can be restored.
    Deleted,
}

impl FaqQuery {
    /// Whether this state is chosen; for templates.
    #[must_use]
    pub fn is(&self, state: &str) -> bool {
        matches!(
            (self.state, state),
            (StateFilter::All, "all")
                | (StateFilter::Published, "published")
                | (StateFilter::Draft, "draft")
                | (StateFilter::Deleted, "deleted")
        )
    }

    fn filter(&self) -> EntryFilter {
        EntryFilter {
            text: format::filled(&self.q),
            status: match self.state {
                StateFilter::Published => Some(EntryStatus::Published),
                StateFilter::Draft => Some(EntryStatus::Draft),
                StateFilter::All | StateFilter::Deleted => None,
            },
            category: format::filled(&self.category),
            lang: None,
            deleted: self.state == StateFilter::Deleted,
        }
    }

    /// The rows after this one, under the same filters.
    fn next_link(&self, after: &str) -> String {
        let state = match self.state {
            StateFilter::All => "all",
            StateFilter::Published => "published",
            StateFilter::Draft => "draft",
            StateFilter::Deleted => "deleted",
        };
        let fields = [
            ("q", self.q.as_str()),
            ("state", state),
            ("category", &self.category),
            ("after", after),
        ];
        format!("/admin/faq?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    fn is_everything(&self) -> bool {
        self.filter() == EntryFilter::default()
    }
}

struct EntryRow {
    id: String,
    question: String,
    answer: String,
    category: Option<String>,
    is_published: bool,
    is_deleted: bool,
    changed: String,
    /// Phrasings to decide on, in words.
    offers: Option<String>,
}

#[derive(Template)]
#[template(path = "faq/list.html")]
struct FaqPage {
    frame: Frame,
    query: FaqQuery,
    rows: Vec<EntryRow>,
    categories: Vec<String>,
    count: String,
    next: Option<String>,
    note: Option<String>,
}

/// `GET /admin/faq`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<FaqQuery>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Faq).await?;
    let site = &person.agent.site;
    let filter = query.filter();
    // One more than is shown tells whether there is a next page.
    let page = Page { after: query.after.map(EntryId), limit: PAGE_ROWS + 1 };
    let mut entries = deps.storage.entries(site, &filter, page).await?;
    let full = entries.len() > PAGE_ROWS as usize;
    entries.truncate(PAGE_ROWS as usize);
    let next = full.then(|| entries.last()).flatten();
    let next = next.map(|entry| query.next_link(&entry.id.0.to_string()));
    let total = deps.storage.count_entries(site, &filter).await?.to_string();
    let count = fill(&frame.t.faq.count, &[("n", &total)]);
    let categories = deps.storage.categories(site).await?;
    let (now, zone) = (deps.clock.now(), zone_of(&deps, &person.agent).await?);
    let offers: HashMap<EntryId, u64> =
        deps.storage.proposed_phrasings(site).await?.into_iter().collect();
    let rows = entries
        .iter()
        .map(|entry| row(&frame, entry, now, &zone, offers.get(&entry.id).copied()))
        .collect();
    let imported = query.imported.map(|n| n.to_string());
    let note = imported.map(|n| fill(&frame.t.faq.import_done, &[("n", &n)]));
    html(&FaqPage { frame, query, rows, categories, count, next, note })
}

fn row(
    frame: &Frame,
    entry: &Entry,
    now: Timestamp,
    zone: &TimeZone,
    offers: Option<u64>,
) -> EntryRow {
    EntryRow {
        id: entry.id.0.to_string(),
        question: entry.content.question.clone(),
        answer: format::shortened(&entry.content.answer, SNIPPET_CHARS),
        category: entry.content.category.clone(),
        is_published: entry.is_live(),
        is_deleted: entry.deleted_at.is_some(),
        changed: format::when(frame.t, entry.updated_at, now, zone),
        offers: offers.map(|n| fill(&frame.t.faq.suggestions_count, &[("n", &n.to_string())])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_rows_keep_every_filter() {
        let asked = "q=a%26b&state=draft&category=Devis+rapide";
        let query: FaqQuery = serde_urlencoded::from_str(asked).unwrap();
        assert_eq!(query.next_link("7"), format!("/admin/faq?{asked}&after=7"));
    }
}
