//! All test questions, and what they do to a change.

use super::MOST;
use super::gate::tools;
use super::runs::Purpose;
use super::words;
use crate::auth::{Nothing, SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format;
use crate::inbox::zone_of;
use crate::page::{Frame, Tab, html};
use crate::texts::fill;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use comptoir_storage::StorageError;
use comptoir_storage::model::{
    Check, Entry, EntryId, Expectation, PublishGate, Role, SiteSettings,
};
use serde::Deserialize;
use uuid::Uuid;

struct CheckRow {
    id: String,
    question: String,
    lang: String,
    expects: String,
    state: String,
    is_right: Option<bool>,
    ran: Option<String>,
}

#[derive(Template)]
#[template(path = "checks/list.html")]
struct ChecksPage {
    frame: Frame,
    rows: Vec<CheckRow>,
    gate: &'static str,
    count: String,
    note: Option<String>,
    deleted: Option<Uuid>,
}

/// `?deleted=…&gate=true`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChecksQuery {
    deleted: Option<Uuid>,
    gate: bool,
}

/// `GET /admin/checks`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<ChecksQuery>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Faq).await?;
    let site = &person.agent.site;
    let checks = deps.storage.checks(site, MOST).await?;
    let expected: Vec<EntryId> = checks.iter().filter_map(entry_of).collect();
    let entries = deps.storage.entries_by_id(site, &expected).await?;
    let zone = zone_of(&deps, &person.agent).await?;
    let rows = checks
        .iter()
        .map(|check| {
            let (state, is_right) = words::last(frame.t, check.last.as_ref());
            CheckRow {
                id: check.id.0.to_string(),
                question: check.content.question.clone(),
                lang: check.content.lang.clone(),
                expects: expects(&frame, check, &entries),
                state,
                is_right,
                ran: check
                    .last
                    .as_ref()
                    .map(|last| format::when(frame.t, last.at, deps.clock.now(), &zone)),
            }
        })
        .collect();
    let gate = match deps.storage.site(site).await?.map(|site| site.settings.publish_gate) {
        Some(PublishGate::Off) => "off",
        Some(PublishGate::Block) => "block",
        Some(PublishGate::Warn) | None => "warn",
    };
    let count = fill(&frame.t.checks.count, &[("n", &checks.len().to_string())]);
    let note = query.gate.then(|| frame.t.checks.gate_saved.clone());
    html(&ChecksPage { frame, rows, gate, count, note, deleted: query.deleted })
}

fn entry_of(check: &Check) -> Option<EntryId> {
    match check.content.expects {
        Expectation::Entry(id) => Some(id),
        Expectation::Person => None,
    }
}

fn expects(frame: &Frame, check: &Check, entries: &[Entry]) -> String {
    match check.content.expects {
        Expectation::Person => frame.t.checks.expects_person.clone(),
        Expectation::Entry(id) => entries.iter().find(|entry| entry.id == id).map_or_else(
            || frame.t.checks.expects_gone.clone(),
            |entry| fill(&frame.t.checks.expects_entry, &[("title", &entry.content.question)]),
        ),
    }
}

/// `POST /admin/checks/run`
pub async fn run(
    State(deps): State<AdminDeps>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let agent = &form.person.agent;
    let checks = deps.storage.checks(&agent.site, MOST).await?;
    if checks.is_empty() {
        return Ok(Redirect::to("/admin/checks"));
    }
    let whose = (&agent.site, agent.id);
    let purpose = (Purpose::Look, Vec::new());
    let run = deps.runs.begin(tools(&deps), deps.ids.uuid(), whose, checks, purpose);
    Ok(Redirect::to(&format!("/admin/checks/runs/{}", run.id)))
}

/// What the questions do to a change.
#[derive(Debug, Deserialize)]
pub struct GateForm {
    gate: PublishGate,
}

/// `POST /admin/checks/gate`: owners only.
pub async fn set_gate(
    State(deps): State<AdminDeps>,
    form: SafeForm<GateForm>,
) -> Result<Redirect, AdminError> {
    let SafeForm { person, form } = form;
    let lang = person.agent.lang.clone();
    if person.agent.role != Role::Owner {
        return Err(AdminError::OwnersOnly { lang });
    }
    loop {
        let site = deps.storage.site(&person.agent.site).await?;
        let site = site.ok_or_else(|| AdminError::NotFound { lang: lang.clone() })?;
        let settings = SiteSettings { publish_gate: form.gate, ..site.settings };
        match deps.storage.update_site(&site.id, site.version, &settings, deps.clock.now()).await {
            Ok(_) => return Ok(Redirect::to("/admin/checks?gate=true")),
            // Somebody saved other settings in this very moment: once more on top of them.
            Err(StorageError::StaleVersion { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
