//! Inbox, FAQ editor, gaps and settings: the pages of the people behind the
//! counter.
//!
//! What it is for: server-rendered HTML for artisans and owners. Every control
//! is a real link or form first; htmx (vendored) makes it quick, and one
//! server-sent event stream per page keeps it live.
//!
//! How data enters and leaves: [`router`] is mounted by the gateway under
//! `/admin`. Conversations go through `comptoir-chat`, rows through the
//! storage traits, previews through the [`AnswerPreview`] port, what a change
//! would do through [`Rehearsal`].
//!
//! What it must never do: no SQL, no model types, no second copy of the
//! conversation's rules. No sentence for people outside `texts/`.

mod assets;
mod auth;
mod checks;
mod deps;
mod engine;
mod error;
mod events;
mod faq;
mod format;
mod gaps;
mod inbox;
mod notifications;
mod page;
mod presence;
mod rehearsal;
mod settings;
mod setup;
mod texts;

pub use auth::{Door, password};
pub use checks::Runs;
pub use deps::{
    AdminDeps, AnswerPreview, Competitor, DeskReach, DownCause, EngineFigures, EngineView, Preview,
    PreviewError, SystemView,
};
pub use faq::imports;
pub use rehearsal::{
    CheckDifference, CheckProblem, EntryChange, Rehearsal, RehearsalError, Rehearsed,
    RehearsedLine, Twin, Way,
};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{get, post};

/// Largest form accepted, in bytes; imports have their own limit.
const MAX_FORM_BYTES: usize = 256 * 1024;

/// The pages, to be mounted under `/admin`.
pub fn router(deps: AdminDeps) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/admin/inbox") }))
        .route("/setup", get(setup::show).post(setup::create))
        .route("/login", get(auth::login::show).post(auth::login::sign_in))
        .route("/logout", post(auth::login::sign_out))
        .route("/available", post(presence::set))
        .route("/here", get(presence::here))
        .merge(inbox::routes())
        .merge(faq::routes())
        .merge(gaps::routes())
        .merge(checks::routes())
        .merge(settings::routes())
        .merge(engine::routes())
        .merge(notifications::routes())
        .route("/assets/{file}", get(assets::serve))
        .route("/worker.js", get(assets::worker))
        .fallback(error::nothing_here)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(axum::middleware::from_fn(error::in_words))
        .layer(axum::middleware::from_fn(assets::policy))
        .with_state(deps)
}
