//! All entries as a file.

use super::imports;
use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use comptoir_ingest::{ExportFormat, export};
use serde::Deserialize;

/// `?as=csv`
#[derive(Debug, Deserialize)]
pub struct ExportQuery {
    #[serde(default, rename = "as")]
    format: FormatName,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FormatName {
    #[default]
    Csv,
    Json,
    Jsonl,
    Markdown,
}

/// `GET /admin/faq/export`
pub async fn download(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, AdminError> {
    let site = &person.agent.site;
    let drafts = imports::drafts(imports::all_entries(deps.storage.as_ref(), site).await?);
    let (format, ending) = match query.format {
        FormatName::Csv => (ExportFormat::Csv, "csv"),
        FormatName::Json => (ExportFormat::Json, "json"),
        FormatName::Jsonl => (ExportFormat::Jsonl, "jsonl"),
        FormatName::Markdown => (ExportFormat::Markdown, "md"),
    };
    let bytes = export(format, &drafts);
    let name = format!("attachment; filename=\"faq-{site}.{ending}\"");
    let headers = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}
