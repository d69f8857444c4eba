//! People of the firm: who may sign in.

use super::fields;
use super::firm::form_of;
use super::page::{Newcomer, SettingsPage, site_of};
use crate::auth::{Nothing, SafeForm, SignedIn, password};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::filled;
use crate::page::html;
use crate::texts::Texts;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_storage::StorageError;
use comptoir_storage::model::{Agent, AgentId, NewAgent, Role};
use serde::Deserialize;
use uuid::Uuid;

/// Somebody new.
#[derive(Debug, Deserialize)]
pub struct PersonForm {
    name: String,
    email: String,
    password: String,
    role: Role,
}

/// `POST /admin/settings/people`
pub async fn add(
    State(deps): State<AdminDeps>,
    form: SafeForm<PersonForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    only_owners(&person)?;
    let typed = Newcomer {
        name: form.name.clone(),
        email: form.email.clone(),
        is_owner: form.role == Role::Owner,
        problem: None,
    };
    match hire(&deps, &person, form).await? {
        Ok(agent) => {
            let query = serde_urlencoded::to_string([("added", agent.name)]).unwrap_or_default();
            Ok(Redirect::to(&format!("/admin/settings?{query}#people")).into_response())
        }
        Err(problem) => {
            let site = site_of(&deps, &person).await?;
            let mut page = SettingsPage::new(&deps, &person, form_of(&site)).await?;
            page.newcomer = Newcomer { problem: Some(problem.to_owned()), ..typed };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response())
        }
    }
}

/// Keeps somebody new, or says what is wrong with the form.
async fn hire(
    deps: &AdminDeps,
    person: &SignedIn,
    form: PersonForm,
) -> Result<Result<Agent, &'static str>, AdminError> {
    let t = Texts::get(&person.agent.lang);
    let Some(name) = filled(&form.name) else {
        return Ok(Err(&t.settings.person_unnamed));
    };
    let Some(email) = fields::checked_email(&form.email) else {
        return Ok(Err(&t.setup.bad_email));
    };
    let password_hash = match deps.door.hashing.run(move || password::hash(&form.password)).await {
        Ok(Ok(hash)) => hash,
        Ok(Err(_)) => return Ok(Err(&t.setup.bad_password)),
        Err(_) => return Ok(Err(&t.login.busy)),
    };
    let agent = NewAgent {
        id: AgentId(deps.ids.uuid()),
        site: person.agent.site.clone(),
        email,
        name,
        role: form.role,
        lang: person.agent.lang.clone(),
        password_hash,
        created_at: deps.clock.now(),
    };
    match deps.storage.create_agent(&agent).await {
        Ok(agent) => Ok(Ok(agent)),
        Err(StorageError::Taken { .. }) => Ok(Err(&t.settings.person_taken)),
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/settings/people/{id}/disable`
pub async fn disable(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_disabled(&deps, &form.person, AgentId(id), true).await
}

/// `POST /admin/settings/people/{id}/enable`
pub async fn enable(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_disabled(&deps, &form.person, AgentId(id), false).await
}

/// Nobody locks themselves out, and nobody reaches into another site. What a
/// disabled person held waits for the others.
async fn set_disabled(
    deps: &AdminDeps,
    person: &SignedIn,
    id: AgentId,
    disabled: bool,
) -> Result<Redirect, AdminError> {
    only_owners(person)?;
    let found = deps.storage.agent(id).await?.filter(|agent| agent.site == person.agent.site);
    if found.is_none() || id == person.agent.id {
        return Err(AdminError::NotFound { lang: person.agent.lang.clone() });
    }
    let at = disabled.then(|| deps.clock.now());
    deps.storage.set_disabled(id, at).await?;
    if disabled && let Err(error) = deps.chat.agent_gone(&person.agent.site, id).await {
        // They cannot sign in any more; a colleague can still take over by hand.
        tracing::warn!(error = &error as &dyn std::error::Error, "conversations were not moved");
    }
    deps.chat.access_changed();
    Ok(Redirect::to("/admin/settings#people"))
}

fn only_owners(person: &SignedIn) -> Result<(), AdminError> {
    match person.agent.role {
        Role::Owner => Ok(()),
        Role::Artisan => Err(AdminError::OwnersOnly { lang: person.agent.lang.clone() }),
    }
}
