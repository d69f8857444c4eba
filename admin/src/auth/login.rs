//! Signing in and out.

use super::cookie::SESSION_LENGTH;
use super::hashing::Busy;
use super::{CameFrom, Door, Nothing, SESSION_COOKIE, SafeForm, hash_of, password, session_cookie};
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
use std::net::IpAddr;

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
    CameFrom(address): CameFrom,
    jar: CookieJar,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Result<Response, AdminError> {
    let lang = preferred(&headers);
    let t = Texts::get(lang);
    let LoginForm { email, password, back } = form;
    let email = email.trim().to_lowercase();
    match recognise(&deps, &email, password, address).await? {
        Ok(agent) => {
            let jar = jar.add(open_session(&deps, &agent, &headers).await?);
            Ok((jar, Redirect::to(&safe_target(&back))).into_response())
        }
        Err(refusal) => {
            let (status, problem) = refusal.in_words(t);
            let page = LoginPage { t, lang, email, back, problem: Some(problem) };
            Ok((status, html(&page)?).into_response())
        }
    }
}

/// Why somebody does not get in.
enum Refusal {
    /// Too many tries; how long to wait.
    Wait(SignedDuration),
    /// Too many passwords are being looked at.
    Busy,
    /// Nobody with this e-mail and password.
    Wrong,
}

impl Refusal {
    fn in_words(&self, t: &Texts) -> (StatusCode, String) {
        match self {
            Self::Wait(wait) => {
                let seconds = (wait.as_secs() + 1).to_string();
                let text = fill(&t.login.wait, &[("seconds", &seconds)]);
                (StatusCode::TOO_MANY_REQUESTS, text)
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, t.login.busy.clone()),
            Self::Wrong => (StatusCode::UNAUTHORIZED, t.login.wrong.clone()),
        }
    }
}

/// Who this e-mail and password belong to.
async fn recognise(
    deps: &AdminDeps,
    email: &str,
    password: String,
    address: IpAddr,
) -> Result<Result<Agent, Refusal>, AdminError> {
    let Door { throttle, hashing, .. } = deps.door.as_ref();
    if let Err(wait) = throttle.begin(email, address, deps.clock.now()) {
        return Ok(Err(Refusal::Wait(wait)));
    }
    let agent = deps.storage.agent_by_email(email).await?.filter(|a| a.disabled_at.is_none());
    let hash = agent.as_ref().map(|agent| agent.password_hash.clone());
    match (hashing.run(move || password::verify(&password, hash.as_deref())).await, agent) {
        (Ok(true), Some(agent)) => {
            throttle.succeeded(email, address);
            Ok(Ok(agent))
        }
        (Ok(_), _) => Ok(Err(Refusal::Wrong)),
        (Err(Busy), _) => {
            throttle.take_back(email, address);
            Ok(Err(Refusal::Busy))
        }
    }
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
    deps.chat.access_changed();
    let jar = jar.remove(Cookie::build((SESSION_COOKIE, "")).path("/admin").build());
    Ok((jar, Redirect::to("/admin/login")).into_response())
}

/// Only pages of this desk; anything else could lead a person astray.
fn safe_target(back: &str) -> String {
    let path = back.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    // Browsers read `%2e` as a dot when they shorten a path.
    let climbs =
        path.split('/').any(|step| matches!(step.replace("%2e", ".").as_str(), "." | ".."));
    let is_ours = back.starts_with("/admin/")
        && !climbs
        && !back.contains("//")
        && !back.contains('\\')
        && !back.contains(char::is_control);
    if is_ours { back.to_owned() } else { "/admin/inbox".to_owned() }
}

/// Browser and system in a few letters, for lists of sign-ins and devices.
pub fn label(headers: &HeaderMap) -> String {
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
        assert_eq!(safe_target("/admin/faq?q=a..b"), "/admin/faq?q=a..b");
        for bad in [
            "https://evil.example",
            "//evil.example",
            "/admin//evil",
            "/\\evil",
            "",
            "/admin/../../evil",
            "/admin/%2E%2e/evil",
            "/admin/faq\r\nset-cookie: a=b",
            "/admin/\tevil",
        ] {
            assert_eq!(safe_target(bad), "/admin/inbox", "{bad}");
        }
    }
}
