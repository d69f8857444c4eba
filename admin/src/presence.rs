//! Whether somebody is there for visitors: their wish, and their open page.

use crate::auth::{SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::page::html;
use crate::texts::Texts;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The wish.
#[derive(Debug, Deserialize)]
pub struct AvailableForm {
    available: bool,
}

/// The switch in the frame of every page.
#[derive(Template)]
#[template(path = "presence.html")]
struct PresencePart {
    t: &'static Texts,
    csrf: String,
    available: bool,
}

/// `POST /admin/available`
pub async fn set(
    State(deps): State<AdminDeps>,
    headers: HeaderMap,
    form: SafeForm<AvailableForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    deps.storage.set_available(person.agent.id, form.available).await?;
    if !headers.contains_key("hx-request") {
        return Ok(Redirect::to("/admin/inbox").into_response());
    }
    let (t, csrf) = (Texts::get(&person.agent.lang), person.session.csrf);
    Ok(html(&PresencePart { t, csrf, available: form.available })?.into_response())
}

/// `GET /admin/here`: a page is open. Being signed in is all it takes.
pub async fn here(_person: SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}
