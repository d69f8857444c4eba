//! Writing a test question.

use crate::auth::{Nothing, SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::faq::imports;
use crate::format::{filled, lines};
use crate::page::{Frame, Tab, html};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use comptoir_storage::model::{
    Check, CheckContent, CheckId, CheckTurn, Entry, EntryId, Expectation,
};
use serde::Deserialize;
use uuid::Uuid;

/// Longest question (characters).
pub const LONGEST_QUESTION: usize = 500;
/// Longest fact, and most facts of a kind.
const LONGEST_FACT: usize = 160;
const MOST_FACTS: usize = 12;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CheckForm {
    question: String,
    lang: String,
    /// Id of the expected entry; empty for a person.
    expects: String,
    must: String,
    must_not: String,
}

struct Choice {
    id: String,
    title: String,
}

#[derive(Template)]
#[template(path = "checks/edit.html")]
struct CheckPage {
    frame: Frame,
    id: Option<String>,
    form: CheckForm,
    history: Vec<(bool, String)>,
    entries: Vec<Choice>,
    /// The last reply, and what was wrong with it.
    last: Option<(String, bool)>,
    problem: Option<String>,
    note: Option<String>,
}

/// `?question=…&made=true&saved=true`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CheckQuery {
    question: String,
    made: bool,
    saved: bool,
}

/// `GET /admin/checks/new`
pub async fn new(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<CheckQuery>,
) -> Result<Html<String>, AdminError> {
    let form = CheckForm {
        question: query.question,
        lang: person.agent.lang.clone(),
        ..CheckForm::default()
    };
    html(&blank(&deps, &person, form).await?)
}

async fn blank(
    deps: &AdminDeps,
    person: &SignedIn,
    form: CheckForm,
) -> Result<CheckPage, AdminError> {
    let entries = imports::all_entries(deps.storage.as_ref(), &person.agent.site).await?;
    let choice =
        |entry: Entry| Choice { id: entry.id.0.to_string(), title: entry.content.question };
    Ok(CheckPage {
        frame: Frame::new(deps, person, Tab::Faq).await?,
        id: None,
        form,
        history: Vec::new(),
        entries: entries.into_iter().filter(Entry::is_live).map(choice).collect(),
        last: None,
        problem: None,
        note: None,
    })
}

/// `POST /admin/checks/new`
pub async fn create(
    State(deps): State<AdminDeps>,
    form: SafeForm<CheckForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let t = Texts::get(&person.agent.lang);
    match content(t, &form, Vec::new()) {
        Ok(content) => {
            let id = CheckId(deps.ids.uuid());
            let now = deps.clock.now();
            deps.storage.create_check(&person.agent.site, id, &content, now).await?;
            Ok(Redirect::to(&format!("/admin/checks/{}?saved=true", id.0)).into_response())
        }
        Err(problem) => {
            let page = blank(&deps, &person, form).await?;
            refused(&CheckPage { problem: Some(problem.to_owned()), ..page })
        }
    }
}

fn refused(page: &CheckPage) -> Result<Response, AdminError> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(page)?).into_response())
}

/// `GET /admin/checks/{id}`
pub async fn show(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    Query(query): Query<CheckQuery>,
) -> Result<Html<String>, AdminError> {
    let check = find(&deps, &person, id).await?;
    let t = Texts::get(&person.agent.lang);
    let note = if query.made {
        Some(t.checks.made.clone())
    } else {
        query.saved.then(|| t.checks.saved.clone())
    };
    let page = stored_page(&deps, &person, &check, form_of(&check)).await?;
    html(&CheckPage { note, ..page })
}

async fn stored_page(
    deps: &AdminDeps,
    person: &SignedIn,
    check: &Check,
    form: CheckForm,
) -> Result<CheckPage, AdminError> {
    let t = Texts::get(&person.agent.lang);
    let last = check.last.as_ref();
    let turn = |turn: &CheckTurn| match turn {
        CheckTurn::Visitor(text) => (true, text.clone()),
        CheckTurn::Bot(text) => (false, text.clone()),
    };
    Ok(CheckPage {
        id: Some(check.id.0.to_string()),
        history: check.content.history.iter().map(turn).collect(),
        last: last.map(|last| (super::words::reply(t, &last.seen), last.is_right)),
        ..blank(deps, person, form).await?
    })
}

async fn find(deps: &AdminDeps, person: &SignedIn, id: Uuid) -> Result<Check, AdminError> {
    let found = deps.storage.check(&person.agent.site, CheckId(id)).await?;
    found.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })
}

fn form_of(check: &Check) -> CheckForm {
    let content = &check.content;
    CheckForm {
        question: content.question.clone(),
        lang: content.lang.clone(),
        expects: match content.expects {
            Expectation::Entry(id) => id.0.to_string(),
            Expectation::Person => String::new(),
        },
        must: content.must.join("\n"),
        must_not: content.must_not.join("\n"),
    }
}

/// `POST /admin/checks/{id}`
pub async fn save(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<CheckForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let t = Texts::get(&person.agent.lang);
    let check = find(&deps, &person, id).await?;
    match content(t, &form, check.content.history.clone()) {
        Ok(content) => {
            let now = deps.clock.now();
            deps.storage.update_check(&person.agent.site, check.id, &content, now).await?;
            Ok(Redirect::to(&format!("/admin/checks/{id}?saved=true")).into_response())
        }
        Err(problem) => {
            let page = stored_page(&deps, &person, &check, form).await?;
            refused(&CheckPage { problem: Some(problem.to_owned()), ..page })
        }
    }
}

/// What was typed as a test question, or what is wrong with it.
fn content<'t>(
    t: &'t Texts,
    form: &CheckForm,
    history: Vec<CheckTurn>,
) -> Result<CheckContent, &'t str> {
    let question = one_line(&form.question);
    if question.is_empty() {
        return Err(&t.checks.no_question);
    }
    let (must, must_not) = (lines(&form.must), lines(&form.must_not));
    let too_long = |fact: &String| fact.chars().count() > LONGEST_FACT;
    let too_many = must.len() > MOST_FACTS || must_not.len() > MOST_FACTS;
    if question.chars().count() > LONGEST_QUESTION
        || too_many
        || must.iter().chain(&must_not).any(too_long)
    {
        return Err(&t.checks.too_long);
    }
    let entry = Uuid::try_parse(form.expects.trim()).ok().map(EntryId);
    Ok(CheckContent {
        question,
        lang: filled(&form.lang).unwrap_or_else(|| "fr".to_owned()),
        history,
        expects: entry.map_or(Expectation::Person, Expectation::Entry),
        must,
        must_not,
    })
}

/// A text without line breaks and double spaces.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `POST /admin/checks/{id}/delete`: undone by `restore`.
pub async fn delete(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let (site, now) = (&form.person.agent.site, deps.clock.now());
    deps.storage.set_check_deleted(site, CheckId(id), Some(now)).await?;
    Ok(Redirect::to(&format!("/admin/checks?deleted={id}")))
}

/// `POST /admin/checks/{id}/restore`
pub async fn restore(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let site = &form.person.agent.site;
    deps.storage.set_check_deleted(site, CheckId(id), None).await?;
    Ok(Redirect::to("/admin/checks"))
}
