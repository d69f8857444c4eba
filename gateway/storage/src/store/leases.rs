//! Which node writes an answer.

use crate::StorageError;
use crate::model::{ConversationKey, Lease, NodeId};
use async_trait::async_trait;
use jiff::Timestamp;

/// Gives one node at a time the right to answer a conversation's open
/// question. A lease saves work; it decides nothing: which answer counts is
/// settled by the commit, like everything else.
#[async_trait]
pub trait LeaseStore {
    /// Takes a lease, or takes one's own again until later. Whether it was
    /// given: somebody else's is only over when its end is not after `now`, or
    /// further away than twice the time asked for: then a clock has jumped.
    ///
    /// # Errors
    /// `Missing` when the conversation is not there.
    async fn take_lease(&self, lease: &Lease, now: Timestamp) -> Result<bool, StorageError>;

    /// Gives a lease back. Somebody else's stays.
    async fn give_lease_back(
        &self,
        key: ConversationKey,
        owner: NodeId,
    ) -> Result<(), StorageError>;

    /// Conversations with an unfinished question, changed before `before`,
    /// that nobody has a lease for at `now`; longest first, whatever their
    /// site: what a living node must take up. A lease that ends after `latest`
    /// is none: a clock has jumped.
    async fn unanswered(
        &self,
        now: Timestamp,
        latest: Timestamp,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<ConversationKey>, StorageError>;
}
