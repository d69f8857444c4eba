//! People of the firm: who may sign in.

use super::fields;
use crate::auth::{Nothing, SafeForm, SignedIn, password};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::filled;
use axum::extract::{Path, State};
use axum::response::Redirect;
use comptoir_storage::StorageError;
use comptoir_storage::model::{AgentId, NewAgent, Role};
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
) -> Result<Redirect, AdminError> {
    let SafeForm { person, form } = form;
    only_owners(&person)?;
    let bad = || AdminError::BadForm { lang: person.agent.lang.clone() };
    let name = filled(&form.name).ok_or_else(bad)?;
    let email = fields::checked_email(&form.email).ok_or_else(bad)?;
    let hashed = tokio::task::spawn_blocking(move || password::hash(&form.password)).await;
    let password_hash = hashed.ok().and_then(Result::ok).ok_or_else(bad)?;
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
        Ok(agent) => {
            let query = serde_urlencoded::to_string([("added", agent.name)]).unwrap_or_default();
            Ok(Redirect::to(&format!("/admin/settings?{query}#people")))
        }
        Err(StorageError::Taken { .. }) => Ok(Redirect::to("/admin/settings?taken=true#people")),
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

/// Nobody locks themselves out, and nobody reaches into another site.
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
    deps.door.access_changed();
    Ok(Redirect::to("/admin/settings#people"))
}

fn only_owners(person: &SignedIn) -> Result<(), AdminError> {
    match person.agent.role {
        Role::Owner => Ok(()),
        Role::Artisan => Err(AdminError::OwnersOnly { lang: person.agent.lang.clone() }),
    }
}
