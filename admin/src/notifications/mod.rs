//! Being told outside the pages: this device, wishes, what was not delivered.

mod devices;
mod failures;
mod page;
mod wishes;

use crate::deps::AdminDeps;
use axum::Router;
use axum::routing::{get, post};

/// Routes of the notifications.
pub fn routes() -> Router<AdminDeps> {
    Router::new()
        .route("/notifications", get(page::show).post(wishes::save))
        .route("/notifications/devices", post(devices::keep))
        .route("/notifications/devices/forget", post(devices::forget_this))
        .route("/notifications/devices/{id}/forget", post(devices::forget))
        .route("/notifications/people/{id}", post(wishes::save_for))
        .route("/notifications/firm", post(wishes::save_firm))
        .route("/notifications/failures/{id}/retry", post(failures::retry))
        .route("/notifications/failures/{id}/dismiss", post(failures::dismiss))
}
