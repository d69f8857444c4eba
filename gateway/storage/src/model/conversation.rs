//! Conversations and their logs.
//!
//! A conversation is a *head* (where it stands) and a *log* of numbered
//! events. Both change together, in one [`Commit`], or not at all.

use super::{AgentId, NewGap, NewNotification, SiteId, TokenHash};
use comptoir_protocol::{
    ClientId, CloseReason, ContactChannel, Epoch, Event, HandoverReason, NumberedEvent, Seq,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationKey(pub Uuid);

impl std::fmt::Display for ConversationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A visitor, known only by the hash of the secret in the browser.
pub type VisitorKey = TokenHash;

/// Who answers. The machine and a person are never both true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The machine.
    Bot,
    /// Nobody yet: waiting for a person.
    Queued {
        /// Since when.
        since: Timestamp,
        /// Why a person is needed.
        reason: HandoverReason,
        /// What was done about it since.
        step: WaitStep,
        /// The colleague it was passed on to; the others may take it too.
        wanted: Option<AgentId>,
    },
    /// A person; the machine is silent.
    Human {
        /// Who.
        agent: AgentId,
        /// Since when.
        since: Timestamp,
        /// Why a person was needed.
        reason: HandoverReason,
    },
    /// Nobody any more.
    Closed {
        /// By whom or what.
        reason: CloseReason,
        /// Since when.
        at: Timestamp,
        /// What came of it, when a person of the firm said so. The visitor
        /// never sees it.
        outcome: Option<CloseOutcome>,
    },
}

impl Holder {
    /// Waiting from now on, for anybody.
    #[must_use]
    pub const fn waiting(since: Timestamp, reason: HandoverReason) -> Self {
        Self::Queued { since, reason, step: WaitStep::Called, wanted: None }
    }

    /// Over from now on; nobody said what came of it.
    #[must_use]
    pub const fn closed(reason: CloseReason, at: Timestamp) -> Self {
        Self::Closed { reason, at, outcome: None }
    }
}

/// How far a wait for a person has come. Each step is taken once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitStep {
    /// The people of the firm were called.
    Called,
    /// Nobody came within the firm's delay: they were called a second time.
    CalledAgain,
    /// Nobody came then either: the visitor was asked for a way to answer.
    ContactAsked,
}

/// What came of a conversation that a person closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseOutcome {
    /// The visitor has an answer.
    Answered,
    /// Somebody gets back to the visitor in another way.
    FollowUp,
    /// The visitor said nothing more.
    NoReply,
    /// Nothing to be done: not for the firm, or a mistake.
    Dropped,
}

/// A way to answer that the visitor left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// E-mail or phone.
    pub channel: ContactChannel,
    /// The address or number.
    pub value: String,
}

/// The part of a conversation that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationHead {
    /// Who answers.
    pub holder: Holder,
    /// Visitor message whose answer is not finished; a restart takes it up.
    pub open_question: Option<Seq>,
    /// Replies in a row that did not help.
    pub failures: u32,
    /// The AI notice must be acknowledged before the next visitor message.
    pub notice_due: bool,
    /// Way to answer, if one was left.
    pub contact: Option<Contact>,
    /// Last event an agent has seen.
    pub agents_read: Seq,
    /// Last event the visitor has seen.
    pub visitor_read: Seq,
    /// Language of the widget's texts.
    pub lang: String,
}

impl ConversationHead {
    /// Where every conversation begins: the machine answers once the notice
    /// was shown, and nothing was said yet.
    #[must_use]
    pub fn beginning(lang: impl Into<String>) -> Self {
        Self {
            holder: Holder::Bot,
            open_question: None,
            failures: 0,
            notice_due: true,
            contact: None,
            agents_read: Seq(0),
            visitor_read: Seq(0),
            lang: lang.into(),
        }
    }
}

/// A conversation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Which.
    pub key: ConversationKey,
    /// Whose.
    pub site: SiteId,
    /// Which visitor's.
    pub visitor: VisitorKey,
    /// Incarnation of the log.
    pub epoch: Epoch,
    /// Last event.
    pub last_seq: Seq,
    /// Where it stands.
    pub head: ConversationHead,
    /// Path of the page it began on.
    pub page: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A conversation to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConversation {
    /// Id, made by the caller.
    pub key: ConversationKey,
    /// Whose.
    pub site: SiteId,
    /// Which visitor's.
    pub visitor: VisitorKey,
    /// Incarnation of the log, made by the caller.
    pub epoch: Epoch,
    /// Where it stands at first.
    pub head: ConversationHead,
    /// Path of the page it begins on.
    pub page: String,
    /// Now.
    pub at: Timestamp,
}

/// An event to append.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub event: Event,
    /// Client-made id, unique in the conversation; a retry finds the event.
    pub client_id: Option<ClientId>,
}

/// Everything that changes at once: one transaction, on disk when it returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// Which conversation.
    pub key: ConversationKey,
    /// Last event the decision was based on; another one is a conflict.
    pub expected: Seq,
    /// Head the decision was based on; another one is a conflict too, read
    /// marks aside: not every change of the head appends an event.
    pub base: ConversationHead,
    /// Events to append, in order; may be empty.
    pub events: Vec<NewEvent>,
    /// Where the conversation stands afterwards.
    pub head: ConversationHead,
    /// Unanswered questions to keep.
    pub gaps: Vec<NewGap>,
    /// Who is to be told of it, outside the pages.
    pub notifications: Vec<NewNotification>,
    /// Now.
    pub at: Timestamp,
}

/// What a commit made.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    /// The appended events with their numbers.
    pub events: Vec<NumberedEvent>,
    /// The last event now stored.
    pub last_seq: Seq,
}

/// Which conversations an inbox lists, newest change first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationFilter {
    /// Waiting for a person, longest first.
    Waiting,
    /// Held by this person.
    Mine(AgentId),
    /// Not closed. What only the machine holds is listed once something was
    /// said: an opened panel is no conversation yet.
    Open,
    /// Closed, with something said or a way to answer left.
    Closed,
    /// Those of `Open` and those of `Closed`.
    All,
}

/// A row of the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationSummary {
    /// The conversation.
    pub conversation: Conversation,
    /// The last message of anybody, for the row's second line.
    pub last_message: Option<NumberedEvent>,
    /// Visitor messages no agent has seen.
    pub unread: u32,
}
