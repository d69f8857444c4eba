//! How somebody wants to be told: by themselves, or by an owner for the team.

use crate::auth::{SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::extract::{Path, State};
use axum::response::Redirect;
use comptoir_storage::StorageError;
use comptoir_storage::model::{AgentId, Role, SiteSettings, Wishes};
use serde::Deserialize;
use uuid::Uuid;

/// Boxes; one that is not ticked is not sent.
#[derive(Debug, Deserialize)]
pub struct WishesForm {
    push: Option<String>,
    email: Option<String>,
    quiet: Option<String>,
}

impl WishesForm {
    fn wishes(&self) -> Wishes {
        Wishes {
            push: self.push.is_some(),
            email: self.email.is_some(),
            quiet: self.quiet.is_some(),
        }
    }
}

/// What holds for all visitors.
#[derive(Debug, Deserialize)]
pub struct FirmForm {
    version: i64,
    mail_visitors: Option<String>,
}

/// `POST /admin/notifications`
pub async fn save(
    State(deps): State<AdminDeps>,
    form: SafeForm<WishesForm>,
) -> Result<Redirect, AdminError> {
    deps.storage.set_wishes(form.person.agent.id, form.form.wishes()).await?;
    Ok(Redirect::to("/admin/notifications?note=saved"))
}

/// `POST /admin/notifications/people/{id}`
pub async fn save_for(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<WishesForm>,
) -> Result<Redirect, AdminError> {
    let person = owner(form.person)?;
    let found = deps.storage.agent(AgentId(id)).await?;
    let found = found.filter(|agent| agent.site == person.agent.site);
    let nobody = || AdminError::NotFound { lang: person.agent.lang.clone() };
    let agent = found.ok_or_else(nobody)?;
    deps.storage.set_wishes(agent.id, form.form.wishes()).await?;
    Ok(Redirect::to("/admin/notifications?note=saved#team"))
}

/// `POST /admin/notifications/firm`
pub async fn save_firm(
    State(deps): State<AdminDeps>,
    form: SafeForm<FirmForm>,
) -> Result<Redirect, AdminError> {
    let person = owner(form.person)?;
    let nothing = || AdminError::NotFound { lang: person.agent.lang.clone() };
    let site = deps.storage.site(&person.agent.site).await?.ok_or_else(nothing)?;
    let mail_visitors = form.form.mail_visitors.is_some();
    let settings = SiteSettings { mail_visitors, ..site.settings };
    let now = deps.clock.now();
    match deps.storage.update_site(&site.id, form.form.version, &settings, now).await {
        Ok(_) => {
            deps.chat.settings_changed(&site.id);
            Ok(Redirect::to("/admin/notifications?note=saved#visitors"))
        }
        Err(StorageError::StaleVersion { .. }) => {
            Ok(Redirect::to("/admin/notifications?note=stale#visitors"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Only owners decide for others.
pub fn owner(person: SignedIn) -> Result<SignedIn, AdminError> {
    match person.agent.role {
        Role::Owner => Ok(person),
        Role::Artisan => Err(AdminError::OwnersOnly { lang: person.agent.lang }),
    }
}
