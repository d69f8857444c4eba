//! The conversation has ended. The visitor may ask for a person in it, and a
//! person may reopen it, on purpose; ending it again is fine; all else is
//! refused.

use super::draft::Draft;
use super::{Decision, Input, Refusal, common};
use crate::api::{AgentAction, AgentInput, VisitorAction};
use comptoir_protocol::HandoverReason;
use comptoir_storage::model::Holder;

pub(super) fn handle(draft: Draft<'_>, input: &Input) -> Result<Decision, Refusal> {
    match input {
        Input::Visitor(action) => match action {
            VisitorAction::Close { .. }
            | VisitorAction::NoticeShown { .. }
            | VisitorAction::Typing { .. }
            | VisitorAction::Read { .. } => Ok(draft.done()),
            VisitorAction::Human { id } => {
                let mut draft = draft;
                common::call_person(&mut draft, HandoverReason::Button, Some(id));
                Ok(draft.done())
            }
            VisitorAction::Send { .. }
            | VisitorAction::Mail { .. }
            | VisitorAction::Contact { .. }
            | VisitorAction::Feedback { .. } => Err(Refusal::Closed),
        },
        Input::Agent(input) => agent(draft, input),
        Input::Answered { .. } | Input::Failed { .. } | Input::Resume | Input::Interrupt => {
            Ok(common::settle(draft))
        }
        Input::AgentGone { .. } | Input::TimePassed | Input::Silence { .. } => Ok(draft.done()),
    }
}

fn agent(mut draft: Draft<'_>, input: &AgentInput) -> Result<Decision, Refusal> {
    match &input.action {
        AgentAction::Reopen => {
            common::agent_joins(&mut draft, input, HandoverReason::Button);
            Ok(draft.done())
        }
        // What came of it may be said afterwards.
        AgentAction::Close { outcome: said @ Some(_) } => {
            if let Holder::Closed { outcome, .. } = &mut draft.head.holder {
                *outcome = *said;
            }
            Ok(draft.done())
        }
        AgentAction::Close { outcome: None }
        | AgentAction::Withdraw
        | AgentAction::Note { .. }
        | AgentAction::Typing { .. }
        | AgentAction::Read { .. } => Ok(draft.done()),
        AgentAction::Claim
        | AgentAction::TakeOver
        | AgentAction::Reply { .. }
        | AgentAction::Release
        | AgentAction::Transfer { .. }
        | AgentAction::Propose => Err(Refusal::Closed),
    }
}
