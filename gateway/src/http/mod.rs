//! The one router of the process: sockets, widget files, admin, health.
//!
//! What it must never do: decide anything about conversations or answers.

mod assets;
mod headers;
mod health;
mod inbound;
mod numbers;
mod resume;
mod serve;

pub use assets::WidgetFiles;
pub use health::Health;
pub use inbound::Inbound;
pub use numbers::Numbers;
pub use serve::{Bounds, serve};

use crate::ws::{self, SocketDeps};
use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};
use std::path::PathBuf;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// What the router's handlers ask for, piece by piece.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// Visitor sockets.
    pub sockets: SocketDeps,
    /// Readiness of the parts.
    pub health: Arc<Health>,
    /// Numbers.
    pub numbers: Numbers,
    /// The built widget.
    pub widget: Arc<WidgetFiles>,
    /// Letters that come in.
    pub inbound: Inbound,
}

/// Builds the router. `admin` is mounted under `/admin`, `site` at `/`.
pub fn router(state: AppState, admin: Router, site: Option<PathBuf>) -> Router {
    let mut router = Router::new()
        .route("/ws", get(ws::upgrade))
        .route("/widget.js", get(assets::loader))
        .route("/widget/site.json", get(assets::site_card))
        .route("/widget/{file}", get(assets::file))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(numbers::metrics))
        .route("/mail/inbound", post(inbound::inbound))
        .route("/resume/{ticket}", get(resume::resume))
        .with_state(state)
        .nest("/admin", admin);
    if let Some(folder) = site {
        router = router.fallback_service(ServeDir::new(folder));
    }
    router
        .layer(CompressionLayer::new())
        .layer(axum::middleware::from_fn(headers::secure))
        .layer(axum::middleware::from_fn(serve::in_time))
        .layer(CatchPanicLayer::new())
}
