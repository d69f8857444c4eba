//! Frames a visitor's client sends.

use alloc::string::String;

use crate::{ClientId, ConversationId, Epoch, FeedbackValue, Seq};
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// First frame of every connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
pub struct Hello {
    /// [`crate::PROTOCOL_VERSION`] the client speaks.
    pub v: u16,
    /// Site the widget stands on (`data-site`).
    pub site: String,
    /// Visitor's secret from an earlier `welcome`; absent on a first visit.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub token: Option<String>,
    /// Conversation to resume; absent to take the visitor's open one or begin.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub conversation: Option<ConversationId>,
    /// Epoch of the log the client holds.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub epoch: Option<Epoch>,
    /// Last event the client holds; 0 for none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub seq: Seq,
    /// Language of the widget's texts, a BCP 47 primary tag (`fr`, `en`).
    #[cfg_attr(feature = "serde", serde(default))]
    pub lang: String,
    /// Path of the page the visitor is on, without query or fragment.
    #[cfg_attr(feature = "serde", serde(default))]
    pub page: String,
}

/// Everything a client may say, tagged by `t`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(tag = "t", rename_all = "snake_case"))]
pub enum ClientFrame {
    /// Opens or resumes a conversation.
    Hello(Hello),
    /// The AI notice was displayed (AI Act, article 50(1)). Required before
    /// the first `send`, and again after each return from a person.
    NoticeShown {
        /// Text version from [`crate::SiteCard::notice_version`].
        version: String,
        /// Language it was displayed in.
        lang: String,
    },
    /// A message of the visitor.
    Send {
        /// Client-made id; a retry repeats it.
        id: ClientId,
        /// Text, 1 to [`crate::MAX_MESSAGE_CHARS`] characters.
        text: String,
    },
    /// "Parler à une personne": the always-present button.
    Human {
        /// Client-made id; a retry repeats it.
        id: ClientId,
    },
    /// A way to answer, left when nobody is there.
    Contact {
        /// Client-made id; a retry repeats it.
        id: ClientId,
        /// Kind of contact.
        channel: ContactChannel,
        /// The address or number as typed.
        value: String,
    },
    /// "Does this answer you?"
    Feedback {
        /// Client-made id; a retry repeats it.
        id: ClientId,
        /// The bot message judged.
        message: Seq,
        /// The verdict.
        value: FeedbackValue,
    },
    /// The visitor is or is no longer typing. Ephemeral.
    Typing {
        /// Whether typing goes on.
        on: bool,
    },
    /// Everything up to here was displayed. Ephemeral.
    Read {
        /// Last displayed event.
        seq: Seq,
    },
    /// Ends the conversation; the next `send` begins another.
    Close {
        /// Client-made id; a retry repeats it.
        id: ClientId,
    },
    /// Heartbeat; answered by `pong`.
    Ping,
}

/// How the firm may answer later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ContactChannel {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}
