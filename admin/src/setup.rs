//! First run: the owner, the firm, the snippet.

use crate::auth::{login, password};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::filled;
use crate::page::html;
use crate::texts::Texts;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use comptoir_storage::StorageError;
use comptoir_storage::model::{AgentId, NewAgent, Role, SiteId, SiteSettings};
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SetupForm {
    code: String,
    firm: String,
    site: String,
    origin: String,
    phone: String,
    email_firm: String,
    name: String,
    email: String,
    password: String,
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    t: &'static Texts,
    lang: &'static str,
    form: SetupForm,
    needs_code: bool,
    problem: Option<String>,
}

/// `GET /admin/setup`
pub async fn show(
    State(deps): State<AdminDeps>,
    Query(form): Query<SetupForm>,
    headers: HeaderMap,
) -> Result<Response, AdminError> {
    if deps.storage.has_agents().await? {
        return Ok(Redirect::to("/admin/login").into_response());
    }
    let lang = login::preferred(&headers);
    let needs_code = deps.setup_code.is_some();
    let page = SetupPage { t: Texts::get(lang), lang, form, needs_code, problem: None };
    Ok(html(&page)?.into_response())
}

/// `POST /admin/setup`
pub async fn create(
    State(deps): State<AdminDeps>,
    jar: CookieJar,
    headers: HeaderMap,
    Form(form): Form<SetupForm>,
) -> Result<Response, AdminError> {
    if deps.storage.has_agents().await? {
        return Ok(Redirect::to("/admin/login").into_response());
    }
    let lang = login::preferred(&headers);
    let t = Texts::get(lang);
    match open_counter(&deps, t, lang, &form).await? {
        Ok(agent) => {
            let jar = jar.add(login::open_session(&deps, &agent, &headers).await?);
            Ok((jar, Redirect::to("/admin/settings?fresh=true")).into_response())
        }
        Err(problem) => {
            let form = SetupForm { password: String::new(), ..form };
            let needs_code = deps.setup_code.is_some();
            let page = SetupPage { t, lang, form, needs_code, problem: Some(problem.to_owned()) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response())
        }
    }
}

/// Creates site and owner, or says what is wrong with the form.
async fn open_counter<'t>(
    deps: &AdminDeps,
    t: &'t Texts,
    lang: &str,
    form: &SetupForm,
) -> Result<Result<comptoir_storage::model::Agent, &'t str>, AdminError> {
    let texts = &t.setup;
    let code_is_right = deps
        .setup_code
        .as_ref()
        .is_none_or(|code| bool::from(code.as_bytes().ct_eq(form.code.trim().as_bytes())));
    if !code_is_right {
        return Ok(Err(&texts.wrong_code));
    }
    let (Some(firm), Some(name)) = (filled(&form.firm), filled(&form.name)) else {
        return Ok(Err(&texts.empty));
    };
    let Some(site) = SiteId::parse(form.site.trim()) else {
        return Ok(Err(&texts.bad_site));
    };
    let Some(email) = crate::settings::checked_email(&form.email) else {
        return Ok(Err(&texts.bad_email));
    };
    let origin = form.origin.trim().trim_end_matches('/').to_owned();
    if !crate::settings::is_origin(&origin) {
        return Ok(Err(&texts.bad_origin));
    }
    let given = form.password.clone();
    let hashed = deps.door.hashing.run(move || password::hash(&given)).await;
    let Ok(Ok(password_hash)) = hashed else {
        return Ok(Err(&texts.bad_password));
    };
    let settings = SiteSettings {
        firm,
        phone: filled(&form.phone),
        email: filled(&form.email_firm),
        allowed_origins: vec![origin],
        ..SiteSettings::default()
    };
    let now = deps.clock.now();
    match deps.storage.create_site(&site, &settings, now).await {
        Ok(_) => {}
        // An earlier try got this far; its owner is still to be made.
        Err(StorageError::Taken { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let owner = NewAgent {
        id: AgentId(deps.ids.uuid()),
        site,
        email,
        name,
        role: Role::Owner,
        lang: lang.to_owned(),
        password_hash,
        created_at: now,
    };
    match deps.storage.create_agent(&owner).await {
        Ok(agent) => Ok(Ok(agent)),
        Err(StorageError::Taken { .. }) => Ok(Err(&texts.taken)),
        Err(error) => Err(error.into()),
    }
}
