//! A person holds the conversation. The machine says nothing.

use super::draft::Draft;
use super::{Decision, Input, Refusal, common};
use crate::api::{AgentAction, AgentInput, VisitorAction};
use comptoir_protocol::CloseReason;
use comptoir_storage::model::AgentId;

pub(super) fn handle(
    draft: Draft<'_>,
    input: &Input,
    holder: AgentId,
) -> Result<Decision, Refusal> {
    match input {
        Input::Visitor(action) => visitor(draft, action),
        Input::Agent(input) => agent(draft, input, holder),
        Input::Answered { .. } | Input::Failed { .. } | Input::Resume | Input::Interrupt => {
            Ok(common::settle(draft))
        }
        Input::AgentGone { agent } if *agent == holder => Ok(holder_gone(draft)),
        // A person decides when their conversation ends.
        Input::AgentGone { .. } | Input::Silence { .. } => Ok(draft.done()),
    }
}

fn visitor(mut draft: Draft<'_>, action: &VisitorAction) -> Result<Decision, Refusal> {
    match action {
        VisitorAction::NoticeShown { version, lang } => {
            return Ok(common::notice_shown(draft, version, lang));
        }
        VisitorAction::Send { id, text } => {
            common::visitor_wrote(&mut draft, id, text);
            draft.call();
        }
        VisitorAction::Contact { id, channel, value } => {
            common::contact_left(&mut draft, id, *channel, value);
            draft.call();
        }
        VisitorAction::Feedback { id, message, value } => {
            common::feedback(&mut draft, id, *message, *value)?;
        }
        VisitorAction::Close { id } => {
            return Ok(common::close(draft, CloseReason::Visitor, Some(id)));
        }
        // A person is already there.
        VisitorAction::Human { .. } | VisitorAction::Typing { .. } | VisitorAction::Read { .. } => {
        }
    }
    Ok(draft.done())
}

/// Another person is called, and the visitor is told why they wait again.
fn holder_gone(mut draft: Draft<'_>) -> Decision {
    let name = draft.state.holder_name.clone().unwrap_or_default();
    let reason = common::reason(&draft);
    common::call_another(&mut draft, &name, reason);
    draft.done()
}

fn agent(mut draft: Draft<'_>, input: &AgentInput, holder: AgentId) -> Result<Decision, Refusal> {
    let mine = input.agent == holder;
    let held = || Refusal::HeldBy { name: draft.state.holder_name.clone().unwrap_or_default() };
    match &input.action {
        AgentAction::Typing { .. } | AgentAction::Read { .. } => Ok(draft.done()),
        AgentAction::Claim
        | AgentAction::Reply { .. }
        | AgentAction::Release
        | AgentAction::Close
            if !mine =>
        {
            Err(held())
        }
        AgentAction::TakeOver if !mine => {
            let reason = common::reason(&draft);
            common::agent_joins(&mut draft, input, reason);
            Ok(draft.done())
        }
        AgentAction::Claim | AgentAction::TakeOver => Ok(draft.done()),
        AgentAction::Reply { id, text } => {
            common::agent_wrote(&mut draft, input, id, text);
            Ok(draft.done())
        }
        AgentAction::Release => Ok(common::bot_resumes(draft)),
        AgentAction::Close => Ok(common::close(draft, CloseReason::Agent, None)),
    }
}
