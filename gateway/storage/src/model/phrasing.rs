//! Other ways to ask an entry's question, proposed to the owner.

use super::{ConversationKey, EntryId, SiteId};
use comptoir_protocol::Seq;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A proposed phrasing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhrasingId(pub Uuid);

/// Where a phrasing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhrasingSource {
    /// The local model wrote it.
    Model,
    /// A visitor asked so, and confirmed that the entry answered.
    Conversation,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhrasingStatus {
    /// Nobody decided yet.
    Proposed,
    /// It is one of the entry's alternatives.
    Accepted,
    /// The owner does not want it; it is not proposed again.
    Declined,
}

/// A phrasing to propose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhrasing {
    /// Id, made by the caller.
    pub id: PhrasingId,
    /// Which entry it leads to.
    pub entry: EntryId,
    /// The words, without personal data.
    pub text: String,
    /// Where it comes from.
    pub source: PhrasingSource,
    /// The conversation it was learned from; goes with it.
    pub conversation: Option<ConversationKey>,
}

/// A phrasing as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrasing {
    /// Which.
    pub id: PhrasingId,
    /// Whose.
    pub site: SiteId,
    /// Which entry it leads to.
    pub entry: EntryId,
    /// The words.
    pub text: String,
    /// Where it comes from.
    pub source: PhrasingSource,
    /// What became of it.
    pub status: PhrasingStatus,
    /// When it was proposed.
    pub at: Timestamp,
}

/// What a visitor's verdict on a reply stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerdictPlace {
    /// When.
    pub at: Timestamp,
    /// In which conversation.
    pub conversation: ConversationKey,
    /// Which event.
    pub seq: Seq,
}

/// A visitor's "this answers me".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// The verdict's own place; where the next reading goes on.
    pub place: VerdictPlace,
    /// The machine's message that was judged.
    pub message: Seq,
}

/// What one look at an entry, or at verdicts, found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// Phrasings; those an entry has had before are left out.
    pub phrasings: Vec<NewPhrasing>,
    /// The entry that the model was asked about, and what it was shown.
    pub asked: Option<(EntryId, String)>,
    /// How far verdicts have been read.
    pub read: Option<VerdictPlace>,
}
