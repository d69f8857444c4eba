//! The conversation has ended. Ending it again is fine; all else is refused.

use super::draft::Draft;
use super::{Decision, Input, Refusal, common};
use crate::api::{AgentAction, VisitorAction};

pub(super) fn handle(draft: Draft<'_>, input: &Input) -> Result<Decision, Refusal> {
    match input {
        Input::Visitor(action) => match action {
            VisitorAction::Close { .. }
            | VisitorAction::NoticeShown { .. }
            | VisitorAction::Typing { .. }
            | VisitorAction::Read { .. } => Ok(draft.done()),
            VisitorAction::Send { .. }
            | VisitorAction::Human { .. }
            | VisitorAction::Contact { .. }
            | VisitorAction::Feedback { .. } => Err(Refusal::Closed),
        },
        Input::Agent(input) => match input.action {
            AgentAction::Close | AgentAction::Typing { .. } | AgentAction::Read { .. } => {
                Ok(draft.done())
            }
            AgentAction::Claim
            | AgentAction::TakeOver
            | AgentAction::Reply { .. }
            | AgentAction::Release => Err(Refusal::Closed),
        },
        Input::Answered { .. } | Input::Failed { .. } | Input::Resume | Input::Interrupt => {
            Ok(common::settle(draft))
        }
        Input::AgentGone { .. } | Input::Silence { .. } => Ok(draft.done()),
    }
}
