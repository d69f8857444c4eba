//! Admission of a visitor's connection: site, origin, fair use, capacity.

use super::line::Socket;
use super::places::Places;
use super::{Shape, origin};
use crate::metrics::Metrics;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_session::{Buckets, Shared};
use comptoir_storage::Storage;
use comptoir_storage::model::SiteId;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::task::TaskTracker;

/// What visitor sockets need.
#[derive(Clone)]
pub struct SocketDeps {
    /// What sessions stand on.
    pub sessions: Shared,
    /// Sites and their origins.
    pub storage: Arc<dyn Storage>,
    /// Counters.
    pub metrics: Metrics,
    /// Connections per address.
    pub addresses: Arc<Buckets<IpAddr>>,
    /// Connections open at once.
    pub places: Arc<Places>,
    /// Whether a proxy's word on the client's address is believed.
    pub trust_proxy: bool,
    /// How sockets are made.
    pub shape: Shape,
    /// Knows the running sessions.
    pub tracker: TaskTracker,
}

/// Where the widget says it stands; repeated in `hello`.
#[derive(Debug, Deserialize)]
pub struct Place {
    site: String,
}

/// `GET /ws?site=…`
pub async fn upgrade(
    State(deps): State<SocketDeps>,
    Query(place): Query<Place>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    let Some(site) = SiteId::parse(&place.site) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let settings = match deps.storage.site(&site).await {
        Ok(Some(site)) => site.settings,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "cannot read the site");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let page_origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    if !origin::is_allowed(&settings, page_origin) {
        tracing::info!(site.id = %site, "connection from an origin that is not on the list");
        return StatusCode::FORBIDDEN.into_response();
    }
    let address = client_address(&headers, peer, deps.trust_proxy);
    if let Err(wait) = deps.addresses.take(address, Instant::now()) {
        deps.metrics.refused.inc();
        let seconds = wait.as_secs().max(1).to_string();
        return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)]).into_response();
    }
    let Some(place) = deps.places.take(&site) else {
        deps.metrics.refused.inc();
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response();
    };
    deps.shape.of(socket).on_upgrade(move |socket| {
        let tracker = deps.tracker.clone();
        tracker.track_future(async move {
            comptoir_session::run(Socket(socket), &deps.sessions, site, address).await;
            drop(place);
        })
    })
}

/// The client's address: the connection's, or what the trusted proxy appended
/// last to `X-Forwarded-For`.
pub(crate) fn client_address(headers: &HeaderMap, peer: SocketAddr, trust_proxy: bool) -> IpAddr {
    let forwarded = || {
        // A visitor may send one of these lines, the proxy adds another.
        let value = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        value.rsplit(',').next()?.trim().parse().ok()
    };
    trust_proxy.then(forwarded).flatten().unwrap_or(peer.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let peer = SocketAddr::from(([127, 0, 0, 1], 4_000));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().unwrap());
        assert_eq!(client_address(&headers, peer, false), peer.ip());
        let believed = client_address(&headers, peer, true);
        assert_eq!(believed, IpAddr::from([198, 51, 100, 7]));
        headers.append("x-forwarded-for", "192.0.2.1".parse().unwrap());
        assert_eq!(client_address(&headers, peer, true), IpAddr::from([192, 0, 2, 1]));
        headers.insert("x-forwarded-for", "garbage".parse().unwrap());
        assert_eq!(client_address(&headers, peer, true), peer.ip());
    }
}
