//! `POST /mail/inbound`: a mail server hands letters in, raw.

use crate::config::{Mail, Secret};
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_notify::inbound::{Mailroom, Received, receive};
use serde::Serialize;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// Largest letter taken; what is attached is not passed on anyway.
const MAX_LETTER_BYTES: usize = 25 * 1024 * 1024;

/// The mailroom and who may hand letters in.
#[derive(Clone)]
pub struct Inbound {
    room: Arc<Mailroom>,
    token: Option<Secret>,
}

impl Inbound {
    /// For whoever holds the configured token; for nobody without one.
    #[must_use]
    pub fn new(room: Mailroom, mail: &Mail) -> Self {
        Self { room: Arc::new(room), token: mail.inbound_token.clone() }
    }

    /// Where tickets are read.
    pub(super) fn room(&self) -> &Mailroom {
        &self.room
    }

    fn may_hand_in(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer "));
        let (Some(given), Some(token)) = (given, &self.token) else { return false };
        given.as_bytes().ct_eq(token.expose().as_bytes()).into()
    }
}

#[derive(Serialize)]
struct Outcome {
    outcome: &'static str,
}

/// Takes a letter. Anything but "later" is final: the carrier must not bring
/// the letter again. Nothing of it is read before the token is.
pub async fn inbound(State(inbound): State<Inbound>, request: Request) -> Response {
    if inbound.token.is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !inbound.may_hand_in(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(letter) = to_bytes(request.into_body(), MAX_LETTER_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match receive(&inbound.room, &letter).await {
        Ok(received) => {
            let outcome = word(received);
            tracing::info!(outcome, bytes = letter.len(), "a letter came in");
            Json(Outcome { outcome }).into_response()
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a letter must come again");
            let later = [(header::RETRY_AFTER, "60")];
            (StatusCode::SERVICE_UNAVAILABLE, later, Json(Outcome { outcome: "later" }))
                .into_response()
        }
    }
}

fn word(received: Received) -> &'static str {
    match received {
        Received::Delivered => "delivered",
        Received::SentBack => "sent_back",
        Received::Automatic => "automatic",
        Received::Unknown => "unknown",
        Received::Stranger => "stranger",
        Received::Empty => "empty",
    }
}
