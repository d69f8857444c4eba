//! Settings: the firm, the snippet, alert words, hours, people.

mod fields;
mod firm;
mod page;
mod people;

pub use fields::{checked_email, is_origin};

use crate::deps::AdminDeps;
use axum::Router;
use axum::routing::{get, post};

/// Routes of the settings.
pub fn routes() -> Router<AdminDeps> {
    Router::new()
        .route("/settings", get(page::show).post(firm::save))
        .route("/settings/people", post(people::add))
        .route("/settings/people/{id}/disable", post(people::disable))
        .route("/settings/people/{id}/enable", post(people::enable))
}
