//! What gateway and admin say to a conversation, and what they hear.

use comptoir_protocol::{
    AnswerId, AnswerSoFar, ClientId, ContactChannel, ConversationState, FeedbackValue,
    NumberedEvent, Resume, Seq, Typist,
};
use comptoir_storage::StorageError;
use comptoir_storage::model::{
    AgentId, CloseOutcome, Conversation, ConversationKey, Note, SiteId, VisitorKey,
};
use tokio::sync::{broadcast, mpsc};

/// A visitor opens the widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// Where the widget stands.
    pub site: SiteId,
    /// Secret from an earlier visit.
    pub token: Option<String>,
    /// Conversation to resume; it must be the visitor's.
    pub conversation: Option<ConversationKey>,
    /// Language of the widget's texts.
    pub lang: String,
    /// Path of the page.
    pub page: String,
}

/// The conversation found or begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Which conversation.
    pub key: ConversationKey,
    /// Whose it is: what [`crate::Chat::join`] asks for.
    pub visitor: VisitorKey,
    /// New secret to hand to the browser, if one was made.
    pub token: Option<String>,
}

/// What a joining visitor needs: complete up to the present, and the future.
#[derive(Debug)]
pub struct Joined {
    /// The conversation at the moment of joining.
    pub conversation: Conversation,
    /// Who answers, in the visitor's terms.
    pub state: ConversationState,
    /// How `events` relate to what the client held.
    pub resume: Resume,
    /// Events the client lacks, in order.
    pub events: Vec<NumberedEvent>,
    /// A running answer.
    pub answering: Option<AnswerSoFar>,
    /// Everything after `events`.
    pub updates: Subscription,
}

/// What a person of the firm who opens a conversation needs.
#[derive(Debug)]
pub struct Watched {
    /// The conversation at that moment.
    pub conversation: Conversation,
    /// All its events, in order.
    pub events: Vec<NumberedEvent>,
    /// A running answer.
    pub answering: Option<AnswerSoFar>,
    /// The machine's private draft, if there is one.
    pub proposal: Option<Proposal>,
    /// Everything after `events`.
    pub updates: AgentSubscription,
}

/// As [`Subscription`], for people of the firm. Another type: what only they
/// may hear cannot be sent to a visitor.
pub type AgentSubscription = mpsc::Receiver<AgentUpdate>;

/// What happens in a conversation, for people of the firm.
#[derive(Debug, Clone, PartialEq)]
pub enum AgentUpdate {
    /// What the visitor hears too.
    Shared(Update),
    /// A colleague wrote a note.
    Note(Note),
    /// The machine's private draft changed; none when it was set aside.
    Proposal(Option<Proposal>),
}

/// The machine's private draft of an answer, for the person who holds the
/// conversation. Never kept, never sent: only a person's own message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The visitor message it would answer.
    pub to: Seq,
    /// The words so far; empty when the FAQ says nothing on the subject.
    pub text: String,
    /// Questions of the entries it rests on, best first.
    pub sources: Vec<String>,
    /// How far it has come.
    pub stage: ProposalStage,
}

/// How far a private draft has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalStage {
    /// It is being written.
    Writing,
    /// It is whole.
    Ready,
    /// Nothing could be written.
    Failed,
}

/// Bounded stream of updates. It ends when the conversation's actor stops or
/// when the reader was too slow; either way the client resumes by `seq`.
pub type Subscription = mpsc::Receiver<Update>;

/// Bounded stream of a site's news. A reader that lags is told so and redraws
/// everything.
pub type SiteWatch = broadcast::Receiver<SiteNews>;

/// What happens in a conversation, for every client of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// A committed event.
    Event(NumberedEvent),
    /// More text of a running answer; ephemeral.
    Delta {
        /// Which answer.
        answer: AnswerId,
        /// Offset in UTF-16 code units.
        offset: u32,
        /// The new text.
        text: String,
    },
    /// Someone types; ephemeral.
    Typing {
        /// Who.
        who: Typist,
        /// First name when a person.
        name: Option<String>,
        /// Whether typing goes on.
        on: bool,
    },
    /// The question waits for the engine; ephemeral.
    Queued {
        /// Place in the queue.
        position: u32,
        /// Estimated wait in milliseconds.
        wait_ms: u32,
    },
}

/// What a visitor does, already parsed and within limits.
#[derive(Debug, Clone, PartialEq)]
pub enum VisitorAction {
    /// The AI notice was displayed.
    NoticeShown {
        /// Version of the text.
        version: String,
        /// Language of the text.
        lang: String,
    },
    /// Wrote a message.
    Send {
        /// Client-made id.
        id: ClientId,
        /// Cleaned text, not empty.
        text: String,
    },
    /// Answered a mail of ours. No notice is asked for: a person reads it.
    Mail {
        /// Made from the mail's own id.
        id: ClientId,
        /// What was written, without what was quoted.
        text: String,
    },
    /// Pressed "a person".
    Human {
        /// Client-made id.
        id: ClientId,
    },
    /// Left a way to answer.
    Contact {
        /// Client-made id.
        id: ClientId,
        /// Kind of contact.
        channel: ContactChannel,
        /// Validated value.
        value: String,
    },
    /// Judged a reply.
    Feedback {
        /// Client-made id.
        id: ClientId,
        /// The bot message.
        message: Seq,
        /// The verdict.
        value: FeedbackValue,
    },
    /// Types or stopped.
    Typing {
        /// Whether typing goes on.
        on: bool,
    },
    /// Has seen everything up to here.
    Read {
        /// Last seen event.
        seq: Seq,
    },
    /// Ended the conversation.
    Close {
        /// Client-made id.
        id: ClientId,
    },
}

impl VisitorAction {
    /// The client's id of an action that is stored at most once.
    #[must_use]
    pub fn client_id(&self) -> Option<&ClientId> {
        match self {
            Self::Send { id, .. }
            | Self::Mail { id, .. }
            | Self::Human { id }
            | Self::Contact { id, .. }
            | Self::Feedback { id, .. }
            | Self::Close { id } => Some(id),
            Self::NoticeShown { .. } | Self::Typing { .. } | Self::Read { .. } => None,
        }
    }
}

/// What a person of the firm does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentInput {
    /// Who.
    pub agent: AgentId,
    /// First name shown to the visitor.
    pub name: String,
    /// What.
    pub action: AgentAction,
}

/// What a person of the firm can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentAction {
    /// Takes the conversation, if nobody holds it.
    Claim,
    /// Takes the conversation, whoever holds it.
    TakeOver,
    /// Answers; claims first when nobody holds it.
    Reply {
        /// Client-made id.
        id: ClientId,
        /// Cleaned text, not empty.
        text: String,
    },
    /// Gives the conversation back to the machine.
    Release,
    /// Passes it on to a colleague, or to anybody.
    Transfer {
        /// The colleague; the caller has checked that they work at this site.
        to: Option<Colleague>,
    },
    /// Ends it.
    Close {
        /// What came of it, if the person says so.
        outcome: Option<CloseOutcome>,
    },
    /// Takes a closed conversation up again.
    Reopen,
    /// Writes a note for colleagues. The visitor never sees it.
    Note {
        /// Client-made id; a retry repeats it.
        id: ClientId,
        /// Cleaned text, not empty.
        text: String,
    },
    /// Asks the machine for a private draft of the next answer.
    Propose,
    /// Sets the machine's private draft aside.
    Withdraw,
    /// Types or stopped.
    Typing {
        /// Whether typing goes on.
        on: bool,
    },
    /// Has seen everything up to here.
    Read {
        /// Last seen event.
        seq: Seq,
    },
}

/// Somebody of the firm to whom a conversation is passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub agent: AgentId,
    /// First name shown to the visitor.
    pub name: String,
}

/// The input is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Event it became; the last event for inputs that leave none.
    pub seq: Seq,
}

/// Something changed in a site's conversations: inbox rows must be redrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteNews {
    /// Whose.
    pub site: SiteId,
    /// Which conversation.
    pub conversation: ConversationKey,
    /// Whether a person is newly needed or newly written to: worth a sound.
    pub calls: bool,
}

/// Why an input was refused.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// The mailbox is full; the same input can be sent again later.
    #[error("the conversation is busy")]
    Busy {
        /// When to try again, in milliseconds.
        retry_ms: u32,
    },
    /// No such site.
    #[error("unknown site")]
    UnknownSite,
    /// No such conversation.
    #[error("unknown conversation")]
    UnknownConversation,
    /// The conversation belongs to another visitor.
    #[error("the conversation is another visitor's")]
    NotYours,
    /// The notice was not acknowledged.
    #[error("the notice must be shown first")]
    NoticeRequired,
    /// The client id was used for something else.
    #[error("the client id was used with other content")]
    IdReused,
    /// Another person holds the conversation.
    #[error("{name} has the conversation")]
    HeldBy {
        /// First name of that person.
        name: String,
    },
    /// The conversation is closed.
    #[error("the conversation is closed")]
    Closed,
    /// The action does not fit the conversation's state.
    #[error("not possible in this state")]
    NotPossible,
    /// The process is shutting down.
    #[error("the service is stopping")]
    Stopping,
    /// Storage failed; nothing was kept.
    #[error("storage failed")]
    Storage(#[from] StorageError),
}
