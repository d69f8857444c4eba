//! Rows, and the one transaction that changes a conversation.

use comptoir_protocol::{ClientId, Event, NumberedEvent, Seq};
use comptoir_storage::StorageError;
use comptoir_storage::columns::{is_same_head, plain};
use comptoir_storage::model::{
    Agent, AgentId, Commit, Committed, Conversation, ConversationKey, Gap, GapStatus, Holder,
    Lease, NewConversation, Site, SiteId, VisitorKey,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Everything kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    pub records: BTreeMap<ConversationKey, Record>,
    pub sites: BTreeMap<SiteId, Site>,
    pub agents: BTreeMap<AgentId, Agent>,
    pub gaps: Vec<Gap>,
    pub leases: BTreeMap<ConversationKey, Lease>,
}

/// A conversation with its log.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub conversation: Conversation,
    pub events: Vec<NumberedEvent>,
    pub ids: BTreeMap<ClientId, Seq>,
    pub queued_at: Option<Timestamp>,
    pub last_message: Option<NumberedEvent>,
}

impl Tables {
    pub fn begin(&mut self, new: &NewConversation) -> Result<Conversation, StorageError> {
        if !self.sites.contains_key(&new.site) {
            return Err(StorageError::Missing { what: "site" });
        }
        if self.records.contains_key(&new.key) {
            return Err(StorageError::Taken { what: "conversation" });
        }
        let conversation = Conversation {
            key: new.key,
            site: new.site.clone(),
            visitor: new.visitor,
            epoch: new.epoch.clone(),
            last_seq: Seq(0),
            head: new.head.clone(),
            page: plain(&new.page).into_owned(),
            created_at: new.at,
            updated_at: new.at,
        };
        let record = Record {
            conversation: conversation.clone(),
            events: Vec::new(),
            ids: BTreeMap::new(),
            queued_at: None,
            last_message: None,
        };
        self.records.insert(new.key, record);
        Ok(conversation)
    }

    /// One node at a time, until it gives back, is silent, or its clock has
    /// jumped.
    pub fn take_lease(&mut self, lease: &Lease, now: Timestamp) -> Result<bool, StorageError> {
        if !self.records.contains_key(&lease.key) {
            return Err(StorageError::Missing { what: "conversation" });
        }
        let wanted = lease.until.duration_since(now);
        let is_anothers = |held: &Lease| {
            let left = held.until.duration_since(now);
            held.owner != lease.owner && left.is_positive() && left <= wanted * 2
        };
        if self.leases.get(&lease.key).is_some_and(is_anothers) {
            return Ok(false);
        }
        self.leases.insert(lease.key, *lease);
        Ok(true)
    }

    /// The visitor's latest open conversation at a site.
    pub fn open_of(&self, site: &SiteId, visitor: VisitorKey) -> Option<&Conversation> {
        let all = self.records.values().map(|record| &record.conversation);
        let own = all.filter(|own| own.site == *site && own.visitor == visitor);
        let open = own.filter(|own| !matches!(own.head.holder, Holder::Closed { .. }));
        open.max_by_key(|own| (own.created_at, own.key))
    }

    /// All or nothing: everything is looked at before anything changes.
    pub fn commit(&mut self, commit: &Commit, idempotent: bool) -> Result<Committed, StorageError> {
        let missing = || StorageError::Missing { what: "conversation" };
        let record = self.records.get_mut(&commit.key).ok_or_else(missing)?;
        let ids = commit.events.iter().filter_map(|event| event.client_id.as_ref());
        if let Some(existing) = ids.clone().find_map(|id| record.by_id(id)).filter(|_| idempotent) {
            return Err(StorageError::Duplicate { existing: Box::new(existing.clone()) });
        }
        let last = record.conversation.last_seq;
        if last != commit.expected || !is_same_head(&commit.base, &record.conversation.head)? {
            return Err(StorageError::Conflict { actual: last });
        }
        let named = match commit.head.holder {
            Holder::Human { agent, .. } => Some(agent),
            Holder::Queued { wanted, .. } => wanted,
            Holder::Bot | Holder::Closed { .. } => None,
        };
        if named.is_some_and(|agent| !self.agents.contains_key(&agent)) {
            return Err(StorageError::Missing { what: "agent" });
        }
        if commit.gaps.iter().any(|new| self.gaps.iter().any(|gap| gap.id == new.id)) {
            return Err(StorageError::Backend("a gap of this id exists".into()));
        }
        let committed = record.append(commit);
        for new in &commit.gaps {
            self.gaps.push(Gap {
                id: new.id,
                site: record.conversation.site.clone(),
                conversation: commit.key,
                seq: committed.last_seq,
                question: plain(&new.question).into_owned(),
                lang: new.lang.clone(),
                nearest: new.nearest,
                kind: new.kind,
                entry: None,
                status: GapStatus::Open,
                at: commit.at,
            });
        }
        Ok(committed)
    }
}

impl Record {
    pub fn by_id(&self, id: &ClientId) -> Option<&NumberedEvent> {
        let seq = self.ids.get(id)?;
        self.events.iter().find(|event| event.seq == *seq)
    }

    fn append(&mut self, commit: &Commit) -> Committed {
        let mut last = self.conversation.last_seq;
        let mut appended = Vec::new();
        for new in &commit.events {
            last = last.next();
            let at = commit.at.as_millisecond();
            let event = NumberedEvent { seq: last, at, event: new.event.clone() };
            if let Some(id) = &new.client_id {
                self.ids.insert(id.clone(), last);
            }
            if is_message(&event.event) {
                self.last_message = Some(event.clone());
            }
            self.events.push(event.clone());
            appended.push(event);
        }
        let seen = self.conversation.head.clone();
        let mark = |wanted: Seq, before: Seq| wanted.min(last).max(before);
        self.conversation.head = commit.head.clone();
        let head = &mut self.conversation.head;
        head.agents_read = mark(commit.head.agents_read, seen.agents_read);
        head.visitor_read = mark(commit.head.visitor_read, seen.visitor_read);
        if let Holder::Queued { since, .. } = head.holder {
            self.queued_at = Some(since);
        }
        self.conversation.last_seq = last;
        self.conversation.updated_at = commit.at;
        Committed { events: appended, last_seq: last }
    }
}

fn is_message(event: &Event) -> bool {
    matches!(
        event,
        Event::VisitorMessage { .. } | Event::BotMessage { .. } | Event::AgentMessage { .. }
    )
}
