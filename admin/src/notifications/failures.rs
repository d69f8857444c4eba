//! What was not delivered: try again, or set aside.

use super::wishes::owner;
use crate::auth::{Nothing, SafeForm};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::texts::{Texts, fill};
use axum::extract::{Path, State};
use axum::response::Redirect;
use comptoir_storage::StorageError;
use comptoir_storage::model::{
    Agent, AgentId, Failure, Notification, NotificationId, NotificationKind, Target,
};
use uuid::Uuid;

/// One that failed for good, in words.
pub struct FailureRow {
    /// Which.
    pub id: String,
    /// What it was about, and to whom.
    pub title: String,
    /// Why it failed.
    pub reason: String,
    /// How often it was tried.
    pub attempts: String,
    /// When it was given up.
    pub when: String,
    /// The conversation it speaks of.
    pub conversation: String,
}

/// Makes the row of one; `when` is said by the caller.
pub fn row(t: &Texts, people: &[Agent], failed: &Notification, when: String) -> FailureRow {
    let texts = &t.notifications;
    let kind = match failed.kind {
        NotificationKind::PersonCalled => &texts.person_called,
        NotificationKind::SecondCall => &texts.second_call,
        NotificationKind::VisitorWrote => &texts.visitor_wrote,
        NotificationKind::AgentAnswered => &texts.agent_answered,
    };
    let name = |id: AgentId| {
        people.iter().find(|agent| agent.id == id).map_or("–", |agent| agent.name.as_str())
    };
    let to = match failed.target {
        Some(Target::Device { agent, .. }) => fill(&texts.to_device, &[("name", name(agent))]),
        Some(Target::Mailbox { agent }) => fill(&texts.to_mailbox, &[("name", name(agent))]),
        Some(Target::Visitor) => texts.to_visitor.clone(),
        None => texts.to_nobody.clone(),
    };
    FailureRow {
        id: failed.id.0.to_string(),
        title: format!("{kind} – {to}"),
        reason: reason(t, failed.failure).to_owned(),
        attempts: match failed.attempts {
            1 => texts.attempt.clone(),
            number => fill(&texts.attempts, &[("n", &number.to_string())]),
        },
        when,
        conversation: failed.conversation.to_string(),
    }
}

fn reason(t: &Texts, failure: Option<Failure>) -> &str {
    let texts = &t.notifications;
    match failure {
        Some(Failure::NotConfigured) => &texts.not_configured,
        Some(Failure::NoAddress) => &texts.no_address,
        Some(Failure::Unreachable) => &texts.unreachable,
        Some(Failure::Refused) => &texts.refused,
        Some(Failure::Failed) | None => &texts.broken,
    }
}

/// `POST /admin/notifications/failures/{id}/retry`
pub async fn retry(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let person = owner(form.person)?;
    let now = deps.clock.now();
    done(deps.storage.revive_notification(&person.agent.site, NotificationId(id), now).await)?;
    Ok(Redirect::to("/admin/notifications?note=retried#failures"))
}

/// `POST /admin/notifications/failures/{id}/dismiss`
pub async fn dismiss(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    let person = owner(form.person)?;
    let now = deps.clock.now();
    done(deps.storage.dismiss_notification(&person.agent.site, NotificationId(id), now).await)?;
    Ok(Redirect::to("/admin/notifications?note=dismissed#failures"))
}

/// A colleague did it already: the page shows how it stands.
fn done(outcome: Result<(), StorageError>) -> Result<(), StorageError> {
    match outcome {
        Err(StorageError::Missing { .. }) => Ok(()),
        outcome => outcome,
    }
}
