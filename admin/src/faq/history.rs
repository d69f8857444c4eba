//! Past versions of an entry, and taking one back.

use super::edit;
use super::proposal::Proposal;
use crate::auth::{Nothing, SafeForm, SignedIn};
use crate::checks;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format;
use crate::page::{Frame, Tab, html};
use crate::texts::fill;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use comptoir_storage::model::{EntryStatus, EntryVersion};
use std::collections::HashMap;
use uuid::Uuid;

struct VersionRow {
    version: i64,
    title: String,
    author: String,
    when: String,
    question: String,
    answer: String,
    is_published: bool,
    is_deleted: bool,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "faq/history.html")]
struct HistoryPage {
    frame: Frame,
    id: String,
    rows: Vec<VersionRow>,
}

/// `GET /admin/faq/{id}/history`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Faq).await?;
    let entry = edit::find(&deps, &person, id).await?;
    let site = &person.agent.site;
    let versions = deps.storage.entry_history(site, entry.id).await?;
    let people: HashMap<_, _> =
        deps.storage.agents(site).await?.into_iter().map(|agent| (agent.id, agent.name)).collect();
    let zone = crate::inbox::zone_of(&deps, &person.agent).await?;
    let name = |version: &EntryVersion| {
        let known = version.author.and_then(|author| people.get(&author).cloned());
        known.unwrap_or_else(|| frame.t.faq.by_import.clone())
    };
    let rows = versions
        .iter()
        .map(|version| VersionRow {
            version: version.version,
            title: fill(&frame.t.faq.version, &[("n", &version.version.to_string())]),
            author: name(version),
            when: format::moment(version.at, &zone),
            question: version.content.question.clone(),
            answer: version.content.answer.clone(),
            is_published: version.content.status == EntryStatus::Published,
            is_deleted: version.deleted,
            is_current: version.version == entry.version,
        })
        .collect();
    html(&HistoryPage { frame, id: id.to_string(), rows })
}

/// `POST /admin/faq/{id}/history/{version}`: an old version becomes the newest.
pub async fn take_back(
    State(deps): State<AdminDeps>,
    Path((id, version)): Path<(Uuid, i64)>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let person = form.person;
    let entry = edit::find(&deps, &person, id).await?;
    let site = &person.agent.site;
    let history = deps.storage.entry_history(site, entry.id).await?;
    let old = history
        .into_iter()
        .find(|old| old.version == version)
        .ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })?;
    let (expected, content) = (entry.version, old.content);
    let proposal = Proposal::Update { id: entry.id, expected, content, phrasing: None };
    checks::propose(&deps, &person, proposal).await
}
