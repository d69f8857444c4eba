//! One-click changes of an entry: publish, withdraw, delete, restore.

use super::find;
use crate::auth::{Nothing, SafeForm};
use crate::checks;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::faq::proposal::Proposal;
use axum::extract::{Path, State};
use axum::response::Redirect;
use comptoir_storage::model::{EntryContent, EntryStatus};
use uuid::Uuid;

/// `POST /admin/faq/{id}/publish`
pub async fn publish(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_status(&deps, &form, id, EntryStatus::Published).await
}

/// `POST /admin/faq/{id}/unpublish`
pub async fn unpublish(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_status(&deps, &form, id, EntryStatus::Draft).await
}

async fn set_status(
    deps: &AdminDeps,
    form: &SafeForm<Nothing>,
    id: Uuid,
    status: EntryStatus,
) -> Result<Redirect, AdminError> {
    let entry = find(deps, &form.person, id).await?;
    let content = EntryContent { status, ..entry.content };
    let (id, expected) = (entry.id, entry.version);
    let proposal = Proposal::Update { id, expected, content, phrasing: None };
    checks::propose(deps, &form.person, proposal).await
}

/// `POST /admin/faq/{id}/delete`: undone by `restore`.
pub async fn delete(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_deleted(&deps, &form, id, true).await
}

/// `POST /admin/faq/{id}/restore`
pub async fn restore(
    State(deps): State<AdminDeps>,
    Path(id): Path<Uuid>,
    form: SafeForm<Nothing>,
) -> Result<Redirect, AdminError> {
    set_deleted(&deps, &form, id, false).await
}

async fn set_deleted(
    deps: &AdminDeps,
    form: &SafeForm<Nothing>,
    id: Uuid,
    deleted: bool,
) -> Result<Redirect, AdminError> {
    let entry = find(deps, &form.person, id).await?;
    checks::propose(deps, &form.person, Proposal::Delete { id: entry.id, deleted }).await
}
