//! Signing in and out.

use super::{Nothing, SESSION_COOKIE, SafeForm, hash_of, password, session_cookie};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::page::html;
use crate::texts::{Texts, fill};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use comptoir_storage::model::{Agent, AgentSession};
use jiff::SignedDuration;
use serde::Deserialize;

/// How long a sign-in lasts.
const SESSION_LENGTH: SignedDuration = SignedDuration::from_hours(24 * 14);

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    t: &'static Texts,
    lang: &'static str,
    email: String,
    back: String,
    problem: Option<String>,
}

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub struct BackQuery {
    #[serde(default)]
    back: String,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct LoginForm {
    email: String,
    password: String,
    #[serde(default)]
    back: String,
}

/// `GET /admin/login`
pub async fn show(
    State(deps): State<AdminDeps>,
    Query(query): Query<BackQuery>,
    headers: HeaderMap,
) -> Result<Response, AdminError> {
    if !deps.storage.has_agents().await? {
        return Ok(Redirect::to("/admin/setup").into_response());
    }
    let lang = preferred(&headers);
    let page = LoginPage {
        t: Texts::get(lang),
        lang,
        email: String::new(),
        back: query.back,
        problem: None,
    };
    Ok(html(&page)?.into_response())
}

/// `POST /admin/login`
pub async fn sign_in(
    State(deps): State<AdminDeps>,
    jar: CookieJar,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Result<Response, AdminError> {
    let lang = preferred(&headers);
    let t = Texts::get(lang);
    let email = form.email.trim().to_lowercase();
    let refuse = |status: StatusCode, problem: String| {
        let page = LoginPage {
            t,
            lang,
            email: email.clone(),
            back: form.back.clone(),
            problem: Some(problem),
        };
        html(&page).map(|page| (status, page).into_response())
    };
    let now = deps.clock.now();
    if let Err(wait) = deps.throttle.allow(&email, now) {
        let seconds = (wait.as_secs() + 1).to_string();
        return refuse(
            StatusCode::TOO_MANY_REQUESTS,
            fill(&t.login.wait, &[("seconds", &seconds)]),
        );
    }
    let agent = deps.storage.agent_by_email(&email).await?.filter(|a| a.disabled_at.is_none());
    if !verify(&agent, form.password).await {
        deps.throttle.failed(&email, now);
        return refuse(StatusCode::UNAUTHORIZED, t.login.wrong.clone());
    }
    deps.throttle.succeeded(&email);
    let Some(agent) = agent else {
        return refuse(StatusCode::UNAUTHORIZED, t.login.wrong.clone());
    };
    let jar = jar.add(open_session(&deps, &agent, &headers).await?);
    Ok((jar, Redirect::to(&safe_target(&form.back))).into_response())
}

/// Hashing takes tens of milliseconds of a core: off the async threads.
async fn verify(agent: &Option<Agent>, given: String) -> bool {
    let hash = agent.as_ref().map(|agent| agent.password_hash.clone());
    let check = move || password::verify(&given, hash.as_deref());
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

/// Keeps a sign-in and gives its cookie.
pub async fn open_session(
    deps: &AdminDeps,
    agent: &Agent,
    headers: &HeaderMap,
) -> Result<Cookie<'static>, AdminError> {
    let secret = deps.ids.secret();
    let now = deps.clock.now();
    let session = AgentSession {
        token: hash_of(&secret),
        agent: agent.id,
        csrf: deps.ids.secret(),
        created_at: now,
        expires_at: now.saturating_add(SESSION_LENGTH).unwrap_or(now),
        label: label(headers),
    };
    deps.storage.create_session(&session).await?;
    Ok(session_cookie(secret, &deps.public_url))
}

/// `POST /admin/logout`
pub async fn sign_out(
    State(deps): State<AdminDeps>,
    jar: CookieJar,
    form: SafeForm<Nothing>,
) -> Result<Response, AdminError> {
    deps.storage.delete_session(form.person.session.token).await?;
    let jar = jar.remove(Cookie::build((SESSION_COOKIE, "")).path("/admin").build());
    Ok((jar, Redirect::to("/admin/login")).into_response())
}

/// Only pages of this desk; anything else could lead a person astray.
fn safe_target(back: &str) -> String {
    let is_ours = back.starts_with("/admin/") && !back.contains("//") && !back.contains('\\');
    if is_ours { back.to_owned() } else { "/admin/inbox".to_owned() }
}

/// Browser and system in a few letters, for the list of sign-ins.
fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default();
    let pick = |names: &[&'static str]| names.iter().find(|name| agent.contains(**name)).copied();
    let browser = pick(&["Firefox", "Edg", "Chrome", "Safari"]).unwrap_or("?");
    let system = pick(&["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"]).unwrap_or("?");
    format!("{browser}, {system}")
}

/// Language of a page before anybody is signed in: French unless the browser
/// puts English first.
pub fn preferred(headers: &HeaderMap) -> &'static str {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let is_english = wanted.is_some_and(|wanted| wanted.trim_start().starts_with("en"));
    if is_english { "en" } else { "fr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_returned_to() {
        assert_eq!(safe_target("/admin/faq?x=1"), "/admin/faq?x=1");
        for bad in ["https://evil.example", "//evil.example", "/admin//evil", "/\\evil", ""] {
            assert_eq!(safe_target(bad), "/admin/inbox", "{bad}");
        }
    }
}
