//! Lists of conversations for the people of the firm.

use super::tables::{Record, Tables};
use comptoir_protocol::Event;
use comptoir_storage::model::{
    AgentId, Conversation, ConversationFilter, ConversationKey, ConversationSummary, Holder, Page,
    SiteId, WaitStep,
};
use jiff::Timestamp;

pub(super) fn inbox(
    tables: &Tables,
    site: &SiteId,
    filter: ConversationFilter,
    page: &Page<ConversationKey>,
) -> Vec<ConversationSummary> {
    let own = |record: &&Record| record.conversation.site == *site;
    let place = |record: &Record| order(record, filter);
    let after = match page.after {
        None => None,
        // A row that was taken meanwhile still says where the page ended.
        Some(key) => match tables.records.get(&key).filter(own) {
            Some(record) => Some(place(record)),
            None => return Vec::new(),
        },
    };
    let listed = tables.records.values().filter(own).filter(|record| lists(filter, record));
    let mut rows: Vec<&Record> =
        listed.filter(|record| after.is_none_or(|after| place(record) > after)).collect();
    rows.sort_by_key(|record| place(record));
    rows.truncate(page.limit.clamp(1, 200) as usize);
    rows.into_iter().map(summary).collect()
}

pub(super) fn counts(tables: &Tables, site: &SiteId, agent: AgentId) -> (u64, u64) {
    let count = |filter| {
        let own = tables.records.values().filter(|record| record.conversation.site == *site);
        own.filter(|record| lists(filter, record)).count() as u64
    };
    (count(ConversationFilter::Waiting), count(ConversationFilter::Mine(agent)))
}

/// Those that wait since before a moment and of which something is to be done.
pub(super) fn unattended(
    tables: &Tables,
    before: Timestamp,
    page: &Page<ConversationKey>,
) -> Vec<Conversation> {
    let since = |record: &Record| match record.conversation.head.holder {
        Holder::Queued { since, step, .. } if step < WaitStep::ContactAsked => Some(since),
        Holder::Bot | Holder::Queued { .. } | Holder::Human { .. } | Holder::Closed { .. } => None,
    };
    let place = |record: &Record| (record.queued_at, record.conversation.key);
    let after = page.after.map(|key| tables.records.get(&key).map(place));
    let due = tables.records.values().filter(|record| since(record).is_some_and(|at| at < before));
    let mut found: Vec<&Record> = match after {
        None => due.collect(),
        Some(None) => Vec::new(),
        Some(Some(after)) => due.filter(|record| place(record) > after).collect(),
    };
    found.sort_by_key(|record| place(record));
    found.truncate(page.limit.clamp(1, 200) as usize);
    found.into_iter().map(|record| record.conversation.clone()).collect()
}

fn lists(filter: ConversationFilter, record: &Record) -> bool {
    let (head, spoken) = (&record.conversation.head, record.last_message.is_some());
    let is_open = match head.holder {
        Holder::Bot => spoken,
        Holder::Queued { .. } | Holder::Human { .. } => true,
        Holder::Closed { .. } => false,
    };
    let is_closed =
        matches!(head.holder, Holder::Closed { .. }) && (spoken || head.contact.is_some());
    match filter {
        ConversationFilter::Waiting => matches!(head.holder, Holder::Queued { .. }),
        ConversationFilter::Mine(who) => {
            matches!(head.holder, Holder::Human { agent, .. } if agent == who)
        }
        ConversationFilter::Open => is_open,
        ConversationFilter::Closed => is_closed,
        ConversationFilter::All => is_open || is_closed,
    }
}

/// Longest waiting first, or newest change first; the key breaks ties.
fn order(record: &Record, filter: ConversationFilter) -> (i64, u128) {
    let key = record.conversation.key.0.as_u128();
    let ms = |at: jiff::Timestamp| at.as_millisecond();
    match filter {
        ConversationFilter::Waiting => (record.queued_at.map_or(0, ms), key),
        ConversationFilter::Mine(_)
        | ConversationFilter::Open
        | ConversationFilter::Closed
        | ConversationFilter::All => (-ms(record.conversation.updated_at), u128::MAX - key),
    }
}

fn summary(record: &Record) -> ConversationSummary {
    let seen = record.conversation.head.agents_read;
    let unread = record
        .events
        .iter()
        .filter(|logged| logged.seq > seen && matches!(logged.event, Event::VisitorMessage { .. }));
    ConversationSummary {
        conversation: record.conversation.clone(),
        last_message: record.last_message.clone(),
        unread: u32::try_from(unread.count()).unwrap_or(u32::MAX),
    }
}
