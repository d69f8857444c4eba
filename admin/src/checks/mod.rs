//! The owner's test questions: written by hand or taken from a conversation,
//! put to the FAQ on demand and before every change of it.

mod edit;
mod gate;
mod list;
mod run_page;
mod runs;
mod take;
mod words;

pub use gate::{propose, retest};
pub use runs::Runs;

use crate::deps::AdminDeps;
use axum::Router;
use axum::routing::{get, post};

/// Test questions of a site that are asked at most.
pub const MOST: u32 = 200;

/// Routes of the test questions.
pub fn routes() -> Router<AdminDeps> {
    Router::new()
        .route("/checks", get(list::page))
        .route("/checks/run", post(list::run))
        .route("/checks/gate", post(list::set_gate))
        .route("/checks/new", get(edit::new).post(edit::create))
        .route("/checks/from", post(take::take))
        .route("/checks/{id}", get(edit::show).post(edit::save))
        .route("/checks/{id}/delete", post(edit::delete))
        .route("/checks/{id}/restore", post(edit::restore))
        .route("/checks/runs/{run}", get(run_page::page))
        .route("/checks/runs/{run}/part", get(run_page::part))
        .route("/checks/runs/{run}/cancel", post(run_page::cancel))
        .route("/checks/runs/{run}/publish", post(run_page::publish))
        .route("/checks/runs/{run}/back", post(run_page::back))
}
