//! What a person does with a conversation. Each action is a plain form; after
//! it the thread is shown again.

use super::list::View;
use super::thread::{self, Kept};
use crate::auth::{SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::texts::{Texts, fill};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_chat::{AgentAction, AgentInput, ChatError};
use comptoir_protocol::{ClientId, MAX_MESSAGE_CHARS};
use comptoir_storage::model::ConversationKey;
use serde::Deserialize;
use uuid::Uuid;

/// A reply.
#[derive(Debug, Deserialize)]
pub struct ReplyForm {
    id: String,
    text: String,
    #[serde(default)]
    view: View,
}

/// An action without words.
#[derive(Debug, Deserialize)]
pub struct ActionForm {
    #[serde(default)]
    view: View,
}

/// Typing or not.
#[derive(Debug, Deserialize)]
pub struct TypingForm {
    on: bool,
}

/// `POST /admin/inbox/{key}/reply`
pub async fn reply(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ReplyForm>,
) -> Result<Response, AdminError> {
    let keep = |text| Kept { reply: text, ..Kept::default() };
    written(&deps, key, form, |id, text| AgentAction::Reply { id, text }, keep).await
}

/// `POST /admin/inbox/{key}/note`: for colleagues only.
pub async fn note(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ReplyForm>,
) -> Result<Response, AdminError> {
    let keep = |text| Kept { note: text, ..Kept::default() };
    written(&deps, key, form, |id, text| AgentAction::Note { id, text }, keep).await
}

async fn written(
    deps: &AdminDeps,
    key: Uuid,
    form: SafeForm<ReplyForm>,
    action: impl FnOnce(ClientId, String) -> AgentAction,
    keep: impl FnOnce(String) -> Kept,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    let text = form.text.replace("\r\n", "\n").trim().to_owned();
    let key = ConversationKey(key);
    if text.is_empty() {
        return Ok(back(key, form.view));
    }
    if text.chars().count() > MAX_MESSAGE_CHARS {
        return Err(AdminError::FormTooLarge { lang: person.agent.lang });
    }
    let action = action(ClientId(form.id), text.clone());
    perform(deps, &person, key, action, form.view, keep(text)).await
}

/// `POST /admin/inbox/{key}/claim`
pub async fn claim(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ActionForm>,
) -> Result<Response, AdminError> {
    plain(&deps, key, form, AgentAction::Claim).await
}

/// `POST /admin/inbox/{key}/take`: from a colleague who is not there.
pub async fn take_over(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ActionForm>,
) -> Result<Response, AdminError> {
    plain(&deps, key, form, AgentAction::TakeOver).await
}

/// `POST /admin/inbox/{key}/release`
pub async fn release(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ActionForm>,
) -> Result<Response, AdminError> {
    plain(&deps, key, form, AgentAction::Release).await
}

/// `POST /admin/inbox/{key}/propose`: a private draft, please.
pub async fn propose(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ActionForm>,
) -> Result<Response, AdminError> {
    plain(&deps, key, form, AgentAction::Propose).await
}

/// `POST /admin/inbox/{key}/withdraw`: the private draft is of no use.
pub async fn withdraw(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<ActionForm>,
) -> Result<Response, AdminError> {
    plain(&deps, key, form, AgentAction::Withdraw).await
}

async fn plain(
    deps: &AdminDeps,
    key: Uuid,
    form: SafeForm<ActionForm>,
    action: AgentAction,
) -> Result<Response, AdminError> {
    let key = ConversationKey(key);
    perform(deps, &form.person, key, action, form.form.view, Kept::default()).await
}

/// `POST /admin/inbox/{key}/typing`
pub async fn typing(
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
    form: SafeForm<TypingForm>,
) -> Result<Response, AdminError> {
    let key = ConversationKey(key);
    let conversation = thread::find(&deps, &form.person.agent, key).await?;
    let input = input(&form.person, AgentAction::Typing { on: form.form.on });
    if let Err(error) = deps.chat.agent(conversation.key, input).await {
        tracing::debug!(error = &error as &dyn std::error::Error, "typing was not passed on");
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn input(person: &SignedIn, action: AgentAction) -> AgentInput {
    AgentInput { agent: person.agent.id, name: person.agent.name.clone(), action }
}

/// Does it, then shows the thread again: with what was written if it was
/// refused, and why.
pub async fn perform(
    deps: &AdminDeps,
    person: &SignedIn,
    key: ConversationKey,
    action: AgentAction,
    view: View,
    kept: Kept,
) -> Result<Response, AdminError> {
    thread::find(deps, &person.agent, key).await?;
    let t = Texts::get(&person.agent.lang);
    match deps.chat.agent(key, input(person, action)).await {
        Ok(_) => Ok(back(key, view)),
        Err(error) => {
            let problem = Some(refusal(t, &error));
            tracing::info!(
                error = &error as &dyn std::error::Error,
                "an agent's input was refused"
            );
            let page = thread::render(deps, person, key, view, Kept { problem, ..kept }).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
    }
}

/// Why nothing happened, for the person who tried.
fn refusal(t: &Texts, error: &ChatError) -> String {
    match error {
        ChatError::HeldBy { name } => fill(&t.inbox.taken_by, &[("name", name)]),
        ChatError::Storage(_) | ChatError::Busy { .. } | ChatError::Stopping => {
            fill(&t.inbox.not_sent, &[("problem", &t.errors.storage)])
        }
        ChatError::UnknownSite
        | ChatError::UnknownConversation
        | ChatError::NotYours
        | ChatError::NoticeRequired
        | ChatError::IdReused
        | ChatError::Closed
        | ChatError::NotPossible => fill(&t.inbox.not_sent, &[("problem", &t.errors.conversation)]),
    }
}

/// The thread again.
pub fn back(key: ConversationKey, view: View) -> Response {
    Redirect::to(&format!("/admin/inbox/{key}?view={}", view.name())).into_response()
}
