//! Between "publish" and published: the test questions are asked first.

use super::MOST;
use super::runs::{Progress, Purpose, Tools};
use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::faq::proposal::Proposal;
use crate::rehearsal::EntryChange;
use axum::response::Redirect;
use comptoir_storage::model::{Check, PublishGate};
use std::time::Duration;

/// How long a person waits for a run before its page is shown.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// What runs work with.
pub fn tools(deps: &AdminDeps) -> Tools {
    Tools {
        rehearsal: deps.rehearsal.clone(),
        storage: deps.storage.clone(),
        clock: deps.clock.clone(),
    }
}

/// Makes a change, once the test questions have been asked: at once when none
/// would be answered otherwise; else the page that says what would change.
///
/// # Errors
/// When storage fails or refuses.
pub async fn propose(
    deps: &AdminDeps,
    person: &SignedIn,
    proposal: Proposal,
) -> Result<Redirect, AdminError> {
    let (site, author) = (&person.agent.site, person.agent.id);
    let now = deps.clock.now();
    let changes = proposal.changes(deps.storage.as_ref(), site, now).await?;
    let checks = if changes.is_empty() { Vec::new() } else { asked_first(deps, person).await? };
    if checks.is_empty() {
        let page = proposal.apply(deps.storage.as_ref(), site, author, now).await?;
        return Ok(Redirect::to(&page));
    }
    let purpose = (Purpose::Publish(Box::new(proposal)), changes);
    let run = deps.runs.begin(tools(deps), deps.ids.uuid(), (site, author), checks, purpose);
    match run.wait(PATIENCE).await {
        Progress::Applied(page) => Ok(Redirect::to(&page)),
        Progress::Running
        | Progress::Done(_)
        | Progress::Conflict
        | Progress::Failed
        | Progress::Late
        | Progress::Cancelled => Ok(Redirect::to(&format!("/admin/checks/runs/{}", run.id))),
    }
}

/// Asks `checks` on the FAQ with a change, to look at only; gives the page.
pub async fn retest(
    deps: &AdminDeps,
    person: &SignedIn,
    checks: Vec<Check>,
    changes: Vec<EntryChange>,
) -> String {
    let whose = (&person.agent.site, person.agent.id);
    let purpose = (Purpose::Retest, changes);
    let run = deps.runs.begin(tools(deps), deps.ids.uuid(), whose, checks, purpose);
    run.wait(PATIENCE).await;
    format!("/admin/checks/runs/{}/part", run.id)
}

/// The test questions that a change of this site has to pass.
async fn asked_first(deps: &AdminDeps, person: &SignedIn) -> Result<Vec<Check>, AdminError> {
    let site = &person.agent.site;
    let gate = deps.storage.site(site).await?.map(|site| site.settings.publish_gate);
    match gate.unwrap_or_default() {
        PublishGate::Off => Ok(Vec::new()),
        PublishGate::Warn | PublishGate::Block => Ok(deps.storage.checks(site, MOST).await?),
    }
}
