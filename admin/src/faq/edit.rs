//! Writing an entry: create, change, publish, delete, restore.

use crate::auth::{Nothing, SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::{filled, items, lines};
use crate::page::{Frame, Tab, html};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use comptoir_ingest::limits;
use comptoir_storage::StorageError;
use comptoir_storage::model::{
    Entry, EntryContent, EntryId, EntryStatus, GapId, GapStatus, NewEntry,
};
use serde::Deserialize;
use uuid::Uuid;

/// What was typed. Kept whole when it is refused, so that nothing is lost.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    question: String,
    answer: String,
    alternatives: String,
    category: String,
    keywords: String,
    lang: String,
    version: i64,
    publish: bool,
    gap: Option<Uuid>,
}

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
}

/// `?gap=…&question=…&saved=…`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditQuery {
    gap: Option<Uuid>,
    question: String,
    answer: String,
    saved: bool,
}

/// `GET /admin/faq/new`, prefilled from an unanswered question or a thread.
pub async fn new(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<EditQuery>,
) -> Result<Html<String>, AdminError> {
    let gap = match query.gap {
        Some(id) => deps.storage.gap(&person.agent.site, GapId(id)).await?,
        None => None,
    };
    let form = EntryForm {
        question: gap.as_ref().map_or(query.question, |gap| gap.question.clone()),
        answer: query.answer,
        lang: gap.as_ref().map_or_else(|| person.agent.lang.clone(), |gap| gap.lang.clone()),
        gap: gap.map(|gap| gap.id.0),
        ..EntryForm::default()
    };
    let page = blank(&deps, &person, form).await?;
    html(&page)
}

async fn blank(
    deps: &AdminDeps,
    person: &SignedIn,
    form: EntryForm,
) -> Result<EditPage, AdminError> {
    Ok(EditPage {
        frame: Frame::new(deps, person, Tab::Faq).await?,
        id: None,
        form,
        is_published: false,
        is_deleted: false,
        categories: deps.storage.categories(&person.agent.site).await?,
        theirs: None,
        problem: None,
        note: None,
    })
}

/// `POST /admin/faq/new`
pub async fn create(
    State(deps): State<AdminDeps>,
    form: SafeForm<EntryForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let t = Texts::get(&person.agent.lang);
    let content = match content(t, &form) {
        Ok(content) => content,
        Err(problem) => {
            let page = EditPage {
                problem: Some(problem.to_owned()),
                ..blank(&deps, &person, form).await?
            };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
    };
    let (site, now) = (&person.agent.site, deps.clock.now());
    let entry = NewEntry { id: EntryId(deps.ids.uuid()), external_id: None, content };
    let entry = deps.storage.create_entry(site, &entry, Some(person.agent.id), now).await?;
    if let Some(gap) = form.gap {
        deps.storage.set_gap_status(site, GapId(gap), GapStatus::Answered).await?;
    }
    Ok(Redirect::to(&format!("/admin/faq/{}?saved=true", entry.id.0)).into_response())
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
    let page = EditPage { note, ..filled_page(&deps, &person, &entry, form_of(&entry)).await? };
    html(&page)
}

/// The entry, if it is of the person's own site.
pub async fn find(deps: &AdminDeps, person: &SignedIn, id: Uuid) -> Result<Entry, AdminError> {
    let found = deps.storage.entry(&person.agent.site, EntryId(id)).await?;
    found.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })
}

async fn filled_page(
    deps: &AdminDeps,
    person: &SignedIn,
    entry: &Entry,
    form: EntryForm,
) -> Result<EditPage, AdminError> {
    Ok(EditPage {
        id: Some(entry.id.0.to_string()),
        is_published: entry.is_live(),
        is_deleted: entry.deleted_at.is_some(),
        ..blank(deps, person, form).await?
    })
}

fn form_of(entry: &Entry) -> EntryForm {
    EntryForm {
        question: entry.content.question.clone(),
        answer: entry.content.answer.clone(),
        alternatives: entry.content.alternatives.join("\n"),
        category: entry.content.category.clone().unwrap_or_default(),
        keywords: entry.content.keywords.join(", "),
        lang: entry.content.lang.clone(),
        version: entry.version,
        publish: entry.content.status == EntryStatus::Published,
        gap: None,
    }
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
    let stored = find(&deps, &person, id).await?;
    let content = match content(t, &form) {
        Ok(content) => content,
        Err(problem) => {
            let page = filled_page(&deps, &person, &stored, form).await?;
            let page = EditPage { problem: Some(problem.to_owned()), ..page };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
    };
    let (site, now, author) = (&person.agent.site, deps.clock.now(), Some(person.agent.id));
    let saved =
        deps.storage.update_entry(site, stored.id, form.version, &content, author, now).await;
    match saved {
        Ok(_) => Ok(Redirect::to(&format!("/admin/faq/{id}?saved=true")).into_response()),
        Err(StorageError::StaleVersion { actual, .. }) => {
            let stored = find(&deps, &person, id).await?;
            let form = EntryForm { version: actual, ..form };
            let page = filled_page(&deps, &person, &stored, form).await?;
            let problem = Some(t.faq.conflict.clone());
            let page = EditPage { problem, theirs: Some(stored.content), ..page };
            Ok((StatusCode::CONFLICT, html(&page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed as content, or what is wrong with it.
fn content<'t>(t: &'t Texts, form: &EntryForm) -> Result<EntryContent, &'t str> {
    let question = form.question.split_whitespace().collect::<Vec<_>>().join(" ");
    let answer = form.answer.replace("\r\n", "\n").trim().to_owned();
    if question.is_empty() || answer.is_empty() {
        return Err(&t.faq.missing);
    }
    if question.chars().count() > limits::QUESTION || answer.chars().count() > limits::ANSWER {
        return Err(&t.faq.too_long);
    }
    Ok(EntryContent {
        question,
        answer,
        alternatives: lines(&form.alternatives).into_iter().take(limits::ITEMS).collect(),
        category: filled(&form.category),
        keywords: items(&form.keywords).into_iter().take(limits::ITEMS).collect(),
        lang: filled(&form.lang).unwrap_or_else(|| "fr".to_owned()),
        status: if form.publish { EntryStatus::Published } else { EntryStatus::Draft },
    })
}

/// `POST /admin/faq/{id}/publish`
pub async fn publish(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_status(&deps, &form.person, id, EntryStatus::Published).await
}

/// `POST /admin/faq/{id}/unpublish`
pub async fn unpublish(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_status(&deps, &form.person, id, EntryStatus::Draft).await
}

async fn set_status(
    deps: &AdminDeps,
    person: &SignedIn,
    id: Uuid,
    status: EntryStatus,
) -> Result<Redirect, AdminError> {
    let entry = find(deps, person, id).await?;
    let content = EntryContent { status, ..entry.content };
    let (site, now, author) = (&person.agent.site, deps.clock.now(), Some(person.agent.id));
    deps.storage.update_entry(site, entry.id, entry.version, &content, author, now).await?;
    Ok(Redirect::to(&format!("/admin/faq/{id}?saved=true")))
}

/// `POST /admin/faq/{id}/delete`: undone by `restore`.
pub async fn delete(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_deleted(&deps, &form.person, id, true).await?;
    Ok(Redirect::to(&format!("/admin/faq?deleted={id}")))
}

/// `POST /admin/faq/{id}/restore`
pub async fn restore(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_deleted(&deps, &form.person, id, false).await?;
    Ok(Redirect::to(&format!("/admin/faq/{id}?saved=true")))
}

async fn set_deleted(
    deps: &AdminDeps,
    person: &SignedIn,
    id: Uuid,
    deleted: bool,
) -> Result<(), AdminError> {
    let entry = find(deps, person, id).await?;
    let (site, now, author) = (&person.agent.site, deps.clock.now(), Some(person.agent.id));
    deps.storage.set_entry_deleted(site, entry.id, deleted, author, now).await?;
    Ok(())
}
