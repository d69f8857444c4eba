//! What can go wrong on a page, and the page that says so.

use crate::auth::login;
use crate::page::{self, MessagePage};
use crate::texts::Texts;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_chat::ChatError;
use comptoir_storage::StorageError;

/// A page that could not be given.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// Nobody is signed in; come back to `back` afterwards.
    #[error("not signed in")]
    SignIn {
        /// Path and query to return to.
        back: String,
        /// Whether htmx asked for a part of a page.
        is_partial: bool,
    },
    /// An artisan asked for an owner's page.
    #[error("for owners only")]
    OwnersOnly {
        /// Language of the page.
        lang: String,
    },
    /// The form did not come from our page, or from one of an ended session.
    #[error("the form's secret is wrong")]
    Forged {
        /// Language of the page.
        lang: String,
    },
    /// A field is missing or has the wrong form.
    #[error("the form cannot be read")]
    BadForm {
        /// Language of the page.
        lang: String,
    },
    /// The form is larger than allowed.
    #[error("the form is too large")]
    FormTooLarge {
        /// Language of the page.
        lang: String,
    },
    /// The address names nothing of this site.
    #[error("nothing here")]
    NotFound {
        /// Language of the page.
        lang: String,
    },
    /// Storage failed.
    #[error("storage failed")]
    Storage(#[from] StorageError),
    /// A conversation refused.
    #[error("the conversation refused")]
    Chat(#[from] ChatError),
    /// A template failed to render.
    #[error("a page could not be rendered")]
    Render(#[from] askama::Error),
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let (status, lang, pick): (StatusCode, String, fn(&Texts) -> &str) = match self {
            Self::SignIn { back, is_partial } => return sign_in(&back, is_partial),
            Self::OwnersOnly { lang } => (StatusCode::FORBIDDEN, lang, |t| &t.errors.owners_only),
            Self::Forged { lang } => (StatusCode::FORBIDDEN, lang, |t| &t.errors.forged),
            Self::BadForm { lang } => (StatusCode::BAD_REQUEST, lang, |t| &t.errors.bad_form),
            Self::FormTooLarge { lang } => {
                (StatusCode::PAYLOAD_TOO_LARGE, lang, |t| &t.errors.too_large)
            }
            Self::NotFound { lang } => (StatusCode::NOT_FOUND, lang, |t| &t.errors.not_found),
            Self::Storage(ref error) => {
                tracing::error!(error = error as &dyn std::error::Error, "a page needs storage");
                (StatusCode::SERVICE_UNAVAILABLE, "fr".to_owned(), |t| &t.errors.storage)
            }
            Self::Chat(ref error) => {
                tracing::warn!(error = error as &dyn std::error::Error, "a conversation refused");
                (StatusCode::CONFLICT, "fr".to_owned(), |t| &t.errors.conversation)
            }
            Self::Render(ref error) => {
                tracing::error!(error = error as &dyn std::error::Error, "a page cannot render");
                (StatusCode::INTERNAL_SERVER_ERROR, "fr".to_owned(), |t| &t.errors.storage)
            }
        };
        said(status, &lang, pick)
    }
}

/// A page with one sentence.
fn said(status: StatusCode, lang: &str, pick: fn(&Texts) -> &str) -> Response {
    let t = Texts::get(lang);
    let page = MessagePage { t, lang, message: pick(t) };
    let body = page::html(&page)
        .map_or_else(|_| pick(t).to_owned().into_response(), IntoResponse::into_response);
    (status, body).into_response()
}

/// Any address without a page.
pub async fn nothing_here(headers: HeaderMap) -> AdminError {
    AdminError::NotFound { lang: login::preferred(&headers).to_owned() }
}

/// Refusals of the framework (an address or a form that cannot be read) are
/// bare English for programmers: people get a page in their language.
pub async fn in_words(request: Request, next: Next) -> Response {
    let lang = login::preferred(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_bare = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !is_refusal || !is_bare || response.headers().contains_key("hx-redirect") {
        return response;
    }
    match status {
        StatusCode::NOT_FOUND => said(status, lang, |t| &t.errors.not_found),
        StatusCode::PAYLOAD_TOO_LARGE => said(status, lang, |t| &t.errors.too_large),
        _ if status.is_server_error() => said(status, lang, |t| &t.errors.storage),
        _ => said(status, lang, |t| &t.errors.bad_address),
    }
}

/// A page is redirected; a part of a page tells htmx to load the sign-in.
fn sign_in(back: &str, is_partial: bool) -> Response {
    let query = serde_urlencoded::to_string([("back", format!("/admin{back}"))]);
    let target = format!("/admin/login?{}", query.unwrap_or_default());
    if is_partial && let Ok(value) = HeaderValue::from_str(&target) {
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", value)]).into_response();
    }
    Redirect::to(&target).into_response()
}
