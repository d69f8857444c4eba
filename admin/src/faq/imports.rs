//! An import against stored entries: shared by the desk and the command line.

use comptoir_ingest::{Action, Draft, ExistingEntry, ImportPlan, plan};
use comptoir_storage::model::{
    AgentId, Entry, EntryContent, EntryFilter, EntryId, EntryStatus, ImportWrite, NewEntry, Page,
    SiteId,
};
use comptoir_storage::{Storage, StorageError};
use jiff::Timestamp;
use uuid::Uuid;

/// All entries of a site that are not deleted.
///
/// # Errors
/// When storage fails.
pub async fn all_entries(storage: &dyn Storage, site: &SiteId) -> Result<Vec<Entry>, StorageError> {
    matching(storage, site, &EntryFilter::default()).await
}

async fn matching(
    storage: &dyn Storage,
    site: &SiteId,
    filter: &EntryFilter,
) -> Result<Vec<Entry>, StorageError> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map(|entry| entry.id);
        let page = Page { after, limit: 200 };
        let more = storage.entries(site, filter, page).await?;
        let is_last = more.len() < 200;
        entries.extend(more);
        if is_last {
            return Ok(entries);
        }
    }
}

/// What an import of these drafts would do. Deleted entries still own their
/// ids: a draft that names one brings it back.
///
/// # Errors
/// When storage fails.
pub async fn plan_import(
    storage: &dyn Storage,
    site: &SiteId,
    drafts: &[Draft],
    default_lang: &str,
) -> Result<ImportPlan, StorageError> {
    let deleted = EntryFilter { deleted: true, ..EntryFilter::default() };
    let mut entries = all_entries(storage, site).await?;
    entries.extend(matching(storage, site, &deleted).await?);
    let existing: Vec<ExistingEntry> = entries.into_iter().map(existing).collect();
    Ok(plan(&existing, drafts, default_lang))
}

fn existing(entry: Entry) -> ExistingEntry {
    ExistingEntry {
        id: entry.id.0,
        external_id: entry.external_id,
        question: entry.content.question,
        answer: entry.content.answer,
        category: entry.content.category,
        keywords: entry.content.keywords,
        alternatives: entry.content.alternatives,
        lang: entry.content.lang,
        published: entry.content.status == EntryStatus::Published,
        deleted: entry.deleted_at.is_some(),
    }
}

/// Carries a plan out in one transaction; returns how many entries changed.
///
/// # Errors
/// When storage fails; then nothing was imported.
pub async fn apply_import(
    storage: &dyn Storage,
    site: &SiteId,
    plan: &ImportPlan,
    status: EntryStatus,
    author: Option<AgentId>,
    now: Timestamp,
    new_id: impl FnMut() -> Uuid + Send,
) -> Result<usize, StorageError> {
    let writes = writes(storage, site, plan, status, new_id).await?;
    if !writes.is_empty() {
        storage.import_entries(site, &writes, author, now).await?;
    }
    Ok(writes.len())
}

/// What a plan writes. New entries get `status`, unless the file calls them
/// drafts; others keep theirs, unless the file says otherwise.
///
/// # Errors
/// When storage fails.
pub async fn writes(
    storage: &dyn Storage,
    site: &SiteId,
    plan: &ImportPlan,
    status: EntryStatus,
    mut new_id: impl FnMut() -> Uuid + Send,
) -> Result<Vec<ImportWrite>, StorageError> {
    let targets: Vec<EntryId> =
        plan.rows.iter().filter_map(|row| row.target).map(EntryId).collect();
    let stored = storage.entries_by_id(site, &targets).await?;
    let mut writes = Vec::new();
    for row in &plan.rows {
        match &row.action {
            Action::Add => {
                let is_draft = row.draft.published == Some(false);
                let status = if is_draft { EntryStatus::Draft } else { status };
                writes.push(ImportWrite::Add(NewEntry {
                    id: EntryId(new_id()),
                    external_id: row.draft.external_id.clone(),
                    content: content(&row.draft, status),
                }));
            }
            Action::Change { .. } | Action::Restore => {
                let found = stored.iter().find(|entry| Some(entry.id.0) == row.target);
                if let Some(entry) = found {
                    let status = match row.draft.published {
                        Some(true) => EntryStatus::Published,
                        Some(false) => EntryStatus::Draft,
                        None => entry.content.status,
                    };
                    writes.push(ImportWrite::Change {
                        id: entry.id,
                        external_id: row.draft.external_id.clone(),
                        restore: row.action == Action::Restore,
                        content: content(&row.draft, status),
                    });
                }
            }
            Action::Same | Action::Skip { .. } => {}
        }
    }
    Ok(writes)
}

fn content(draft: &Draft, status: EntryStatus) -> EntryContent {
    EntryContent {
        question: draft.question.clone(),
        alternatives: draft.alternatives.clone(),
        answer: draft.answer.clone(),
        category: draft.category.clone(),
        keywords: draft.keywords.clone(),
        lang: draft.lang.clone().unwrap_or_else(|| "fr".to_owned()),
        status,
    }
}

/// Stored entries as drafts, for export. Only what is not published says so:
/// elsewhere, whoever imports decides when the rest is.
#[must_use]
pub fn drafts(entries: Vec<Entry>) -> Vec<Draft> {
    entries
        .into_iter()
        .map(|entry| Draft {
            external_id: entry.external_id.or_else(|| Some(entry.id.0.to_string())),
            published: (entry.content.status == EntryStatus::Draft).then_some(false),
            question: entry.content.question,
            answer: entry.content.answer,
            category: entry.content.category,
            keywords: entry.content.keywords,
            alternatives: entry.content.alternatives,
            lang: Some(entry.content.lang),
            line: 0,
        })
        .collect()
}
