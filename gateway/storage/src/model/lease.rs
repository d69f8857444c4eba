//! The right to write the answer to a conversation's open question.

use super::ConversationKey;
use jiff::Timestamp;
use uuid::Uuid;

/// A process among those that share the storage; new at every start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeId(pub Uuid);

/// One node's right to write one answer, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Whose open question is answered.
    pub key: ConversationKey,
    /// Who answers.
    pub owner: NodeId,
    /// When the right ends unless it is taken again before.
    pub until: Timestamp,
}
