//! Frames the gateway sends.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::{AnswerId, ClientId, ConversationId, Epoch, NumberedEvent, Seq, SiteCard};
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// Everything the gateway may say, tagged by `t`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(tag = "t", rename_all = "snake_case"))]
pub enum ServerFrame {
    /// Answer to `hello`.
    Welcome(Box<Welcome>),
    /// A committed event; every client of the conversation gets it, the
    /// sender too. An event whose `seq` is already held is dropped.
    Event(NumberedEvent),
    /// The thing sent under this id is on disk.
    Ack {
        /// The client's id.
        id: ClientId,
        /// Event it became.
        seq: Seq,
    },
    /// More text of a running answer. Ephemeral: the completed bot message is
    /// the truth and replaces whatever was collected.
    Delta {
        /// Which answer.
        answer: AnswerId,
        /// Offset of `text` in the answer, in UTF-16 code units, so that a
        /// browser appends without counting.
        offset: u32,
        /// The new text.
        text: String,
    },
    /// Someone is or is no longer typing. Ephemeral.
    Typing {
        /// Who.
        who: Typist,
        /// First name when a person.
        name: Option<String>,
        /// Whether typing goes on.
        on: bool,
    },
    /// The question waits for the engine. Ephemeral.
    Queued {
        /// Place in the queue, 1 is next.
        position: u32,
        /// Estimated wait in milliseconds.
        wait_ms: u32,
    },
    /// The gateway cannot take this now; send it again later.
    Busy {
        /// What was refused; absent when the connection itself was.
        id: Option<ClientId>,
        /// When to try again, in milliseconds.
        retry_ms: u32,
    },
    /// A frame was refused; the connection goes on unless the code says so.
    Error {
        /// What is wrong, for programs; people read the client's catalog.
        code: ErrorCode,
        /// The client's id, when the refused frame had one.
        id: Option<ClientId>,
    },
    /// The gateway closes the connection after this frame.
    Bye {
        /// Why.
        code: ByeCode,
        /// When to come back, in milliseconds; jitter is the client's.
        retry_ms: u32,
    },
    /// Answer to `ping`.
    Pong,
}

/// State of the conversation at the moment of (re)connection.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
pub struct Welcome {
    /// [`crate::PROTOCOL_VERSION`] the gateway speaks.
    pub v: u16,
    /// The firm.
    pub site: SiteCard,
    /// Visitor's secret; only present when newly made.
    pub token: Option<String>,
    /// The conversation joined.
    pub conversation: ConversationId,
    /// Incarnation of its log.
    pub epoch: Epoch,
    /// Where the conversation stands.
    pub state: ConversationState,
    /// How `events` relate to what the client held.
    pub resume: Resume,
    /// Events the client lacks, in order, complete up to the present.
    pub events: Vec<NumberedEvent>,
    /// A running answer, if any.
    pub answering: Option<AnswerSoFar>,
    /// Whether the notice must be shown (and acknowledged) before a message.
    pub notice_due: bool,
}

/// Text of a running answer at the moment of connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
pub struct AnswerSoFar {
    /// Which answer; deltas continue it.
    pub answer: AnswerId,
    /// Everything shown so far.
    pub text: String,
}

/// How the events of a `welcome` relate to what the client held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Resume {
    /// A new conversation.
    Fresh,
    /// They follow directly on the client's `seq`.
    Replay,
    /// They are the whole log; drop what was held.
    Snapshot,
}

/// Who holds the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(tag = "state", rename_all = "snake_case"))]
pub enum ConversationState {
    /// The machine answers.
    Bot,
    /// Waiting for a person; the machine is silent unless spoken to by policy.
    Queued,
    /// A person answers; the machine is silent.
    Human {
        /// First name of the person.
        name: String,
    },
    /// Ended.
    Closed,
}

/// Who is typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Typist {
    /// The machine is preparing a reply.
    Bot,
    /// A person of the firm.
    Agent,
    /// The visitor (sent to agents only).
    Visitor,
}

/// What is wrong with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ErrorCode {
    /// Not JSON, not an object, unknown `t`, wrong field.
    BadFrame,
    /// Larger than [`crate::MAX_FRAME_BYTES`]; the connection closes.
    FrameTooLarge,
    /// `hello.v` is not spoken here; the connection closes.
    UnsupportedVersion,
    /// The first frame must be `hello`; the connection closes.
    HelloExpected,
    /// No such site; the connection closes.
    UnknownSite,
    /// The page's origin is not on the site's list; the connection closes.
    OriginNotAllowed,
    /// The conversation is not this visitor's; the connection closes.
    NotYours,
    /// The text is empty after cleaning.
    EmptyMessage,
    /// The text exceeds [`crate::MAX_MESSAGE_CHARS`].
    MessageTooLong,
    /// The contact value is not an e-mail address or phone number.
    BadContact,
    /// The notice was not acknowledged yet.
    NoticeRequired,
    /// The same id was used with another content.
    IdReused,
    /// Too many messages; try again later.
    RateLimited,
    /// The gateway failed; nothing was stored; try again.
    Internal,
}

/// Why the gateway ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ByeCode {
    /// The gateway stops or restarts; resume.
    Restart,
    /// The client read too slowly; resume.
    TooSlow,
    /// No heartbeat; resume.
    Idle,
    /// The client broke the protocol; do not come back unchanged.
    Protocol,
}
