//! The HTTP client of push services.

use super::{Door, EncryptError, Note, PushFailure, Vapid, encrypt};
use async_trait::async_trait;
use comptoir_storage::model::Device;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a service keeps a note for a browser that is off, in seconds: who
/// waits for a person does so for an hour, not for a day.
const KEEP: &str = "3600";

/// Longest endpoint taken.
const MOST_LETTERS: usize = 1_000;

/// Posts notes to whatever push service a browser uses.
pub struct PushService {
    client: Client,
    vapid: Arc<Vapid>,
    allows_local: bool,
}

/// An endpoint we post to: a name, over TLS; or this very machine when the
/// counter itself is only reached there. Push services have names: a bare
/// address would be a machine of the firm's own network.
fn check_endpoint(endpoint: &str, allows_local: bool) -> Option<Url> {
    let url = Url::parse(endpoint).ok().filter(|_| endpoint.len() <= MOST_LETTERS)?;
    let (is_local, is_name) = match url.host()? {
        Host::Ipv4(address) => (address.is_loopback(), false),
        Host::Ipv6(address) => (address.is_loopback(), false),
        Host::Domain(name) => (name == "localhost" || name.ends_with(".localhost"), true),
    };
    let is_right = match url.scheme() {
        "https" => (is_name && !is_local) || (is_local && allows_local),
        "http" => is_local && allows_local,
        _ => false,
    };
    is_right.then_some(url)
}

impl PushService {
    /// Posts with this key; `allows_local` for a counter that is only reached
    /// on its own machine.
    ///
    /// # Errors
    /// When no TLS can be set up.
    pub fn new(vapid: Arc<Vapid>, allows_local: bool) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            // Nothing stays open between two calls for a person.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { client, vapid, allows_local })
    }
}

#[async_trait]
impl Door for PushService {
    async fn send(&self, device: &Device, note: &Note, now: Timestamp) -> Result<(), PushFailure> {
        let endpoint = check_endpoint(&device.endpoint, self.allows_local);
        let endpoint = endpoint.ok_or(PushFailure::Refused)?;
        let plain = serde_json::to_vec(note).map_err(|_| PushFailure::Refused)?;
        let body = encrypt(&plain, &device.p256dh, &device.auth).map_err(|error| match error {
            EncryptError::BadKey => PushFailure::BadKey,
            EncryptError::TooLong => PushFailure::Refused,
            EncryptError::Random => PushFailure::Unreachable(None),
        })?;
        let authorization = self.vapid.authorization(&endpoint, now);
        let authorization = authorization.map_err(|_| PushFailure::Unreachable(None))?;
        let request = self
            .client
            .post(endpoint)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", KEEP)
            .header("urgency", "high")
            .body(body);
        let response = request.send().await.map_err(|_| PushFailure::Unreachable(None))?;
        outcome(&response, now)
    }
}

/// What the service answered (RFC 8030, sections 5 and 7.3).
fn outcome(response: &Response, now: Timestamp) -> Result<(), PushFailure> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
        return Err(PushFailure::Gone);
    }
    let is_busy = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
    if !is_busy {
        return Err(PushFailure::Refused);
    }
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = seconds.and_then(|text| text.trim().parse().ok());
    let before =
        seconds.and_then(|s: u32| now.checked_add(SignedDuration::from_secs(s.into())).ok());
    Err(PushFailure::Unreachable(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_with_tls_are_posted_to_and_this_machine_only_by_itself() {
        let take = |endpoint: &str, allows_local| check_endpoint(endpoint, allows_local).is_some();
        assert!(take("https://updates.push.example/wpush/v2/abc", false));
        for bad in [
            "http://push.example/a",
            "ftp://push.example/a",
            "push.example",
            "",
            "https://",
            "https://192.168.1.1/a",
            "https://[fe80::1]/a",
        ] {
            assert!(!take(bad, true), "{bad}");
        }
        for local in [
            "http://127.0.0.1:1/a",
            "http://[::1]:1/a",
            "https://localhost/a",
            "https://x.localhost/a",
        ] {
            assert!(take(local, true) && !take(local, false), "{local}");
        }
        assert!(!take(&format!("https://push.example/{}", "a".repeat(2_000)), false));
    }
}
