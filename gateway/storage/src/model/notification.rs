//! The outbox: who is to be told of what, outside the pages.
//!
//! A *cause* is written with the event, in one commit. Once it is due, a
//! worker claims it, decides whom it concerns, and replaces it by one
//! *delivery* for each device and mailbox. Those are claimed like causes.

use super::{AgentId, ConversationKey, SiteId};
use comptoir_protocol::Seq;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A notification, cause or delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationId(pub Uuid);

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A visitor waits for a person.
    PersonCalled,
    /// The visitor still waits: nobody came within the firm's delay.
    SecondCall,
    /// A visitor wrote to the person who holds the conversation.
    VisitorWrote,
    /// A person answered a visitor who left an e-mail address.
    AgentAnswered,
}

/// A cause to keep with a commit. While another of the same kind and
/// conversation waits untouched, it is the same cause and adds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewNotification {
    /// Id, made by the caller.
    pub id: NotificationId,
    /// What happened.
    pub kind: NotificationKind,
    /// Not before.
    pub due_at: Timestamp,
}

/// A browser that lets itself be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub Uuid);

/// Where a delivery goes. Addresses are looked up when it is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A browser of a person of the firm.
    Device {
        /// Whose.
        agent: AgentId,
        /// Which.
        device: DeviceId,
    },
    /// The mailbox of a person of the firm.
    Mailbox {
        /// Whose.
        agent: AgentId,
    },
    /// The mailbox the visitor left.
    Visitor,
}

/// A delivery that a cause becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDelivery {
    /// Id, made by the caller.
    pub id: NotificationId,
    /// Where it goes.
    pub target: Target,
    /// Not before.
    pub due_at: Timestamp,
}

/// Why a delivery failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// No mail server is configured.
    NotConfigured,
    /// There is no address, or it cannot be one.
    NoAddress,
    /// The server could not be reached or was not able to take it.
    Unreachable,
    /// The server refused for good.
    Refused,
    /// Something of ours failed.
    Failed,
}

/// A notification as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Which.
    pub id: NotificationId,
    /// Whose.
    pub site: SiteId,
    /// Conversation it speaks of.
    pub conversation: ConversationKey,
    /// Last event of the commit it came with.
    pub seq: Seq,
    /// What happened.
    pub kind: NotificationKind,
    /// Where it goes; none for a cause.
    pub target: Option<Target>,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
    /// When its cause was committed, or the owner asked to try again.
    pub created_at: Timestamp,
    /// When it ended; none while it is due.
    pub ended_at: Option<Timestamp>,
}

/// Name of a claim; what an older one says of a notification does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimId(pub Uuid);

/// A request for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Name of this claim, made by the caller, never used before.
    pub lease: ClaimId,
    /// Now.
    pub now: Timestamp,
    /// Until when nobody else gets what is claimed.
    pub until: Timestamp,
    /// At most this many.
    pub limit: u32,
}

/// What became of a claimed notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It was delivered, or nobody needs it any more.
    Done,
    /// It failed; another attempt may be made.
    Retry {
        /// Not before.
        at: Timestamp,
        /// Why this attempt failed.
        failure: Failure,
    },
    /// Nothing was attempted: it is not the time for it.
    Postpone {
        /// Not before.
        at: Timestamp,
    },
    /// It failed for good; the owner is shown it.
    Dead {
        /// Why.
        failure: Failure,
    },
}

/// How the outbox of the whole installation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// Not ended yet, those of the future included.
    pub due: u64,
    /// Failed for good, and nobody looked at it yet.
    pub dead: u64,
}

/// A browser that lets itself be woken (RFC 8030).
#[derive(Clone, PartialEq, Eq)]
pub struct Device {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub agent: AgentId,
    /// Address at the browser's push service; a secret.
    pub endpoint: String,
    /// The browser's public key, an uncompressed P-256 point of 65 bytes.
    pub p256dh: Vec<u8>,
    /// The secret shared with the browser, 16 bytes.
    pub auth: Vec<u8>,
    /// Browser family and system, for the list of devices.
    pub label: String,
    /// Since when.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device")
            .field("id", &self.id)
            .field("agent", &self.agent)
            .finish_non_exhaustive()
    }
}

/// How somebody wants to be told. Stored as JSON: a new wish with a default
/// needs no migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// On the browsers that were allowed to.
    pub push: bool,
    /// By e-mail.
    pub email: bool,
    /// Not outside opening hours; what came up meanwhile is told at opening.
    pub quiet: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { push: true, email: true, quiet: true }
    }
}
