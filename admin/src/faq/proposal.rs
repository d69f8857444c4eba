//! A change of the FAQ before it is made: what visitors would have, and how it
//! is carried out once it may be.
//!
//! Every change of an entry goes through here, whoever made it, so that none
//! can pass the owner's test questions by.

use crate::rehearsal::EntryChange;
use comptoir_storage::model::{
    AgentId, CheckContent, CheckId, Entry, EntryContent, EntryId, GapId, GapStatus, ImportWrite,
    NewEntry, PhrasingId, PhrasingStatus, SiteId,
};
use comptoir_storage::{Storage, StorageError};
use jiff::Timestamp;

/// A change to make.
#[derive(Debug, Clone)]
pub enum Proposal {
    /// A new entry, and the questions it is written for.
    Create {
        /// The entry.
        entry: NewEntry,
        /// The questions.
        gaps: Vec<GapId>,
    },
    /// New content of an entry.
    Update {
        /// Which.
        id: EntryId,
        /// The version it was made from.
        expected: i64,
        /// What it would say.
        content: EntryContent,
        /// The proposed phrasing that it takes over.
        phrasing: Option<PhrasingId>,
    },
    /// An entry is deleted, or comes back.
    Delete {
        /// Which.
        id: EntryId,
        /// Whether it goes.
        deleted: bool,
    },
    /// A planned import.
    Import(Vec<ImportWrite>),
}

impl Proposal {
    /// What visitors would have. Empty when they would not notice: drafts.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn changes(
        &self,
        storage: &dyn Storage,
        site: &SiteId,
        now: Timestamp,
    ) -> Result<Vec<EntryChange>, StorageError> {
        let mut out = Vec::new();
        match self {
            Self::Create { entry, .. } => out.extend(added(site, entry, now)),
            Self::Update { id, content, .. } => {
                let stored = storage.entry(site, *id).await?;
                out.extend(stored.and_then(|stored| {
                    let after = Entry { content: content.clone(), ..stored.clone() };
                    changed(&stored, after)
                }));
            }
            Self::Delete { id, deleted } => {
                let stored = storage.entry(site, *id).await?;
                out.extend(stored.and_then(|stored| {
                    let deleted_at = deleted.then_some(now);
                    changed(&stored, Entry { deleted_at, ..stored.clone() })
                }));
            }
            Self::Import(writes) => {
                let ids: Vec<EntryId> = writes.iter().filter_map(changed_id).collect();
                let stored = storage.entries_by_id(site, &ids).await?;
                out.extend(writes.iter().filter_map(|write| imported(site, write, &stored, now)));
            }
        }
        Ok(out)
    }

    /// How many revisions of the site the change takes.
    #[must_use]
    pub fn steps(&self) -> i64 {
        match self {
            Self::Create { .. } | Self::Update { .. } | Self::Delete { .. } => 1,
            Self::Import(writes) => i64::try_from(writes.len()).unwrap_or(i64::MAX),
        }
    }

    /// Makes the change; gives the page that shows it.
    ///
    /// # Errors
    /// When storage refuses; then nothing was changed.
    pub async fn apply(
        &self,
        storage: &dyn Storage,
        site: &SiteId,
        author: AgentId,
        now: Timestamp,
    ) -> Result<String, StorageError> {
        let by = Some(author);
        match self {
            Self::Create { entry, gaps } => {
                let made = storage.create_entry(site, entry, by, now).await?;
                if !gaps.is_empty() {
                    storage.link_gaps(site, gaps, made.id).await?;
                }
                settle(storage, site, &made).await?;
                Ok(format!("/admin/faq/{}?saved=true", made.id.0))
            }
            Self::Update { id, expected, content, phrasing } => {
                let made = storage.update_entry(site, *id, *expected, content, by, now).await?;
                if let Some(phrasing) = phrasing {
                    let accepted = PhrasingStatus::Accepted;
                    storage.set_phrasing_status(site, *phrasing, accepted).await?;
                }
                settle(storage, site, &made).await?;
                Ok(format!("/admin/faq/{}?saved=true", id.0))
            }
            Self::Delete { id, deleted } => {
                storage.set_entry_deleted(site, *id, *deleted, by, now).await?;
                Ok(if *deleted {
                    format!("/admin/faq?deleted={}", id.0)
                } else {
                    format!("/admin/faq/{}?saved=true", id.0)
                })
            }
            Self::Import(writes) => {
                if !writes.is_empty() {
                    storage.import_entries(site, writes, by, now).await?;
                }
                Ok(format!("/admin/faq?imported={}", writes.len()))
            }
        }
    }

    /// Where the change was written, to go on there.
    #[must_use]
    pub fn back(&self) -> String {
        match self {
            Self::Create { .. } => "/admin/faq/new".to_owned(),
            Self::Update { id, .. } | Self::Delete { id, .. } => format!("/admin/faq/{}", id.0),
            Self::Import(_) => "/admin/faq/import".to_owned(),
        }
    }
}

/// Accepted new replies: what the test questions ask for from now on.
///
/// # Errors
/// When storage fails.
pub async fn adapt(
    storage: &dyn Storage,
    site: &SiteId,
    accepted: &[(CheckId, CheckContent)],
    now: Timestamp,
) -> Result<(), StorageError> {
    for (id, content) in accepted {
        storage.update_check(site, *id, content, now).await?;
    }
    Ok(())
}

/// Questions that waited for an entry are answered once it is published.
async fn settle(storage: &dyn Storage, site: &SiteId, entry: &Entry) -> Result<(), StorageError> {
    if !entry.is_live() {
        return Ok(());
    }
    let waiting = storage.gaps_of_entry(site, entry.id).await?;
    let ids: Vec<GapId> = waiting.into_iter().map(|gap| gap.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    storage.settle_gaps(site, &ids, GapStatus::Answered).await
}

fn added(site: &SiteId, new: &NewEntry, now: Timestamp) -> Option<EntryChange> {
    let entry = Entry {
        id: new.id,
        site: site.clone(),
        external_id: new.external_id.clone(),
        version: 1,
        revision: 0,
        content: new.content.clone(),
        deleted_at: None,
        created_at: now,
        updated_at: now,
    };
    entry.is_live().then(|| EntryChange::As(Box::new(entry)))
}

fn changed(before: &Entry, after: Entry) -> Option<EntryChange> {
    if after.is_live() {
        let same = before.is_live() && before.content == after.content;
        let next = Entry { version: after.version + 1, ..after };
        return (!same).then(|| EntryChange::As(Box::new(next)));
    }
    before.is_live().then_some(EntryChange::Gone(before.id))
}

fn changed_id(write: &ImportWrite) -> Option<EntryId> {
    match write {
        ImportWrite::Add(_) => None,
        ImportWrite::Change { id, .. } => Some(*id),
    }
}

fn imported(
    site: &SiteId,
    write: &ImportWrite,
    stored: &[Entry],
    now: Timestamp,
) -> Option<EntryChange> {
    match write {
        ImportWrite::Add(new) => added(site, new, now),
        ImportWrite::Change { id, restore, content, .. } => {
            let before = stored.iter().find(|entry| entry.id == *id)?;
            let deleted_at = before.deleted_at.filter(|_| !restore);
            changed(before, Entry { content: content.clone(), deleted_at, ..before.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{added, changed};
    use crate::rehearsal::EntryChange;
    use comptoir_storage::model::{Entry, EntryContent, EntryId, EntryStatus, NewEntry, SiteId};
    use jiff::Timestamp;
    use uuid::Uuid;

    fn entry(status: EntryStatus) -> Entry {
        let now = Timestamp::UNIX_EPOCH;
        Entry {
            id: EntryId(Uuid::from_u128(7)),
            site: SiteId::parse("s").unwrap(),
            external_id: None,
            version: 3,
            revision: 9,
            content: EntryContent {
                question: "Le prix ?".to_owned(),
                alternatives: Vec::new(),
                answer: "85 €.".to_owned(),
                category: None,
                keywords: Vec::new(),
                lang: "fr".to_owned(),
                status,
            },
            deleted_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn only_what_visitors_would_notice_is_a_change() {
        let (live, draft) = (entry(EntryStatus::Published), entry(EntryStatus::Draft));
        assert_eq!(changed(&live, live.clone()), None);
        assert_eq!(changed(&draft, draft.clone()), None);
        assert_eq!(changed(&live, draft.clone()), Some(EntryChange::Gone(live.id)));
        let Some(EntryChange::As(published)) = changed(&draft, live.clone()) else {
            panic!("a published draft is a change");
        };
        assert_eq!(published.version, 4, "a version of its own");
        let deleted = Entry { deleted_at: Some(Timestamp::UNIX_EPOCH), ..live.clone() };
        assert_eq!(changed(&live, deleted.clone()), Some(EntryChange::Gone(live.id)));
        assert!(matches!(changed(&deleted, live.clone()), Some(EntryChange::As(_))));
        let new = NewEntry { id: live.id, external_id: None, content: draft.content };
        assert_eq!(added(&live.site, &new, Timestamp::UNIX_EPOCH), None);
    }
}
