//! Knowledge: entries, their versions, previews, import and export.

mod edit;
mod export;
mod history;
mod import_page;
pub mod imports;
mod list;
mod preview;
mod problems;
pub mod proposal;

pub use edit::typed;

use crate::deps::AdminDeps;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// Room for an import file and the form around it.
const MAX_IMPORT_BYTES: usize = comptoir_ingest::limits::FILE_BYTES + 64 * 1024;

/// Routes of the knowledge pages.
pub fn routes() -> Router<AdminDeps> {
    Router::new()
        .route("/faq", get(list::page))
        .route("/faq/new", get(edit::new).post(edit::create))
        .route("/faq/export", get(export::download))
        .route("/faq/preview", post(preview::show))
        .route("/faq/retest", post(edit::retest))
        .route("/faq/twin", post(edit::twin))
        .route("/faq/{id}", get(edit::show).post(edit::save))
        .route("/faq/{id}/publish", post(edit::publish))
        .route("/faq/{id}/unpublish", post(edit::unpublish))
        .route("/faq/{id}/delete", post(edit::delete))
        .route("/faq/{id}/restore", post(edit::restore))
        .route("/faq/{id}/phrasings/{phrasing}/accept", post(edit::accept))
        .route("/faq/{id}/phrasings/{phrasing}/decline", post(edit::decline))
        .route("/faq/{id}/history", get(history::page))
        .route("/faq/{id}/history/{version}", post(history::take_back))
        .route(
            "/faq/import",
            get(import_page::show)
                .post(import_page::check)
                .layer(DefaultBodyLimit::max(MAX_IMPORT_BYTES)),
        )
        .route(
            "/faq/import/apply",
            post(import_page::apply).layer(DefaultBodyLimit::max(MAX_IMPORT_BYTES)),
        )
}
