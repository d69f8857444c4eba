//! Styles and scripts, compiled in; the content policy of every page.

use axum::extract::{Path, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const CSS: &str = include_str!("../assets/admin.css");
const JS: &str = include_str!("../assets/admin.js");
const HTMX: &str = include_str!("../assets/htmx-2.0.8.min.js");
const SSE: &str = include_str!("../assets/htmx-sse-2.2.4.min.js");
const PUSH: &str = include_str!("../assets/push.js");
const WORKER: &str = include_str!("../assets/worker.js");
const MANIFEST: &str = include_str!("../assets/manifest.webmanifest");
const ICON: &str = include_str!("../assets/icon.svg");

/// `GET /admin/assets/{file}`
pub async fn serve(Path(file): Path<String>) -> Response {
    let (kind, text) = match file.as_str() {
        "admin.css" => ("text/css; charset=utf-8", CSS),
        "admin.js" => ("text/javascript; charset=utf-8", JS),
        "push.js" => ("text/javascript; charset=utf-8", PUSH),
        "manifest.webmanifest" => ("application/manifest+json", MANIFEST),
        "htmx.js" => ("text/javascript; charset=utf-8", HTMX),
        "sse.js" => ("text/javascript; charset=utf-8", SSE),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, text).into_response()
}

/// `GET /admin/worker.js`: wakes the browser for all pages of the desk, hence
/// not among the assets; it is asked for again at each visit.
pub async fn worker() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], WORKER).into_response()
}

/// Nothing from elsewhere runs, nothing frames these pages, nothing is cached
/// on shared machines.
pub async fn policy(request: Request, next: Next) -> Response {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
        img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
        frame-ancestors 'none'";
    let is_asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if !is_asset {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
