//! The conversation: who answers, what is kept, who hears of it.
//!
//! What it is for: a pure state machine (`machine`) decides; an actor per
//! conversation (`actor`) carries its effects out against the ports (`ports`);
//! [`Chat`] is the handle that gateway and admin hold.
//!
//! How data enters and leaves: visitor and agent inputs (`api`) go to the
//! conversation's bounded mailbox; committed events and ephemeral updates
//! leave through a bounded [`Subscription`].
//!
//! What it must never do: no HTTP, SQL, model or browser types; no clock,
//! randomness or I/O inside `machine`. While a person holds a conversation,
//! the machine says nothing.

mod actor;

pub mod api;
pub mod hub;
pub mod machine;
pub mod policy;
pub mod ports;
pub mod wording;

pub use api::{
    AgentAction, AgentInput, AgentSubscription, AgentUpdate, ChatError, Colleague, Joined,
    OpenRequest, Opened, Proposal, ProposalStage, Receipt, SiteNews, SiteWatch, Subscription,
    Update, VisitorAction, Watched,
};
pub use hub::{
    Bus, Chat, Deps, Heard, InProcessBus, Limits, Live, Note, NoteKind, PIECE_CHARS, visitor_key,
};
pub use ports::{
    AnswerError, AnswerPiece, AnswerStream, Answerer, Clock, Ids, Question, Reply, Turn,
};
