//! The conversation waits for a person. The machine is silent, except for an
//! emergency number. Opening hours only change what the visitor is told.

use super::draft::Draft;
use super::{Decision, Input, Refusal, common, reply};
use crate::api::{AgentAction, AgentInput, VisitorAction};
use crate::policy::{Triage, triage};
use comptoir_protocol::CloseReason;

pub(super) fn handle(draft: Draft<'_>, input: &Input) -> Result<Decision, Refusal> {
    match input {
        Input::Visitor(action) => visitor(draft, action),
        Input::Agent(input) => agent(draft, input),
        Input::Answered { .. } | Input::Failed { .. } | Input::Resume | Input::Interrupt => {
            Ok(common::settle(draft))
        }
        Input::AgentGone { .. } | Input::Silence { .. } => Ok(draft.done()),
    }
}

fn visitor(mut draft: Draft<'_>, action: &VisitorAction) -> Result<Decision, Refusal> {
    match action {
        VisitorAction::NoticeShown { version, lang } => {
            return Ok(common::notice_shown(draft, version, lang));
        }
        VisitorAction::Send { id, text } => {
            if draft.head.notice_due {
                return Err(Refusal::NoticeRequired);
            }
            let seq = common::visitor_wrote(&mut draft, id, text);
            if let Triage::Handover { danger: Some(danger), .. } =
                triage(text, &draft.cx.site.into())
            {
                reply::say_danger(&mut draft, seq, danger);
            }
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
        // Already waiting; the visitor was told so.
        VisitorAction::Human { .. } | VisitorAction::Typing { .. } | VisitorAction::Read { .. } => {
        }
    }
    Ok(draft.done())
}

fn agent(mut draft: Draft<'_>, input: &AgentInput) -> Result<Decision, Refusal> {
    match &input.action {
        AgentAction::Claim | AgentAction::TakeOver => {
            let reason = common::reason(&draft);
            common::agent_joins(&mut draft, input, reason);
        }
        AgentAction::Reply { id, text } => {
            let reason = common::reason(&draft);
            common::agent_joins(&mut draft, input, reason);
            common::agent_wrote(&mut draft, input, id, text);
        }
        AgentAction::Release => return Ok(common::bot_resumes(draft)),
        AgentAction::Close => return Ok(common::close(draft, CloseReason::Agent, None)),
        AgentAction::Typing { .. } | AgentAction::Read { .. } => {}
    }
    Ok(draft.done())
}
