//! FAQ entries: versioned rows, the only source of what the machine may state.

use super::{AgentId, SiteId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An entry, the same through all its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub Uuid);

/// Whether visitors get answers from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryStatus {
    /// Only people of the firm see it.
    Draft,
    /// Visitors get answers from it.
    Published,
}

/// What an owner writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryContent {
    /// The question, as a visitor would ask it.
    pub question: String,
    /// Other wordings of the question.
    pub alternatives: Vec<String>,
    /// The answer, plain text.
    pub answer: String,
    /// Group shown in lists.
    pub category: Option<String>,
    /// Words that help to find it.
    pub keywords: Vec<String>,
    /// Language, a BCP 47 primary tag.
    pub lang: String,
    /// Draft or published.
    pub status: EntryStatus,
}

/// An entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who it is.
    pub id: EntryId,
    /// Whose it is.
    pub site: SiteId,
    /// Id in the file it was imported from.
    pub external_id: Option<String>,
    /// 1 at creation, one more with each change.
    pub version: i64,
    /// Position in the site's stream of changes; the index follows it.
    pub revision: i64,
    /// What it says.
    pub content: EntryContent,
    /// Since when it is deleted; deleted entries can be restored.
    pub deleted_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Entry {
    /// Whether visitors may get answers from it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none() && self.content.status == EntryStatus::Published
    }
}

/// An entry to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Id, made by the caller.
    pub id: EntryId,
    /// Id in the file it comes from.
    pub external_id: Option<String>,
    /// What it says.
    pub content: EntryContent,
}

/// One row of an import, already planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportWrite {
    /// A new entry.
    Add(NewEntry),
    /// New content for an existing entry, whatever its version.
    Change {
        /// Which entry.
        id: EntryId,
        /// Id in the file; taken over when the entry has none yet.
        external_id: Option<String>,
        /// Whether a deleted entry comes back; else it stays deleted.
        restore: bool,
        /// What it says from now on.
        content: EntryContent,
    },
}

/// A past state of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVersion {
    /// Which version.
    pub version: i64,
    /// What it said.
    pub content: EntryContent,
    /// Whether that version was a deletion.
    pub deleted: bool,
    /// Who wrote it; nobody for imports by command.
    pub author: Option<AgentId>,
    /// When.
    pub at: Timestamp,
}

/// Which entries of a site to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// Words to look for in question, answer, alternatives and keywords; all
    /// must be there, case and accents do not matter ([`crate::search::fold`]).
    pub text: Option<String>,
    /// Only this status.
    pub status: Option<EntryStatus>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this language.
    pub lang: Option<String>,
    /// Only deleted ones, instead of only the others.
    pub deleted: bool,
}
