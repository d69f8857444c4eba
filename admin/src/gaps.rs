//! Questions the FAQ could not answer: one click from becoming an entry.

use crate::auth::{Nothing, SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format;
use crate::inbox::zone_of;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use comptoir_storage::model::{Gap, GapId, GapStatus, Page};
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

const PAGE_ROWS: u32 = 50;

/// Routes of the gap list.
pub fn routes() -> Router<AdminDeps> {
    Router::new().route("/gaps", get(page)).route("/gaps/{id}/dismiss", post(dismiss))
}

struct GapRow {
    id: String,
    question: String,
    lang: String,
    when: String,
    conversation: String,
    nearest: Option<String>,
}

#[derive(Template)]
#[template(path = "gaps.html")]
struct GapsPage {
    frame: Frame,
    rows: Vec<GapRow>,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct GapQuery {
    after: Option<Uuid>,
}

async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<GapQuery>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Gaps).await?;
    let site = &person.agent.site;
    // One more than is shown tells whether there is a next page.
    let page = Page { after: query.after.map(GapId), limit: PAGE_ROWS + 1 };
    let mut gaps = deps.storage.gaps(site, GapStatus::Open, page).await?;
    let full = gaps.len() > PAGE_ROWS as usize;
    gaps.truncate(PAGE_ROWS as usize);
    let next = full.then(|| gaps.last().map(|gap| gap.id.0.to_string())).flatten();
    let nearest: Vec<_> = gaps.iter().filter_map(|gap| gap.nearest).collect();
    let entries = deps.storage.entries_by_id(site, &nearest).await?;
    let title = |gap: &Gap| {
        let entry = entries.iter().find(|entry| Some(entry.id) == gap.nearest)?;
        let question = &entry.content.question;
        Some(fill(&frame.t.gaps.nearest, &[("question", question)]))
    };
    let zone = zone_of(&deps, &person.agent).await?;
    let rows = gaps.iter().map(|gap| row(frame.t, &deps, &zone, gap, title(gap))).collect();
    html(&GapsPage { frame, rows, next })
}

fn row(t: &Texts, deps: &AdminDeps, zone: &TimeZone, gap: &Gap, nearest: Option<String>) -> GapRow {
    GapRow {
        id: gap.id.0.to_string(),
        question: gap.question.clone(),
        lang: gap.lang.clone(),
        when: format::when(t, gap.at, deps.clock.now(), zone),
        conversation: gap.conversation.to_string(),
        nearest,
    }
}

async fn dismiss(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let site = &form.person.agent.site;
    deps.storage.set_gap_status(site, GapId(id), GapStatus::Dismissed).await?;
    Ok(Redirect::to("/admin/gaps"))
}
