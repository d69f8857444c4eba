//! Writing an entry: the page and its forms. Changes go through the test
//! questions ([`crate::checks::propose`]).

mod actions;
mod beside;
mod form;

pub use actions::{delete, publish, restore, unpublish};
pub use beside::{accept, decline, retest, twin};
pub use form::EntryForm;

use super::proposal::Proposal;
use crate::auth::{SafeForm, SignedIn};
use crate::checks;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::filled;
use crate::gaps;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use beside::Suggestion;
use comptoir_storage::StorageError;
use comptoir_storage::model::{Entry, EntryContent, EntryId, NewEntry};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "faq/edit.html")]
struct EditPage {
    frame: Frame,
    id: Option<String>,
    form: EntryForm,
    is_published: bool,
    is_deleted: bool,
    categories: Vec<String>,
    theirs: Option<EntryContent>,
    problem: Option<String>,
    note: Option<String>,
    /// Phrasings to decide on.
    suggestions: Vec<Suggestion>,
    /// Questions the entry is written for: the button that asks them, if any.
    retest: Option<String>,
}

/// `?gap=…&question=…&saved=…`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditQuery {
    gap: String,
    question: String,
    answer: String,
    saved: bool,
}

/// `GET /admin/faq/new`, prefilled from unanswered questions or a thread.
pub async fn new(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<EditQuery>,
) -> Result<Html<String>, AdminError> {
    let from = gaps::prefilled(&deps, &person.agent.site, &query.gap).await?;
    let form = EntryForm {
        question: filled(&from.question).unwrap_or(query.question),
        answer: filled(&from.answer).unwrap_or(query.answer),
        alternatives: from.alternatives.join("\n"),
        lang: from.lang.unwrap_or_else(|| person.agent.lang.clone()),
        gap: gaps::ids_text(from.gaps.iter().map(|gap| &gap.id)),
        ..EntryForm::default()
    };
    html(&blank(&deps, &person, form).await?)
}

async fn blank(
    deps: &AdminDeps,
    person: &SignedIn,
    form: EntryForm,
) -> Result<EditPage, AdminError> {
    let frame = Frame::new(deps, person, Tab::Faq).await?;
    let asked = gaps::ids(&form.gap).len();
    let retest = match asked {
        0 => None,
        1 => Some(frame.t.gaps.retest_one.clone()),
        n => Some(fill(&frame.t.gaps.retest, &[("n", &n.to_string())])),
    };
    Ok(EditPage {
        frame,
        id: None,
        form,
        is_published: false,
        is_deleted: false,
        categories: deps.storage.categories(&person.agent.site).await?,
        theirs: None,
        problem: None,
        note: None,
        suggestions: Vec::new(),
        retest,
    })
}

/// `POST /admin/faq/new`
pub async fn create(
    State(deps): State<AdminDeps>,
    form: SafeForm<EntryForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let t = Texts::get(&person.agent.lang);
    let content = match form.content(t) {
        Ok(content) => content,
        Err(problem) => {
            let page = EditPage {
                problem: Some(problem.to_owned()),
                ..blank(&deps, &person, form).await?
            };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
    };
    let entry = NewEntry { id: EntryId(deps.ids.uuid()), external_id: None, content };
    let proposal = Proposal::Create { entry, gaps: gaps::ids(&form.gap) };
    Ok(checks::propose(&deps, &person, proposal).await?.into_response())
}

/// `GET /admin/faq/{id}`
pub async fn show(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    Query(query): Query<EditQuery>,
) -> Result<Html<String>, AdminError> {
    let entry = find(&deps, &person, id).await?;
    let t = Texts::get(&person.agent.lang);
    let note = query
        .saved
        .then(|| if entry.is_live() { t.faq.saved.clone() } else { t.faq.saved_draft.clone() });
    let page = EditPage { note, ..stored(&deps, &person, &entry, EntryForm::of(&entry)).await? };
    html(&page)
}

/// The entry, if it is of the person's own site.
pub async fn find(deps: &AdminDeps, person: &SignedIn, id: Uuid) -> Result<Entry, AdminError> {
    let found = deps.storage.entry(&person.agent.site, EntryId(id)).await?;
    found.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })
}

async fn stored(
    deps: &AdminDeps,
    person: &SignedIn,
    entry: &Entry,
    form: EntryForm,
) -> Result<EditPage, AdminError> {
    let waiting = deps.storage.gaps_of_entry(&person.agent.site, entry.id).await?;
    let gap = gaps::ids_text(waiting.iter().map(|gap| &gap.id));
    let t = Texts::get(&person.agent.lang);
    Ok(EditPage {
        id: Some(entry.id.0.to_string()),
        is_published: entry.is_live(),
        is_deleted: entry.deleted_at.is_some(),
        suggestions: beside::suggestions(deps, t, entry).await?,
        ..blank(deps, person, EntryForm { gap, id: entry.id.0.to_string(), ..form }).await?
    })
}

/// `POST /admin/faq/{id}`. Somebody else's change in the meantime is shown
/// beside what was typed; saving again replaces it.
pub async fn save(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<EntryForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let t = Texts::get(&person.agent.lang);
    let entry = find(&deps, &person, id).await?;
    let content = match form.content(t) {
        Ok(content) => content,
        Err(problem) => {
            let page = stored(&deps, &person, &entry, form).await?;
            let page = EditPage { problem: Some(problem.to_owned()), ..page };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
    };
    if entry.version != form.version {
        return conflict(&deps, &person, id, form).await;
    }
    let expected = form.version;
    let proposal = Proposal::Update { id: entry.id, expected, content, phrasing: None };
    match checks::propose(&deps, &person, proposal).await {
        Ok(page) => Ok(page.into_response()),
        Err(AdminError::Storage(StorageError::StaleVersion { .. })) => {
            conflict(&deps, &person, id, form).await
        }
        Err(error) => Err(error),
    }
}

async fn conflict(
    deps: &AdminDeps,
    person: &SignedIn,
    id: Uuid,
    form: EntryForm,
) -> Result<Response, AdminError> {
    let entry = find(deps, person, id).await?;
    let form = EntryForm { version: entry.version, ..form };
    let page = stored(deps, person, &entry, form).await?;
    let problem = Some(page.frame.t.faq.conflict.clone());
    let page = EditPage { problem, theirs: Some(entry.content), ..page };
    Ok((StatusCode::CONFLICT, html(&page)?).into_response())
}

/// The page as it was when a change was proposed, with the words of then.
///
/// # Errors
/// When storage fails, or the entry is gone.
pub async fn typed(
    deps: &AdminDeps,
    person: &SignedIn,
    proposal: &Proposal,
) -> Result<Response, AdminError> {
    match proposal {
        Proposal::Create { entry, gaps: asked } => {
            let gap = gaps::ids_text(asked);
            let form = EntryForm { gap, ..EntryForm::of_new(entry) };
            Ok(html(&blank(deps, person, form).await?)?.into_response())
        }
        Proposal::Update { id, expected, content, .. } => {
            let entry = find(deps, person, id.0).await?;
            let form = EntryForm { version: *expected, ..EntryForm::of_content(content) };
            Ok(html(&stored(deps, person, &entry, form).await?)?.into_response())
        }
        Proposal::Delete { .. } | Proposal::Import(_) => {
            Ok(axum::response::Redirect::to(&proposal.back()).into_response())
        }
    }
}
