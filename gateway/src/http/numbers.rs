//! `/metrics`: for this machine, or for who holds the token.
//!
//! Visitors share the port; how busy a firm is, is not theirs to know.

use crate::config::{Http, Secret};
use crate::ws::client_address;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::registry::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Lines of a proxy in front, whoever it is.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/// The numbers and who may read them.
#[derive(Clone)]
pub struct Numbers {
    registry: Arc<Registry>,
    token: Option<Secret>,
    trust_proxy: bool,
}

impl Numbers {
    /// The numbers of this registry, for whom the configuration lets in.
    #[must_use]
    pub fn new(registry: Registry, http: &Http) -> Self {
        let registry = Arc::new(registry);
        Self { registry, token: http.metrics_token.clone(), trust_proxy: http.trust_proxy }
    }

    fn may_read(&self, headers: &HeaderMap, peer: SocketAddr) -> bool {
        // Behind a proxy on this machine everybody seems to be here.
        let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        let address = client_address(headers, peer, self.trust_proxy).to_canonical();
        let is_here = address.is_loopback() && (self.trust_proxy || !is_forwarded);
        is_here || self.is_told(headers)
    }

    fn is_told(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer "));
        let (Some(given), Some(token)) = (given, &self.token) else {
            return false;
        };
        given.as_bytes().ct_eq(token.expose().as_bytes()).into()
    }
}

/// `GET /metrics`
pub async fn metrics(
    State(numbers): State<Numbers>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !numbers.may_read(&headers, peer) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &numbers.registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(token: Option<&str>, trust_proxy: bool) -> Numbers {
        let http = Http { metrics_token: token.map(Secret::from), trust_proxy, ..Http::default() };
        Numbers::new(Registry::default(), &http)
    }

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        [(header::HeaderName::from_static(name), header::HeaderValue::from_static(value))]
            .into_iter()
            .collect()
    }

    #[test]
    fn only_this_machine_or_the_token_reads() {
        let (here, there) =
            (SocketAddr::from(([127, 0, 0, 1], 1)), SocketAddr::from(([192, 0, 2, 1], 1)));
        let none = HeaderMap::new();
        assert!(numbers(None, false).may_read(&none, here));
        assert!(!numbers(None, false).may_read(&none, there));
        let (right, wrong) =
            (headers("authorization", "Bearer s3cret"), headers("authorization", "Bearer s3cre"));
        assert!(numbers(Some("s3cret"), false).may_read(&right, there));
        assert!(!numbers(Some("s3cret"), false).may_read(&wrong, there));
        assert!(!numbers(None, false).may_read(&right, there));
    }

    #[test]
    fn a_proxy_on_this_machine_opens_nothing() {
        let here = SocketAddr::from(([127, 0, 0, 1], 1));
        let outside = headers("x-forwarded-for", "192.0.2.1");
        assert!(!numbers(None, false).may_read(&outside, here));
        assert!(!numbers(None, true).may_read(&outside, here));
        let inside = headers("x-forwarded-for", "127.0.0.1");
        assert!(numbers(None, true).may_read(&inside, here));
        assert!(!numbers(None, false).may_read(&inside, here));
    }
}
