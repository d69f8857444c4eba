//! Conversations and their logs.

mod begin;
mod commit;
mod inbox;
mod read;

use crate::PostgresStorage;
use crate::error::backend;
use async_trait::async_trait;
use comptoir_protocol::{ClientId, NumberedEvent, Seq};
use comptoir_storage::columns::{plain, seq_column};
use comptoir_storage::model::{
    AgentId, Commit, Committed, Conversation, ConversationFilter, ConversationKey,
    ConversationSummary, NewConversation, Page, SiteId, VisitorKey,
};
use comptoir_storage::{ConversationStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl ConversationStore for PostgresStorage {
    async fn begin(&self, new: &NewConversation) -> Result<Conversation, StorageError> {
        begin::begin(self.begin_transaction().await?, new).await
    }

    async fn open_or_begin(&self, new: &NewConversation) -> Result<Conversation, StorageError> {
        begin::open_or_begin(self.begin_transaction().await?, new).await
    }

    async fn conversation(
        &self,
        key: ConversationKey,
    ) -> Result<Option<Conversation>, StorageError> {
        read::conversation(self.pool(), key).await
    }

    async fn open_conversation_of(
        &self,
        site: &SiteId,
        visitor: VisitorKey,
    ) -> Result<Option<Conversation>, StorageError> {
        read::open_conversation_of(self.pool(), site, visitor).await
    }

    async fn events(
        &self,
        key: ConversationKey,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<NumberedEvent>, StorageError> {
        read::events(self.pool(), key, after, limit).await
    }

    async fn event_by_client_id(
        &self,
        key: ConversationKey,
        id: &ClientId,
    ) -> Result<Option<NumberedEvent>, StorageError> {
        let (key, id) = (key.0.to_string(), plain(id.as_str()));
        read::event_by_client_id(self.pool(), &key, &id).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StorageError> {
        commit::commit(self.begin_transaction().await?, commit).await
    }

    async fn inbox(
        &self,
        site: &SiteId,
        filter: ConversationFilter,
        page: Page<ConversationKey>,
    ) -> Result<Vec<ConversationSummary>, StorageError> {
        inbox::inbox(self.pool(), site, filter, page).await
    }

    async fn inbox_counts(
        &self,
        site: &SiteId,
        agent: AgentId,
    ) -> Result<(u64, u64), StorageError> {
        inbox::counts(self.pool(), site, agent).await
    }

    async fn mark_agents_read(&self, key: ConversationKey, seq: Seq) -> Result<(), StorageError> {
        let (key, seq) = (key.0.to_string(), seq_column(seq));
        sqlx::query!(
            "UPDATE conversations SET agents_read = least($2, last_seq) WHERE id = $1 AND agents_read < least($2, last_seq)",
            key,
            seq,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn mark_visitor_read(&self, key: ConversationKey, seq: Seq) -> Result<(), StorageError> {
        let (key, seq) = (key.0.to_string(), seq_column(seq));
        sqlx::query!(
            "UPDATE conversations SET visitor_read = least($2, last_seq) WHERE id = $1 AND visitor_read < least($2, last_seq)",
            key,
            seq,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn unfinished(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversation>, StorageError> {
        read::unfinished(self.pool(), before, limit).await
    }

    async fn silent(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversation>, StorageError> {
        read::silent(self.pool(), before, limit).await
    }

    async fn unattended(
        &self,
        before: Timestamp,
        page: Page<ConversationKey>,
    ) -> Result<Vec<Conversation>, StorageError> {
        read::unattended(self.pool(), before, page).await
    }
}
