//! Letting go of a conversation: to a colleague, or for good with what came of
//! it; and taking a closed one up again.

use super::actions::{back, perform};
use super::list::View;
use super::private;
use super::thread::Kept;
use crate::auth::{SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::extract::{Path, State};
use axum::response::Response;
use comptoir_chat::{AgentAction, Colleague};
use comptoir_storage::model::{AgentId, CloseOutcome, ConversationKey};
use serde::Deserialize;
use uuid::Uuid;

/// To whom.
#[derive(Debug, Deserialize)]
pub struct TransferForm {
    /// The colleague; anybody when absent.
    to: Option<Uuid>,
    #[serde(default)]
    view: View,
}

/// What came of it.
#[derive(Debug, Deserialize)]
pub struct CloseForm {
    outcome: Option<CloseOutcome>,
    #[serde(default)]
    view: View,
}

/// From where.
#[derive(Debug, Deserialize)]
pub struct ReopenForm {
    #[serde(default)]
    view: View,
}

/// `POST /admin/inbox/{key}/transfer`
pub async fn transfer(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<TransferForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let to = match form.to {
        None => None,
        Some(id) => Some(colleague(&deps, &person, AgentId(id)).await?),
    };
    let action = AgentAction::Transfer { to };
    perform(&deps, &person, ConversationKey(key), action, form.view, Kept::default()).await
}

/// `POST /admin/inbox/{key}/close`
pub async fn close(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<CloseForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let action = AgentAction::Close { outcome: form.outcome };
    perform(&deps, &person, ConversationKey(key), action, form.view, Kept::default()).await
}

/// `POST /admin/inbox/{key}/reopen`: the one that the visitor still follows.
pub async fn reopen(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ReopenForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let key = ConversationKey(key);
    if let Some(newer) = private::newer(&deps, &person.agent, key).await? {
        return Ok(back(newer, form.view));
    }
    perform(&deps, &person, key, AgentAction::Reopen, form.view, Kept::default()).await
}

/// Somebody of the same firm who may sign in.
async fn colleague(
    deps: &AdminDeps,
    person: &SignedIn,
    id: AgentId,
) -> Result<Colleague, AdminError> {
    let found = deps.storage.agent(id).await?;
    let found =
        found.filter(|agent| agent.site == person.agent.site && agent.disabled_at.is_none());
    let agent = found.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })?;
    Ok(Colleague { agent: agent.id, name: agent.name })
}
