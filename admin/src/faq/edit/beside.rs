//! What stands beside an entry while it is written: phrasings to accept, a
//! published entry that asks nearly the same, and the questions it is written
//! for, asked on the draft.

use super::{EntryForm, find};
use crate::auth::{Nothing, SafeForm};
use crate::checks;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::faq::proposal::Proposal;
use crate::gaps;
use crate::page::html;
use crate::rehearsal::{EntryChange, Twin};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use comptoir_ingest::limits;
use comptoir_storage::model::{
    Check, CheckContent, CheckId, Entry, EntryContent, EntryId, EntryStatus, Expectation, Gap,
    PhrasingId, PhrasingSource, PhrasingStatus,
};
use uuid::Uuid;

/// A phrasing to decide on.
pub struct Suggestion {
    /// Which.
    pub id: String,
    /// The words.
    pub text: String,
    /// Where they come from, in words.
    pub source: String,
}

/// Phrasings of an entry to decide on.
///
/// # Errors
/// When storage fails.
pub async fn suggestions(
    deps: &AdminDeps,
    t: &Texts,
    entry: &Entry,
) -> Result<Vec<Suggestion>, AdminError> {
    let all = deps.storage.phrasings(&entry.site, entry.id).await?;
    let open = all.into_iter().filter(|phrasing| phrasing.status == PhrasingStatus::Proposed);
    let known = |text: &String| entry.content.alternatives.contains(text);
    Ok(open
        .filter(|phrasing| !known(&phrasing.text))
        .map(|phrasing| Suggestion {
            id: phrasing.id.0.to_string(),
            text: phrasing.text,
            source: match phrasing.source {
                PhrasingSource::Model => t.faq.suggested_by_model.clone(),
                PhrasingSource::Conversation => t.faq.suggested_by_visitor.clone(),
            },
        })
        .collect())
}

/// `POST /admin/faq/{id}/phrasings/{phrasing}/accept`: it becomes one of the
/// entry's alternatives.
pub async fn accept(
    State(deps): State<AdminDeps>,
    Path((id, phrasing)): Path<(Uuid, Uuid)>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let entry = find(&deps, &form.person, id).await?;
    let all = deps.storage.phrasings(&entry.site, entry.id).await?;
    let found = all.into_iter().find(|known| known.id.0 == phrasing);
    let Some(found) = found.filter(|found| found.status == PhrasingStatus::Proposed) else {
        return Ok(Redirect::to(&format!("/admin/faq/{id}")));
    };
    let mut alternatives = entry.content.alternatives.clone();
    alternatives.push(found.text);
    alternatives.truncate(limits::ITEMS);
    let content = EntryContent { alternatives, ..entry.content };
    let (id, expected, phrasing) = (entry.id, entry.version, Some(found.id));
    checks::propose(&deps, &form.person, Proposal::Update { id, expected, content, phrasing }).await
}

/// `POST /admin/faq/{id}/phrasings/{phrasing}/decline`
pub async fn decline(
    State(deps): State<AdminDeps>,
    Path((id, phrasing)): Path<(Uuid, Uuid)>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let entry = find(&deps, &form.person, id).await?;
    let (id, declined) = (entry.id.0, PhrasingStatus::Declined);
    deps.storage.set_phrasing_status(&entry.site, PhrasingId(phrasing), declined).await?;
    Ok(Redirect::to(&format!("/admin/faq/{id}")))
}

#[derive(Template)]
#[template(path = "faq/twin.html")]
struct TwinPart {
    t: &'static Texts,
    twin: Option<Twin>,
}

/// `POST /admin/faq/twin`: whether a published entry asks nearly the same.
pub async fn twin(
    State(deps): State<AdminDeps>,
    form: SafeForm<EntryForm>,
) -> Result<Html<String>, AdminError> {
    let SafeForm { person, form } = form;
    let except = Uuid::try_parse(&form.id).ok().map(EntryId);
    let found = deps.rehearsal.twin(&person.agent.site, form.question.trim(), except).await;
    let twin = found.unwrap_or_else(|error| {
        // A warning that cannot be given keeps nobody from writing.
        tracing::warn!(error = &error as &dyn std::error::Error, "no look for a twin");
        None
    });
    html(&TwinPart { t: Texts::get(&person.agent.lang), twin })
}

/// `POST /admin/faq/retest`: the questions an entry is written for, on the FAQ
/// as it would be with what is typed.
pub async fn retest(
    State(deps): State<AdminDeps>,
    headers: HeaderMap,
    form: SafeForm<EntryForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let t = Texts::get(&person.agent.lang);
    let content = match form.content(t) {
        Ok(content) => EntryContent { status: EntryStatus::Published, ..content },
        Err(problem) => return Ok(html(&Sentence { text: problem })?.into_response()),
    };
    let site = &person.agent.site;
    let mut asked: Vec<Gap> = Vec::new();
    for id in gaps::ids(&form.gap) {
        asked.extend(deps.storage.gap(site, id).await?);
    }
    let id = Uuid::try_parse(&form.id).map_or_else(|_| EntryId(deps.ids.uuid()), EntryId);
    let now = deps.clock.now();
    let entry = Entry {
        id,
        site: site.clone(),
        external_id: None,
        version: form.version + 1,
        revision: 0,
        content,
        deleted_at: None,
        created_at: now,
        updated_at: now,
    };
    let checks = asked.into_iter().map(|gap| check_of(gap, id)).collect();
    let changes = vec![EntryChange::As(Box::new(entry))];
    let part = checks::retest(&deps, &person, checks, changes).await;
    let page =
        if headers.contains_key("hx-request") { &part } else { part.trim_end_matches("/part") };
    Ok(Redirect::to(page).into_response())
}

/// A question of the gap list as a test question that the entry should answer.
fn check_of(gap: Gap, entry: EntryId) -> Check {
    Check {
        id: CheckId(gap.id.0),
        site: gap.site,
        content: CheckContent {
            question: gap.question,
            lang: gap.lang,
            expects: Expectation::Entry(entry),
            ..CheckContent::default()
        },
        last: None,
        deleted_at: None,
        created_at: gap.at,
    }
}

#[derive(Template)]
#[template(path = "faq/sentence.html")]
struct Sentence<'a> {
    text: &'a str,
}
