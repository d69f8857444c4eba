//! Conversations and their logs.

use crate::StorageError;
use crate::model::{
    AgentId, Commit, Committed, Conversation, ConversationFilter, ConversationKey,
    ConversationSummary, NewConversation, Page, SiteId, VisitorKey,
};
use async_trait::async_trait;
use comptoir_protocol::{ClientId, NumberedEvent, Seq};
use jiff::Timestamp;

/// Keeps conversations. Acknowledged means on disk.
#[async_trait]
pub trait ConversationStore {
    /// Begins a conversation with an empty log.
    ///
    /// # Errors
    /// `Missing` when the site does not exist; `Taken` when the key does.
    async fn begin(&self, new: &NewConversation) -> Result<Conversation, StorageError>;

    /// The visitor's latest open conversation at the new one's site; begins
    /// the new one if there is none. However many ask at once, on whatever
    /// node, one is begun.
    ///
    /// # Errors
    /// As of `begin`.
    async fn open_or_begin(&self, new: &NewConversation) -> Result<Conversation, StorageError>;

    /// One conversation, whatever its site; callers check whose it is.
    async fn conversation(
        &self,
        key: ConversationKey,
    ) -> Result<Option<Conversation>, StorageError>;

    /// The visitor's latest conversation that is not closed.
    async fn open_conversation_of(
        &self,
        site: &SiteId,
        visitor: VisitorKey,
    ) -> Result<Option<Conversation>, StorageError>;

    /// Events after `after`, in order, at most `limit`.
    async fn events(
        &self,
        key: ConversationKey,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<NumberedEvent>, StorageError>;

    /// The event stored under a client id.
    async fn event_by_client_id(
        &self,
        key: ConversationKey,
        id: &ClientId,
    ) -> Result<Option<NumberedEvent>, StorageError>;

    /// Appends events and moves the head: one transaction. The head's read
    /// marks only move forward, and never past the last event, whatever it says.
    ///
    /// # Errors
    /// `Duplicate` when a client id is already stored (nothing is written),
    /// else `Conflict` when `expected` is not the last event, `Missing` when
    /// the conversation, or the agent who is to hold it, is not there.
    async fn commit(&self, commit: &Commit) -> Result<Committed, StorageError>;

    /// A page of an inbox. The key is the last row's conversation; an unknown
    /// one gives an empty page. A list sorted by last change moves while it is
    /// read: a row may come twice, so callers keep rows by key.
    async fn inbox(
        &self,
        site: &SiteId,
        filter: ConversationFilter,
        page: Page<ConversationKey>,
    ) -> Result<Vec<ConversationSummary>, StorageError>;

    /// How many conversations wait for a person, and how many this one holds.
    async fn inbox_counts(&self, site: &SiteId, agent: AgentId)
    -> Result<(u64, u64), StorageError>;

    /// Marks events up to `seq` as seen by agents; never moves back, never
    /// past the last event. An unknown conversation is no error.
    async fn mark_agents_read(&self, key: ConversationKey, seq: Seq) -> Result<(), StorageError>;

    /// Marks events up to `seq` as seen by the visitor; never moves back,
    /// never past the last event. An unknown conversation is no error.
    async fn mark_visitor_read(&self, key: ConversationKey, seq: Seq) -> Result<(), StorageError>;

    /// Conversations with an unfinished question changed before `before`,
    /// longest first, whatever their site: what a restarted process must take up.
    async fn unfinished(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversation>, StorageError>;

    /// Conversations the machine holds, with no unfinished question and
    /// unchanged since before `before`, longest first, whatever their site:
    /// what may end by itself.
    async fn silent(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversation>, StorageError>;

    /// Conversations that wait for a person since before `before` and of which
    /// something is still to be done ([`WaitStep`] before the last), longest
    /// first, whatever their site. The key is the last one seen; an unknown
    /// one gives an empty page.
    ///
    /// [`WaitStep`]: crate::model::WaitStep
    async fn unattended(
        &self,
        before: Timestamp,
        page: Page<ConversationKey>,
    ) -> Result<Vec<Conversation>, StorageError>;
}
