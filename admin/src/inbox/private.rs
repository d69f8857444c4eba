//! What only people of the firm see in a thread: notes and the machine's
//! private draft.

use super::thread;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::events::{self, Row};
use crate::texts::Texts;
use askama::Template;
use comptoir_chat::{Proposal, ProposalStage};
use comptoir_storage::model::{Agent, ConversationKey};
use jiff::tz::TimeZone;

/// Notes read at a time, and shown of one conversation.
const PAGE: u32 = 200;

/// Notes of a conversation after a number, as rows, with the number of the
/// last one.
pub async fn notes(
    deps: &AdminDeps,
    agent: &Agent,
    key: ConversationKey,
    after: u64,
    zone: &TimeZone,
) -> Result<(Vec<Row>, u64), AdminError> {
    let t = Texts::get(&agent.lang);
    let notes = deps.storage.notes(&agent.site, key, after, PAGE).await?;
    let last = notes.last().map_or(after, |note| note.number);
    Ok((notes.iter().map(|note| events::note_row(t, note, zone)).collect(), last))
}

/// The machine's private draft as the desk shows it.
#[derive(Template)]
#[template(path = "inbox/proposal.html")]
pub struct ProposalPart<'a> {
    /// Texts.
    pub t: &'a Texts,
    /// Conversation id.
    pub key: String,
    /// The draft, if there is one.
    pub proposal: Option<Proposal>,
}

impl ProposalPart<'_> {
    /// What stands in place of words, if there are none.
    fn instead(&self) -> Option<&str> {
        let proposal = self.proposal.as_ref()?;
        match proposal.stage {
            ProposalStage::Failed => Some(&self.t.inbox.proposal_failed),
            ProposalStage::Ready if proposal.text.is_empty() => Some(&self.t.inbox.proposal_none),
            ProposalStage::Writing if proposal.text.is_empty() => Some(&self.t.inbox.proposal_busy),
            ProposalStage::Ready | ProposalStage::Writing => None,
        }
    }

    /// Whether a person can take it over.
    fn is_ready(&self) -> bool {
        let ready = |proposal: &Proposal| {
            proposal.stage == ProposalStage::Ready && !proposal.text.is_empty()
        };
        self.proposal.as_ref().is_some_and(ready)
    }
}

/// Whether a conversation the visitor began later is still open: the answer
/// belongs there.
pub async fn newer(
    deps: &AdminDeps,
    agent: &Agent,
    key: ConversationKey,
) -> Result<Option<ConversationKey>, AdminError> {
    let conversation = thread::find(deps, agent, key).await?;
    let open = deps.storage.open_conversation_of(&agent.site, conversation.visitor).await?;
    Ok(open.map(|open| open.key).filter(|open| *open != key))
}
