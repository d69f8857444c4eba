//! Conversations and their logs.

mod commit;
mod inbox;
mod read;

use crate::PostgresStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_protocol::{ClientId, NumberedEvent, Seq};
use comptoir_storage::columns::{HeadColumns, plain, seq_column};
use comptoir_storage::model::{
    AgentId, Commit, Committed, Conversation, ConversationFilter, ConversationKey,
    ConversationSummary, NewConversation, Page, SiteId, VisitorKey,
};
use comptoir_storage::{ConversationStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl ConversationStore for PostgresStorage {
    async fn begin(&self, new: &NewConversation) -> Result<Conversation, StorageError> {
        let head = HeadColumns::try_from(&new.head)?;
        let (key, site, visitor) =
            (new.key.0.to_string(), new.site.as_str(), new.visitor.0.as_slice());
        let (epoch, page, at) =
            (plain(new.epoch.as_str()), plain(&new.page), new.at.as_millisecond());
        let mut tx = self.begin_transaction().await?;
        sqlx::query!(
            "INSERT INTO conversations (id, site_id, visitor, epoch, last_seq, state, state_since,
                handover_reason, agent_id, close_reason, queued_at, open_question, failures, notice_due,
                contact_channel, contact_value, agents_read, visitor_read, lang, page, created_at, updated_at,
                close_outcome, wait_step, wanted_agent)
            VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, $16, $17, $18, $18,
                $19, $20, $21)",
            key,
            site,
            visitor,
            &*epoch,
            head.state,
            head.state_since,
            head.handover_reason,
            head.agent_id,
            head.close_reason,
            head.queued_at,
            head.open_question,
            head.failures,
            head.notice_due,
            head.contact_channel,
            head.contact_value,
            head.lang,
            &*page,
            at,
            head.close_outcome,
            head.wait_step,
            head.wanted_agent,
        )
        .execute(&mut *tx)
        .await
        .map_err(violation)?;
        let row = select_conversations!("WHERE id = $1", key)
            .fetch_one(&mut *tx)
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)?;
        row.try_into()
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
