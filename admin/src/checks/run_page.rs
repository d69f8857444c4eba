//! A run: its progress, then what would change and the decision.

use super::gate::{propose, tools};
use super::runs::{self, Progress, Purpose, Run};
use super::words::{self, LineView};
use crate::auth::{Nothing, SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::faq::{self, proposal::Proposal};
use crate::page::{Frame, Tab, html};
use crate::rehearsal::{Rehearsed, RehearsedLine};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_storage::StorageError;
use comptoir_storage::model::{CheckContent, CheckId, PublishGate, SiteId};
use std::sync::Arc;
use uuid::Uuid;

/// What is known of a run.
struct RunView {
    id: String,
    title: String,
    /// Whether a change waits for it.
    publishes: bool,
    /// Whether questions of the gap list were asked.
    retests: bool,
    running: Option<String>,
    done: usize,
    total: usize,
    /// What went wrong with the run itself.
    problem: Option<String>,
    summary: Option<String>,
    broken: Vec<LineView>,
    changed: Vec<LineView>,
    wrong: Vec<LineView>,
    right: Vec<LineView>,
    blocks: bool,
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "checks/run.html")]
struct RunPage {
    frame: Frame,
    run: RunView,
}

#[derive(Template)]
#[template(path = "checks/run_part.html")]
struct RunPart {
    frame: RunFrame,
    run: RunView,
}

/// What the part needs of the frame.
struct RunFrame {
    t: &'static Texts,
    csrf: String,
}

/// `GET /admin/checks/runs/{run}`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
) -> Result<Response, AdminError> {
    let run = find(&deps, &person, id)?;
    if let Progress::Applied(page) = run.progress() {
        return Ok(Redirect::to(&page).into_response());
    }
    let frame = Frame::new(&deps, &person, Tab::Faq).await?;
    let run = view(&deps, frame.t, &run, None).await?;
    Ok(html(&RunPage { frame, run })?.into_response())
}

/// `GET /admin/checks/runs/{run}/part`: for a page that follows it.
pub async fn part(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
) -> Result<Response, AdminError> {
    let run = find(&deps, &person, id)?;
    if let Progress::Applied(page) = run.progress() {
        let page = HeaderValue::from_str(&page).map_err(|_| not_found(&person))?;
        return Ok(([("hx-redirect", page)], StatusCode::NO_CONTENT).into_response());
    }
    let t = Texts::get(&person.agent.lang);
    let run = view(&deps, t, &run, None).await?;
    let frame = RunFrame { t, csrf: person.session.csrf.clone() };
    Ok(html(&RunPart { frame, run })?.into_response())
}

/// `POST /admin/checks/runs/{run}/cancel`
pub async fn cancel(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    find(&deps, &form.person, id)?.cancel();
    Ok(Redirect::to(&format!("/admin/checks/runs/{id}")))
}

/// `POST /admin/checks/runs/{run}/publish`, with the questions whose new reply
/// is meant (`meant`, any number). A site that blocks wants all broken ones.
pub async fn publish(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Vec<(String, String)>>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form: fields } = form;
    let run = find(&deps, &person, id)?;
    let (Purpose::Publish(proposal), Progress::Done(rehearsed)) = (&run.purpose, run.progress())
    else {
        return Ok(Redirect::to(&format!("/admin/checks/runs/{id}")).into_response());
    };
    let meant: Vec<CheckId> = fields
        .iter()
        .filter(|(name, _)| name == "meant")
        .filter_map(|(_, id)| Uuid::try_parse(id).ok().map(CheckId))
        .collect();
    let is_left = |line: &RehearsedLine| line.is_broken() && !meant.contains(&line.check);
    if blocks(&deps, &run.site).await? && rehearsed.lines.iter().any(is_left) {
        let frame = Frame::new(&deps, &person, Tab::Faq).await?;
        let problem = Some(frame.t.checks.still_broken.clone());
        let run = view(&deps, frame.t, &run, problem).await?;
        let page = html(&RunPage { frame, run })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if deps.storage.entry_revision(&run.site).await? != rehearsed.revision {
        // What was shown speaks of another FAQ: the questions are asked again.
        return Ok(propose(&deps, &person, Proposal::clone(proposal)).await?.into_response());
    }
    if !run.decide() {
        return Ok(Redirect::to(&format!("/admin/checks/runs/{id}")).into_response());
    }
    let accepted = accepted(&deps, &run, &rehearsed, &meant);
    let (tools, author) = (tools(&deps), person.agent.id);
    let done = runs::publish(&tools, &run.site, author, proposal, &rehearsed, &accepted).await;
    match done {
        Ok(page) => {
            run.applied(&page);
            Ok(Redirect::to(&page).into_response())
        }
        Err(StorageError::StaleVersion { .. }) => {
            run.undecide();
            let frame = Frame::new(&deps, &person, Tab::Faq).await?;
            let problem = Some(frame.t.checks.conflict.clone());
            let run = view(&deps, frame.t, &run, problem).await?;
            Ok((StatusCode::CONFLICT, html(&RunPage { frame, run })?).into_response())
        }
        Err(error) => {
            run.undecide();
            Err(error.into())
        }
    }
}

/// `POST /admin/checks/runs/{run}/back`: to the words that were to be published.
pub async fn back(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Response, AdminError> {
    let run = find(&deps, &form.person, id)?;
    run.cancel();
    match &run.purpose {
        Purpose::Publish(proposal) => faq::typed(&deps, &form.person, proposal).await,
        Purpose::Look | Purpose::Retest => Ok(Redirect::to("/admin/checks").into_response()),
    }
}

fn find(deps: &AdminDeps, person: &SignedIn, id: Uuid) -> Result<Arc<Run>, AdminError> {
    deps.runs.find(&person.agent.site, id).ok_or_else(|| not_found(person))
}

fn not_found(person: &SignedIn) -> AdminError {
    AdminError::NotFound { lang: person.agent.lang.clone() }
}

async fn blocks(deps: &AdminDeps, site: &SiteId) -> Result<bool, AdminError> {
    let site = deps.storage.site(site).await?;
    Ok(site.is_some_and(|site| site.settings.publish_gate == PublishGate::Block))
}

/// What the questions ask for whose new reply is meant.
fn accepted(
    deps: &AdminDeps,
    run: &Run,
    rehearsed: &Rehearsed,
    meant: &[CheckId],
) -> Vec<(CheckId, CheckContent)> {
    let lines = rehearsed.lines.iter().filter(|line| meant.contains(&line.check));
    lines
        .filter_map(|line| {
            let check = run.checks.iter().find(|check| check.id == line.check)?;
            Some((check.id, deps.rehearsal.adapted(check, line)))
        })
        .collect()
}

async fn view(
    deps: &AdminDeps,
    t: &Texts,
    run: &Run,
    problem: Option<String>,
) -> Result<RunView, AdminError> {
    let (done, total) = (run.done().min(run.checks.len()), run.checks.len());
    let publishes = matches!(run.purpose, Purpose::Publish(_));
    let count = [("done", done.to_string()), ("total", total.to_string())];
    let count = count.each_ref().map(|(name, number)| (*name, number.as_str()));
    let mut view = RunView {
        id: run.id.to_string(),
        title: if publishes {
            t.checks.before_publishing.clone()
        } else {
            t.checks.run_title.clone()
        },
        publishes,
        retests: matches!(run.purpose, Purpose::Retest),
        running: None,
        done,
        total,
        problem,
        summary: None,
        broken: Vec::new(),
        changed: Vec::new(),
        wrong: Vec::new(),
        right: Vec::new(),
        blocks: publishes && blocks(deps, &run.site).await?,
        back: match &run.purpose {
            Purpose::Publish(proposal) => match **proposal {
                Proposal::Create { .. } | Proposal::Update { .. } => None,
                Proposal::Delete { .. } | Proposal::Import(_) => Some(proposal.back()),
            },
            Purpose::Look | Purpose::Retest => Some("/admin/checks".to_owned()),
        },
    };
    match run.progress() {
        Progress::Running => view.running = Some(fill(&t.checks.running, &count)),
        Progress::Done(rehearsed) => sort(t, run, &rehearsed, &mut view),
        Progress::Applied(_) => {}
        Progress::Conflict => view.problem = Some(t.checks.conflict.clone()),
        Progress::Failed => view.problem = Some(t.checks.failed.clone()),
        Progress::Late => view.problem = Some(t.checks.late.clone()),
        Progress::Cancelled => view.problem = Some(t.checks.cancelled.clone()),
    }
    Ok(view)
}

/// Puts every question where the owner looks for it.
fn sort(t: &Texts, run: &Run, rehearsed: &Rehearsed, view: &mut RunView) {
    for line in &rehearsed.lines {
        let Some(check) = run.checks.iter().find(|check| check.id == line.check) else {
            continue;
        };
        let shown = words::line(t, check, line);
        let is_wrong = !line.problems.is_empty();
        if view.publishes && line.is_broken() {
            view.broken.push(shown);
        } else if view.publishes && line.difference.is_some() {
            view.changed.push(shown);
        } else if is_wrong {
            view.wrong.push(shown);
        } else {
            view.right.push(shown);
        }
    }
    let numbers = [
        ("right", (view.total - view.wrong.len() - view.broken.len()).to_string()),
        ("broken", view.broken.len().to_string()),
        ("changed", view.changed.len().to_string()),
        ("total", view.total.to_string()),
    ];
    let numbers = numbers.each_ref().map(|(name, number)| (*name, number.as_str()));
    let form = match (view.publishes, view.retests) {
        (true, _) if view.broken.is_empty() => &t.checks.summary_changed,
        (true, _) => &t.checks.summary_broken,
        (false, true) => &t.checks.summary_retest,
        (false, false) => &t.checks.summary_look,
    };
    view.summary = Some(fill(form, &numbers));
}
