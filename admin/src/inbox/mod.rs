//! Conversations: lists, threads, what a person can do, live updates.

mod actions;
mod list;
mod live;
mod passing;
mod private;
mod status;
mod thread;

pub use thread::zone_of;

use crate::deps::AdminDeps;
use axum::Router;
use axum::routing::{get, post};

/// Routes of the inbox.
pub fn routes() -> Router<AdminDeps> {
    Router::new()
        .route("/inbox", get(list::page))
        .route("/inbox/rows", get(list::rows))
        .route("/inbox/{key}", get(thread::page))
        .route("/inbox/{key}/status", get(status::part))
        .route("/inbox/{key}/reply", post(actions::reply))
        .route("/inbox/{key}/claim", post(actions::claim))
        .route("/inbox/{key}/take", post(actions::take_over))
        .route("/inbox/{key}/release", post(actions::release))
        .route("/inbox/{key}/transfer", post(passing::transfer))
        .route("/inbox/{key}/close", post(passing::close))
        .route("/inbox/{key}/reopen", post(passing::reopen))
        .route("/inbox/{key}/note", post(actions::note))
        .route("/inbox/{key}/propose", post(actions::propose))
        .route("/inbox/{key}/withdraw", post(actions::withdraw))
        .route("/inbox/{key}/typing", post(actions::typing))
        .route("/live", get(live::stream))
}
