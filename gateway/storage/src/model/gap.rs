//! Questions the FAQ could not answer.

use super::{ConversationKey, EntryId, SiteId};
use comptoir_protocol::Seq;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An unanswered question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GapId(pub Uuid);

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapStatus {
    /// Nobody looked at it yet.
    Open,
    /// It became an entry.
    Answered,
    /// The owner set it aside.
    Dismissed,
}

/// Why a question stands in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// The FAQ did not say.
    Unanswered,
    /// It was answered, and the visitor said that this did not help.
    BadlyRated,
}

/// An unanswered question to keep; personal data is masked by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGap {
    /// Id, made by the caller.
    pub id: GapId,
    /// The question, masked.
    pub question: String,
    /// Language of the question.
    pub lang: String,
    /// Closest entry, if any was near.
    pub nearest: Option<EntryId>,
    /// Why it is kept.
    pub kind: GapKind,
}

/// An unanswered question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which.
    pub id: GapId,
    /// Whose.
    pub site: SiteId,
    /// Conversation it was asked in.
    pub conversation: ConversationKey,
    /// Last event of the commit it came with.
    pub seq: Seq,
    /// The question, masked.
    pub question: String,
    /// Language of the question.
    pub lang: String,
    /// Closest entry, if any was near.
    pub nearest: Option<EntryId>,
    /// Why it is kept.
    pub kind: GapKind,
    /// Entry that somebody began to write for it.
    pub entry: Option<EntryId>,
    /// What became of it.
    pub status: GapStatus,
    /// When it was asked.
    pub at: Timestamp,
}
