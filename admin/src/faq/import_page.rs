//! Import in two steps: what would change, then the change itself. The file
//! travels with both steps, so that nothing is kept in between.

use super::proposal::Proposal;
use super::{imports, problems};
use crate::auth::{SignedIn, is_from_our_page};
use crate::checks;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comptoir_ingest::{Action, ImportPlan, Parsed, Severity, SourceHint, parse};
use comptoir_storage::model::EntryStatus;

/// Rows of the table; the counts above it are of everything.
const MAX_ROWS_SHOWN: usize = 300;

struct PlanLine {
    line: u32,
    kind: &'static str,
    action: String,
    question: String,
}

#[derive(Template)]
#[template(path = "faq/import.html")]
struct ImportPage {
    frame: Frame,
    plan: Option<PlanView>,
    problem: Option<String>,
}

struct PlanView {
    file_name: String,
    file: String,
    added: usize,
    changed: usize,
    same: usize,
    skipped: usize,
    apply: Option<String>,
    lines: Vec<PlanLine>,
}

/// The uploaded form.
pub struct Upload {
    person: SignedIn,
    file_name: String,
    bytes: Vec<u8>,
    publish: bool,
}

impl FromRequest<AdminDeps> for Upload {
    type Rejection = AdminError;

    async fn from_request(request: Request, deps: &AdminDeps) -> Result<Self, AdminError> {
        use axum::extract::FromRequestParts;
        let (mut parts, body) = request.into_parts();
        let person = SignedIn::from_request_parts(&mut parts, deps).await?;
        let lang = person.agent.lang.clone();
        let headers: HeaderMap = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let bad = || AdminError::BadForm { lang: lang.clone() };
        let mut form = Multipart::from_request(request, deps).await.map_err(|_| bad())?;
        let mut upload =
            Self { person, file_name: String::new(), bytes: Vec::new(), publish: false };
        let mut csrf = None;
        while let Some(field) = form.next_field().await.map_err(|_| bad())? {
            match field.name().unwrap_or_default() {
                "csrf" => csrf = field.text().await.ok(),
                "publish" => upload.publish = true,
                "file_name" => upload.file_name = field.text().await.map_err(|_| bad())?,
                "content" => {
                    let text = field.text().await.map_err(|_| bad())?;
                    upload.bytes = STANDARD.decode(text.trim()).map_err(|_| bad())?;
                }
                "file" => {
                    upload.file_name = field.file_name().unwrap_or_default().to_owned();
                    let too_large = |_| AdminError::FormTooLarge { lang: lang.clone() };
                    upload.bytes = field.bytes().await.map_err(too_large)?.to_vec();
                }
                _ => {}
            }
        }
        if !is_from_our_page(&headers, csrf.as_deref(), &upload.person.session.csrf) {
            return Err(AdminError::Forged { lang });
        }
        Ok(upload)
    }
}

/// `GET /admin/faq/import`
pub async fn show(
    person: SignedIn,
    State(deps): State<AdminDeps>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Faq).await?;
    html(&ImportPage { frame, plan: None, problem: None })
}

/// `POST /admin/faq/import`: what would change.
pub async fn check(
    State(deps): State<AdminDeps>,
    upload: Upload,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &upload.person, Tab::Faq).await?;
    let t = frame.t;
    let (parsed, plan) = read(&deps, &upload).await?;
    let problem =
        (parsed.format.is_none() || parsed.drafts.is_empty()).then(|| t.faq.import_refused.clone());
    let plan = Some(view(t, &upload, &parsed, &plan));
    html(&ImportPage { frame, plan, problem })
}

/// `POST /admin/faq/import/apply`
pub async fn apply(State(deps): State<AdminDeps>, upload: Upload) -> Result<Response, AdminError> {
    let (_, plan) = read(&deps, &upload).await?;
    let status = if upload.publish { EntryStatus::Published } else { EntryStatus::Draft };
    let site = &upload.person.agent.site;
    let new_id = || deps.ids.uuid();
    let writes = imports::writes(deps.storage.as_ref(), site, &plan, status, new_id).await?;
    Ok(checks::propose(&deps, &upload.person, Proposal::Import(writes)).await?.into_response())
}

async fn read(deps: &AdminDeps, upload: &Upload) -> Result<(Parsed, ImportPlan), AdminError> {
    let site = &upload.person.agent.site;
    let hint = SourceHint::named(&upload.file_name);
    let bytes = upload.bytes.clone();
    // A large file takes seconds: off the async threads.
    let parsed = tokio::task::spawn_blocking(move || parse(&bytes, &hint))
        .await
        .map_err(|_| AdminError::BadForm { lang: upload.person.agent.lang.clone() })?;
    let lang = deps
        .storage
        .site(site)
        .await?
        .map_or_else(|| upload.person.agent.lang.clone(), |site| site.settings.default_lang);
    let plan = imports::plan_import(deps.storage.as_ref(), site, &parsed.drafts, &lang).await?;
    Ok((parsed, plan))
}

fn view(t: &Texts, upload: &Upload, parsed: &Parsed, plan: &ImportPlan) -> PlanView {
    let counts = plan.counts;
    let writes = counts.added + counts.changed;
    let apply = (writes > 0).then(|| fill(&t.faq.import_apply, &[("n", &writes.to_string())]));
    let rows = plan.rows.iter().map(|row| {
        let (kind, action) = action(t, &row.action);
        PlanLine { line: row.line, kind, action, question: row.draft.question.clone() }
    });
    let notes = parsed.notes.iter().map(|note| PlanLine {
        line: note.line,
        kind: kind(note.severity),
        action: problems::in_words(t, &note.problem),
        question: String::new(),
    });
    let mut lines: Vec<PlanLine> = rows.chain(notes).collect();
    // What needs attention first, then by line.
    lines.sort_by_key(|line| (line.kind == "same", line.line));
    lines.truncate(MAX_ROWS_SHOWN);
    PlanView {
        file_name: upload.file_name.clone(),
        file: STANDARD.encode(&upload.bytes),
        added: counts.added,
        changed: counts.changed,
        same: counts.same,
        skipped: counts.skipped + parsed.skipped(),
        apply,
        lines,
    }
}

/// What a note means for its row: only what is left out is marked so.
fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Skipped => "skipped",
    }
}

fn action(t: &Texts, action: &Action) -> (&'static str, String) {
    match action {
        Action::Add => ("added", t.faq.import_added.clone()),
        Action::Change { .. } => ("changed", t.faq.import_changed.clone()),
        Action::Restore => ("added", t.faq.import_restored.clone()),
        Action::Same => ("same", t.faq.import_same.clone()),
        Action::Skip { .. } => ("skipped", t.faq.import_skipped.clone()),
    }
}
