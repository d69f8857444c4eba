//! What is kept. Plain data; every field is already valid.

mod check;
mod conversation;
mod entry;
mod gap;
mod lease;
mod note;
mod notification;
mod people;
mod phrasing;
mod site;

pub use check::{
    Check, CheckCited, CheckContent, CheckId, CheckResult, CheckSeen, CheckTurn, Expectation,
};
pub use conversation::{
    CloseOutcome, Commit, Committed, Contact, Conversation, ConversationFilter, ConversationHead,
    ConversationKey, ConversationSummary, Holder, NewConversation, NewEvent, VisitorKey, WaitStep,
};
pub use entry::{
    Entry, EntryContent, EntryFilter, EntryId, EntryStatus, EntryVersion, ImportWrite, NewEntry,
};
pub use gap::{Gap, GapId, GapKind, GapStatus, NewGap};
pub use lease::{Lease, NodeId};
pub use note::{NewNote, Note};
pub use notification::{
    Claim, ClaimId, Device, DeviceId, Failure, NewDelivery, NewNotification, Notification,
    NotificationId, NotificationKind, OutboxCounts, Settlement, Target, Wishes,
};
pub use people::{Agent, AgentId, AgentSession, NewAgent, Role, TokenHash};
pub use phrasing::{
    Confirmed, NewPhrasing, Phrasing, PhrasingId, PhrasingSource, PhrasingStatus, Proposal,
    VerdictPlace,
};
pub use site::{DayHours, Hours, PublicHolidays, PublishGate, Site, SiteId, SiteSettings, Span};

/// A page of a list read by key: rows after `after`, at most `limit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// Key of the last row already seen.
    pub after: Option<K>,
    /// Largest number of rows wanted, 1 to 200.
    pub limit: u32,
}

impl<K> Page<K> {
    /// The first page.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}
