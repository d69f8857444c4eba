//! Browsers that let themselves be woken.

use crate::auth::login::label;
use crate::auth::{Nothing, SafeForm};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use comptoir_storage::model::{Device, DeviceId};
use serde::Deserialize;
use uuid::Uuid;

/// An uncompressed point of the curve.
const KEY_BYTES: usize = 65;

/// The secret shared with a browser.
const AUTH_BYTES: usize = 16;

/// Longest address of a push service taken.
const MOST_LETTERS: usize = 1_000;

/// Browsers of one person; more are forgotten, the oldest first.
const MOST_DEVICES: usize = 10;

/// What a browser gave.
#[derive(Debug, Deserialize)]
pub struct Subscription {
    endpoint: String,
    p256dh: String,
    auth: String,
}

/// The browser a page runs in.
#[derive(Debug, Deserialize)]
pub struct ThisDevice {
    endpoint: String,
}

impl Subscription {
    /// Keys of the right size and an address we would post to.
    fn checked(&self, allows_local: bool) -> Option<(Vec<u8>, Vec<u8>)> {
        let is_local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
        let is_local = is_local.iter().any(|start| self.endpoint.starts_with(start));
        let is_right = self.endpoint.starts_with("https://") || (allows_local && is_local);
        let is_plain = !self.endpoint.contains(|c: char| c.is_whitespace() || c.is_control());
        let decode = |text: &str, length: usize| {
            let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
            bytes.filter(|bytes| bytes.len() == length)
        };
        let key = decode(&self.p256dh, KEY_BYTES).filter(|key| key.first() == Some(&4))?;
        let auth = decode(&self.auth, AUTH_BYTES)?;
        (is_right && is_plain && self.endpoint.len() <= MOST_LETTERS).then_some((key, auth))
    }
}

/// `POST /admin/notifications/devices`
pub async fn keep(
    State(deps): State<AdminDeps>,
    headers: HeaderMap,
    form: SafeForm<Subscription>,
) -> Result<StatusCode, AdminError> {
    let SafeForm { person, form } = form;
    let bad_form = || AdminError::BadForm { lang: person.agent.lang.clone() };
    let (p256dh, auth) = form.checked(deps.reach.allows_local_push).ok_or_else(bad_form)?;
    let device = Device {
        id: DeviceId(deps.ids.uuid()),
        agent: person.agent.id,
        endpoint: form.endpoint,
        p256dh,
        auth,
        label: label(&headers),
        created_at: deps.clock.now(),
    };
    deps.storage.keep_device(&device).await?;
    let all = deps.storage.devices(person.agent.id).await?;
    for old in all.iter().take(all.len().saturating_sub(MOST_DEVICES)) {
        deps.storage.forget_device(person.agent.id, old.id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /admin/notifications/devices/forget`
pub async fn forget_this(
    State(deps): State<AdminDeps>,
    form: SafeForm<ThisDevice>,
) -> Result<StatusCode, AdminError> {
    let agent = form.person.agent.id;
    let devices = deps.storage.devices(agent).await?;
    for device in devices.iter().filter(|device| device.endpoint == form.form.endpoint) {
        deps.storage.forget_device(agent, device.id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /admin/notifications/devices/{id}/forget`
pub async fn forget(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    deps.storage.forget_device(form.person.agent.id, DeviceId(id)).await?;
    Ok(Redirect::to("/admin/notifications"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_subscriptions_over_tls_are_kept() {
        let whole = || Subscription {
            endpoint: "https://push.example/abc".to_owned(),
            p256dh: URL_SAFE_NO_PAD.encode([4; KEY_BYTES]),
            auth: URL_SAFE_NO_PAD.encode([7; AUTH_BYTES]),
        };
        assert!(whole().checked(false).is_some());
        let local = Subscription { endpoint: "http://127.0.0.1:9/a".to_owned(), ..whole() };
        assert!(local.checked(true).is_some() && local.checked(false).is_none());
        for bad in [
            Subscription { endpoint: "http://push.example/abc".to_owned(), ..whole() },
            Subscription { endpoint: "https://push.example/a b".to_owned(), ..whole() },
            Subscription { endpoint: format!("https://{}", "a".repeat(1_000)), ..whole() },
            Subscription { p256dh: URL_SAFE_NO_PAD.encode([5; KEY_BYTES]), ..whole() },
            Subscription { auth: String::new(), ..whole() },
        ] {
            assert!(bad.checked(true).is_none(), "{bad:?}");
        }
    }
}
