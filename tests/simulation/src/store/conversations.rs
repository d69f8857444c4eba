//! Conversations and their logs.

use super::Disk;
use super::tables::Record;
use async_trait::async_trait;
use comptoir_protocol::{ClientId, NumberedEvent, Seq};
use comptoir_storage::model::{
    AgentId, Commit, Committed, Conversation, ConversationFilter, ConversationHead,
    ConversationKey, ConversationSummary, Holder, NewConversation, Page, SiteId, VisitorKey,
};
use comptoir_storage::{ConversationStore, StorageError};
use jiff::Timestamp;

#[async_trait]
impl ConversationStore for Disk {
    async fn begin(&self, new: &NewConversation) -> Result<Conversation, StorageError> {
        if self.weather.happens(|odds| odds.commit_fails) {
            self.wait().await;
            return Err(super::broken());
        }
        self.wait().await;
        self.tables().begin(new)
    }

    async fn open_or_begin(&self, new: &NewConversation) -> Result<Conversation, StorageError> {
        if self.weather.happens(|odds| odds.commit_fails) {
            self.wait().await;
            return Err(super::broken());
        }
        self.wait().await;
        let mut tables = self.tables();
        let open = tables.open_of(&new.site, new.visitor).cloned();
        match open {
            Some(open) => Ok(open),
            None => tables.begin(new),
        }
    }

    async fn conversation(
        &self,
        key: ConversationKey,
    ) -> Result<Option<Conversation>, StorageError> {
        let look = |record: &Record| record.conversation.clone();
        self.read(|tables| tables.records.get(&key).map(look)).await
    }

    async fn open_conversation_of(
        &self,
        site: &SiteId,
        visitor: VisitorKey,
    ) -> Result<Option<Conversation>, StorageError> {
        self.read(|tables| tables.open_of(site, visitor).cloned()).await
    }

    async fn events(
        &self,
        key: ConversationKey,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<NumberedEvent>, StorageError> {
        self.read(|tables| {
            let events = tables.records.get(&key).map_or(&[][..], |record| &record.events);
            let later = events.iter().filter(|event| event.seq > after);
            later.take(limit as usize).cloned().collect()
        })
        .await
    }

    async fn event_by_client_id(
        &self,
        key: ConversationKey,
        id: &ClientId,
    ) -> Result<Option<NumberedEvent>, StorageError> {
        self.read(|tables| tables.records.get(&key).and_then(|record| record.by_id(id)).cloned())
            .await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StorageError> {
        self.write(commit).await
    }

    async fn inbox(
        &self,
        site: &SiteId,
        filter: ConversationFilter,
        page: Page<ConversationKey>,
    ) -> Result<Vec<ConversationSummary>, StorageError> {
        self.read(|tables| super::inbox::inbox(tables, site, filter, &page)).await
    }

    async fn inbox_counts(
        &self,
        site: &SiteId,
        agent: AgentId,
    ) -> Result<(u64, u64), StorageError> {
        self.read(|tables| super::inbox::counts(tables, site, agent)).await
    }

    async fn mark_agents_read(&self, key: ConversationKey, seq: Seq) -> Result<(), StorageError> {
        self.mark(key, seq, |head| &mut head.agents_read);
        Ok(())
    }

    async fn mark_visitor_read(&self, key: ConversationKey, seq: Seq) -> Result<(), StorageError> {
        self.mark(key, seq, |head| &mut head.visitor_read);
        Ok(())
    }

    async fn unfinished(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversation>, StorageError> {
        let open = |head: &ConversationHead| head.open_question.is_some();
        self.longest_first(before, limit, open).await
    }

    async fn silent(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversation>, StorageError> {
        let idle =
            |head: &ConversationHead| head.holder == Holder::Bot && head.open_question.is_none();
        self.longest_first(before, limit, idle).await
    }

    async fn unattended(
        &self,
        before: Timestamp,
        page: Page<ConversationKey>,
    ) -> Result<Vec<Conversation>, StorageError> {
        self.read(|tables| super::inbox::unattended(tables, before, &page)).await
    }
}

impl Disk {
    fn mark(&self, key: ConversationKey, seq: Seq, mark: fn(&mut ConversationHead) -> &mut Seq) {
        if let Some(record) = self.tables().records.get_mut(&key) {
            let last = record.conversation.last_seq;
            let mark = mark(&mut record.conversation.head);
            *mark = seq.min(last).max(*mark);
        }
    }

    async fn longest_first(
        &self,
        before: Timestamp,
        limit: u32,
        wanted: fn(&ConversationHead) -> bool,
    ) -> Result<Vec<Conversation>, StorageError> {
        self.read(|tables| {
            let all = tables.records.values().map(|record| &record.conversation);
            let mut found: Vec<_> =
                all.filter(|one| one.updated_at < before && wanted(&one.head)).cloned().collect();
            found.sort_by_key(|one| (one.updated_at, one.key));
            found.truncate(limit as usize);
            found
        })
        .await
    }
}
