//! The conversation's decisions: state and input in, effects out.
//!
//! What it is for: everything that must never go wrong – a message lost, a
//! machine talking over a person, a handover nobody hears of – is decided in
//! one pure function, one file per holder of the conversation.
//!
//! How data enters and leaves: [`handle`] takes the [`State`], one [`Input`]
//! and a [`Context`] (time, settings, fresh ids) and gives a [`Decision`]. The
//! actor commits what is to be kept and only then carries out the rest.
//!
//! What it must never do: no I/O, no clock, no randomness, no async.
//!
//! Several questions at once: a message that arrives while an answer runs is
//! appended at once and waits; when the answer is done the oldest waiting
//! question is answered next. Both are answered, in order, and none is lost:
//! `open_question` names the oldest one, the log holds the others.
//!
//! A closed conversation takes no more messages. The visitor's next one gets
//! [`Refusal::Closed`]; the gateway then opens a new conversation for it. The
//! visitor may ask for a person in it, and a person may reopen it.
//!
//! Timers are decided here too: [`Input::TimePassed`] says that it is later,
//! and what is due follows from the state, the settings and the time.

mod bot;
mod closed;
mod common;
mod draft;
mod human;
mod queued;
mod reply;
mod state;
mod told;

pub use state::{Running, State, TAIL};

use crate::api::{AgentInput, ChatError, VisitorAction};
use crate::ports::{AnswerError, Question, Reply};
use comptoir_protocol::{AnswerId, Seq};
use comptoir_storage::model::{
    AgentId, ConversationHead, GapId, Holder, NewEvent, NewGap, NotificationKind, SiteSettings,
};
use jiff::{SignedDuration, Timestamp};

/// What happens to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The visitor does something.
    Visitor(VisitorAction),
    /// A person of the firm does something.
    Agent(AgentInput),
    /// A running answer is finished.
    Answered {
        /// Which.
        answer: AnswerId,
        /// What it says.
        reply: Reply,
    },
    /// A running answer failed.
    Failed {
        /// Which.
        answer: AnswerId,
        /// Why.
        error: AnswerError,
    },
    /// The process just loaded the conversation: an unfinished question must
    /// be taken up or handed over.
    Resume,
    /// The process stops: a running answer is kept as far as it was shown, and
    /// its question stays open for the next process.
    Interrupt,
    /// A person works here no more: what they held waits for another.
    AgentGone {
        /// Who.
        agent: AgentId,
    },
    /// It is later: what is due is done, and only once.
    TimePassed,
    /// Nobody may have said anything for long.
    Silence {
        /// The conversation ends if it did not change since then.
        before: Timestamp,
    },
}

/// What a decision may depend on besides state and input.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// The site's settings.
    pub site: &'a SiteSettings,
    /// People of the site who are really available.
    pub staff: &'a [AgentId],
    /// Unused ids.
    pub fresh: Fresh,
    /// How old an unfinished question may be to be answered after a restart;
    /// an older one goes to a person. Bounds what a question that kills the
    /// process can do.
    pub resume_within: SignedDuration,
    /// How long somebody may leave a message unread before they are told of it
    /// outside the pages.
    pub unread_for: SignedDuration,
}

/// Unused ids; a decision needs at most one of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// For a fixed reply.
    pub reply: AnswerId,
    /// For an answer to start.
    pub answer: AnswerId,
    /// For an unanswered question.
    pub gap: GapId,
}

/// One consequence. Events, gaps and notifications are kept in one commit; the
/// others follow once it is on disk.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Append an event.
    Append(NewEvent),
    /// Keep an unanswered question.
    Keep(NewGap),
    /// Tell somebody outside the pages, unless they know by then.
    Notify {
        /// What.
        kind: NotificationKind,
        /// Not before.
        due_at: Timestamp,
    },
    /// Start an answer.
    Ask {
        /// Its id.
        answer: AnswerId,
        /// The visitor message it answers.
        to: Seq,
        /// What is asked.
        question: Question,
    },
    /// Stop the running answer.
    Cancel,
    /// Write a private draft for the person who holds the conversation.
    Propose {
        /// The visitor message it would answer.
        to: Seq,
        /// What is asked.
        question: Question,
    },
    /// Set the private draft aside.
    Withdraw,
    /// A person is newly needed or newly written to.
    Call,
}

/// What follows from an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Consequences, in order.
    pub effects: Vec<Effect>,
    /// Where the conversation stands afterwards.
    pub head: ConversationHead,
}

/// Why an input changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The notice was not acknowledged.
    NoticeRequired,
    /// Another person holds the conversation.
    HeldBy {
        /// First name of that person.
        name: String,
    },
    /// The conversation is closed.
    Closed,
    /// It does not fit the state.
    NotPossible,
}

impl From<Refusal> for ChatError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoticeRequired => Self::NoticeRequired,
            Refusal::HeldBy { name } => Self::HeldBy { name },
            Refusal::Closed => Self::Closed,
            Refusal::NotPossible => Self::NotPossible,
        }
    }
}

/// Decides.
///
/// # Errors
/// A [`Refusal`] when the input does not fit; nothing changes then.
pub fn handle(state: &State, input: &Input, cx: &Context<'_>) -> Result<Decision, Refusal> {
    let draft = draft::Draft::new(state, cx);
    match state.conversation.head.holder {
        Holder::Bot => bot::handle(draft, input),
        Holder::Queued { .. } => queued::handle(draft, input),
        Holder::Human { agent, .. } => human::handle(draft, input, agent),
        Holder::Closed { .. } => closed::handle(draft, input),
    }
}
