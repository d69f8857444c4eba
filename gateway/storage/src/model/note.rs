//! Private notes: what people of the firm tell each other about a conversation.
//!
//! A note is no event. It has its own type, its own table and its own numbers,
//! so that nothing which reads a conversation's log for a visitor can carry one.

use super::{AgentId, ConversationKey, SiteId};
use comptoir_protocol::{ClientId, Seq};
use jiff::Timestamp;

/// A note to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// About which conversation.
    pub conversation: ConversationKey,
    /// Whose; the conversation and the writer are of this site.
    pub site: SiteId,
    /// Id the writer's page gave, unique in the conversation; a retry finds
    /// the note.
    pub id: ClientId,
    /// Who wrote it.
    pub agent: AgentId,
    /// First name of the writer, as it was then.
    pub name: String,
    /// The words.
    pub text: String,
    /// Now.
    pub at: Timestamp,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// About which conversation.
    pub conversation: ConversationKey,
    /// Its number among the conversation's notes: 1, 2, 3, …
    pub number: u64,
    /// The conversation's last event when it was written: its place in the
    /// thread.
    pub after: Seq,
    /// Who wrote it.
    pub agent: AgentId,
    /// First name of the writer, as it was then.
    pub name: String,
    /// The words.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}
