//! Durable facts of a conversation, as visitors and agents see them.
//!
//! A message of the machine, of a person and of the visitor are different
//! variants with different fields: no flag tells them apart, so none can be
//! forgotten (AI Act, article 50).

use alloc::{string::String, vec::Vec};

use crate::{AnswerId, ClientId, ContactChannel, Seq};
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// One line of a conversation's log.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
pub struct NumberedEvent {
    /// Position in the conversation.
    pub seq: Seq,
    /// When it was committed, in milliseconds since the Unix epoch.
    pub at: i64,
    /// What happened.
    pub event: Event,
}

/// What happened, tagged by `kind`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
pub enum Event {
    /// The AI notice was displayed to the visitor.
    NoticeShown {
        /// Version of the text.
        version: String,
        /// Language of the text.
        lang: String,
    },
    /// The visitor wrote.
    VisitorMessage {
        /// Id the client gave; replaces its local echo.
        id: ClientId,
        /// The text as typed.
        text: String,
    },
    /// The machine answered.
    BotMessage {
        /// The stream this message completes.
        answer: AnswerId,
        /// The visitor message it answers.
        to: Seq,
        /// Plain text, under 200 tokens.
        text: String,
        /// Language of the text, for the `lang` attribute.
        lang: String,
        /// How the reply was decided.
        route: Route,
        /// Entries the text rests on, best first.
        citations: Vec<Citation>,
        /// Whether the text is whole.
        status: AnswerStatus,
        /// What the visitor can do next, as buttons.
        offers: Vec<Offer>,
    },
    /// A person of the firm wrote.
    AgentMessage {
        /// Id the agent's client gave.
        id: ClientId,
        /// First name shown to the visitor.
        name: String,
        /// The text as typed.
        text: String,
    },
    /// The conversation now waits for a person.
    HandoverRequested {
        /// Why.
        reason: HandoverReason,
        /// Sentence shown to the visitor: what happens now, and when.
        text: String,
    },
    /// Nobody took the conversation within the firm's delay: the firm was
    /// called a second time.
    CalledAgain {
        /// Sentence shown to the visitor.
        text: String,
    },
    /// Nobody came then either: the visitor is asked for a way to answer.
    ContactAsked {
        /// Sentence shown to the visitor.
        text: String,
    },
    /// A person passed the conversation on; it waits for a person again.
    Transferred {
        /// First name of who passed it on.
        by: String,
        /// First name of the colleague; absent when it waits for anybody.
        to: Option<String>,
        /// Sentence shown to the visitor: what happens now, and when.
        text: String,
    },
    /// A person took the conversation.
    AgentJoined {
        /// First name shown to the visitor.
        name: String,
    },
    /// The person gave the conversation back; the notice must be shown again.
    BotResumed,
    /// The visitor left a way to answer.
    ContactLeft {
        /// Kind of contact.
        channel: ContactChannel,
        /// The address or number.
        value: String,
    },
    /// The visitor judged a reply.
    Feedback {
        /// The bot message judged.
        message: Seq,
        /// The verdict.
        value: FeedbackValue,
    },
    /// The conversation ended.
    Closed {
        /// By whom or what.
        reason: CloseReason,
    },
}

/// An entry a reply rests on.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
pub struct Citation {
    /// Entry id.
    pub entry: String,
    /// Entry version the reply was written from.
    pub version: i64,
    /// The entry's question, shown as the source.
    pub title: String,
    /// The entry's answer, shown when the visitor opens the source.
    pub text: String,
}

/// How a reply was decided (design of the three ways).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Route {
    /// An answer from the FAQ.
    Answer,
    /// Two entries are close: the visitor is asked which.
    Clarify,
    /// The FAQ does not say; a person is offered.
    OfferHuman,
    /// A person takes over at once.
    Handover,
    /// A greeting, thanks or goodbye.
    Smalltalk,
}

/// Whether a bot message is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum AnswerStatus {
    /// Finished.
    Complete,
    /// Cut short: a person joined, or the gateway stopped.
    Interrupted,
}

/// A button under a bot message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(tag = "do", rename_all = "snake_case"))]
pub enum Offer {
    /// Speak to a person.
    Human,
    /// Leave an e-mail or phone number.
    Contact,
    /// Call the firm.
    Call {
        /// Number in `tel:` form.
        phone: String,
    },
    /// Ask this instead.
    Ask {
        /// Text sent as the visitor's next message.
        text: String,
    },
}

/// Why a person is needed; stands in the inbox beside the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum HandoverReason {
    /// The visitor pressed the button.
    Button,
    /// The visitor asked for a person in words.
    ExplicitWish,
    /// A word or phrase of the owner's list.
    EscalationWord,
    /// Gas, fire, carbon monoxide, water: people first, emergency number shown.
    Danger,
    /// A complaint.
    Complaint,
    /// Anger or insults.
    Anger,
    /// The FAQ did not have it, and the visitor said yes to a person.
    NothingFound,
    /// The machine failed the visitor several times.
    RepeatedFailure,
    /// The machine is not able to answer at the moment.
    EngineDown,
}

/// "Does this answer you?"
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum FeedbackValue {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// Who ended a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum CloseReason {
    /// The visitor.
    Visitor,
    /// A person of the firm.
    Agent,
    /// Nobody wrote for long.
    Idle,
}
