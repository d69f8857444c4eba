//! The widget's files, read once at start, served precompressed.
//!
//! Hash-named files are cacheable for ever; the loader is checked again after
//! five minutes, so that a new version reaches every page soon. They may be
//! fetched from any page: they hold nothing of a visitor or a firm.

use crate::ws::SocketDeps;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_storage::model::SiteId;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// One file in the encodings that were built.
#[derive(Debug, Default, Clone)]
struct File {
    plain: Vec<u8>,
    brotli: Option<Vec<u8>>,
    gzip: Option<Vec<u8>>,
}

/// The built widget, by file name.
#[derive(Debug, Default)]
pub struct WidgetFiles {
    files: HashMap<String, File>,
}

impl WidgetFiles {
    /// Reads a folder made by `cargo xtask widget`.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn read(folder: &std::path::Path) -> std::io::Result<Self> {
        let mut files: HashMap<String, File> = HashMap::new();
        for item in std::fs::read_dir(folder)? {
            let item = item?;
            if !item.file_type()?.is_file() {
                continue;
            }
            let name = item.file_name().to_string_lossy().into_owned();
            let bytes = std::fs::read(item.path())?;
            if let Some(name) = name.strip_suffix(".br") {
                files.entry(name.to_owned()).or_default().brotli = Some(bytes);
            } else if let Some(name) = name.strip_suffix(".gz") {
                files.entry(name.to_owned()).or_default().gzip = Some(bytes);
            } else {
                files.entry(name).or_default().plain = bytes;
            }
        }
        Ok(Self { files })
    }

    /// Whether the loader is there at all.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.files.contains_key("widget.js")
    }

    fn respond(&self, name: &str, wants: &HeaderMap, cache: &'static str) -> Response {
        let Some(file) = self.files.get(name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let accepted = wants
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let accepts =
            |coding: &str| accepted.split(',').any(|part| part.trim().starts_with(coding));
        let (bytes, coding) = match (&file.brotli, &file.gzip) {
            (Some(bytes), _) if accepts("br") => (bytes, Some("br")),
            (_, Some(bytes)) if accepts("gzip") => (bytes, Some("gzip")),
            (_, _) => (&file.plain, None),
        };
        let mut response = bytes.clone().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let policy = HeaderValue::from_static("cross-origin");
        headers.insert("cross-origin-resource-policy", policy);
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some(_) | None => "application/octet-stream",
    }
}

/// `GET /widget.js`
pub async fn loader(State(widget): State<Arc<WidgetFiles>>, wants: HeaderMap) -> Response {
    widget.respond("widget.js", &wants, "public, max-age=300")
}

/// `GET /widget/{file}`
pub async fn file(
    State(widget): State<Arc<WidgetFiles>>,
    Path(name): Path<String>,
    wants: HeaderMap,
) -> Response {
    widget.respond(&name, &wants, "public, max-age=31536000, immutable")
}

/// Which site's card.
#[derive(Debug, Deserialize)]
pub struct CardQuery {
    site: String,
    #[serde(default)]
    lang: String,
}

/// `GET /widget/site.json`: name, phone and e-mail of the firm, for browsers
/// that refuse WebAssembly. All of it stands on the firm's own pages.
pub async fn site_card(
    State(sockets): State<SocketDeps>,
    Query(query): Query<CardQuery>,
) -> Response {
    let Some(site) = SiteId::parse(&query.site) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match sockets.sessions.chat.site_card(&site, &query.lang).await {
        Ok(card) => ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(card)).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
