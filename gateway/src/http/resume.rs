//! `GET /resume/{ticket}`: the link of a letter brings a visitor back to their
//! conversation, on the firm's own page.
//!
//! The ticket goes behind the `#` of that page's address: browsers do not send
//! it to the firm's server, and the widget takes it out of sight.

use super::Inbound;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use comptoir_notify::inbound::Mailroom;
use comptoir_notify::texts::Texts;
use comptoir_notify::ticket::{Purpose, TicketError};

/// Where a ticket leads, or why it leads nowhere.
enum Way {
    Page(String),
    Expired,
    Unknown,
}

/// `GET /resume/{ticket}`
pub async fn resume(
    State(inbound): State<Inbound>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut response = match way(inbound.room(), &ticket).await {
        Ok(Way::Page(address)) => Redirect::to(&address).into_response(),
        Ok(Way::Expired) => said(&headers, StatusCode::GONE, true),
        Ok(Way::Unknown) => said(&headers, StatusCode::NOT_FOUND, false),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a link cannot be followed");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    };
    let answer = response.headers_mut();
    // The address is a secret: nobody keeps it, nobody is told it.
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

async fn way(room: &Mailroom, ticket: &str) -> Result<Way, comptoir_storage::StorageError> {
    let key = match room.signer.read(ticket, room.clock.now()) {
        Ok((Purpose::Resume, key)) => key,
        Err(TicketError::Expired) => return Ok(Way::Expired),
        Ok((Purpose::AgentReply | Purpose::VisitorReply, _)) | Err(TicketError::Unknown) => {
            return Ok(Way::Unknown);
        }
    };
    let Some(conversation) = room.storage.conversation(key).await? else {
        return Ok(Way::Expired);
    };
    let site = room.storage.site(&conversation.site).await?;
    let origin = site.and_then(|site| site.settings.allowed_origins.first().cloned());
    let Some(origin) = origin else { return Ok(Way::Unknown) };
    let path = if conversation.page.starts_with('/') { &conversation.page } else { "/" };
    let address = format!("{}{path}#comptoir={ticket}.{key}", origin.trim_end_matches('/'));
    // What a visitor's browser said of its page must stay an address.
    Ok(if url::Url::parse(&address).is_ok() && HeaderValue::from_str(&address).is_ok() {
        Way::Page(address)
    } else {
        Way::Page(format!("{}/#comptoir={ticket}.{key}", origin.trim_end_matches('/')))
    })
}

fn said(headers: &HeaderMap, status: StatusCode, is_expired: bool) -> Response {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let is_english = wanted.is_some_and(|wanted| wanted.trim_start().starts_with("en"));
    let lang = if is_english { "en" } else { "fr" };
    let texts = &Texts::get(lang).resume;
    let text = if is_expired { &texts.expired } else { &texts.unknown };
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;\
         max-width:28rem;margin:15vh auto;padding:0 16px}}</style></head><body><main><h1>{title}</h1>\
         <p>{text}</p></main></body></html>",
        title = texts.title.as_str(),
        text = text.as_str(),
    );
    (status, Html(page)).into_response()
}
