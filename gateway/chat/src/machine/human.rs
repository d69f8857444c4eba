//! A person holds the conversation. The machine says nothing.

use super::draft::Draft;
use super::{Decision, Input, Refusal, common};
use crate::api::{AgentAction, AgentInput, VisitorAction};
use crate::policy::{Triage, triage};
use comptoir_protocol::{CloseReason, Seq};
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
        Input::AgentGone { .. } | Input::TimePassed | Input::Silence { .. } => Ok(draft.done()),
    }
}

fn visitor(mut draft: Draft<'_>, action: &VisitorAction) -> Result<Decision, Refusal> {
    match action {
        VisitorAction::NoticeShown { version, lang } => {
            return Ok(common::notice_shown(draft, version, lang));
        }
        VisitorAction::Send { id, text } => {
            let seq = common::visitor_wrote(&mut draft, id, text);
            common::holder_is_written_to(&mut draft);
            suggest(&mut draft, seq, text);
        }
        VisitorAction::Contact { id, channel, value } => {
            common::contact_left(&mut draft, id, *channel, value);
            common::holder_is_written_to(&mut draft);
        }
        VisitorAction::Mail { id, text } => {
            common::visitor_wrote(&mut draft, id, text);
            common::holder_is_written_to(&mut draft);
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

/// A question may be answered with a private draft of the machine; anything
/// else needs the person alone.
fn suggest(draft: &mut Draft<'_>, seq: Seq, text: &str) {
    match triage(text, &draft.cx.site.into()) {
        Triage::Ask { .. } => draft.propose(seq, text),
        Triage::Handover { .. } | Triage::Smalltalk(_) => draft.withdraw(),
    }
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
        AgentAction::Note { .. } | AgentAction::Typing { .. } | AgentAction::Read { .. } => {
            return Ok(draft.done());
        }
        AgentAction::TakeOver if !mine => {
            let reason = common::reason(&draft);
            common::agent_joins(&mut draft, input, reason);
        }
        AgentAction::Claim
        | AgentAction::Reply { .. }
        | AgentAction::Release
        | AgentAction::Transfer { .. }
        | AgentAction::Close { .. }
        | AgentAction::Reopen
        | AgentAction::Propose
        | AgentAction::Withdraw
            if !mine =>
        {
            return Err(held());
        }
        AgentAction::Claim | AgentAction::TakeOver | AgentAction::Reopen => {}
        AgentAction::Reply { id, text } => common::agent_wrote(&mut draft, input, id, text),
        AgentAction::Release => return Ok(common::bot_resumes(draft)),
        AgentAction::Transfer { to } if to.as_ref().is_some_and(|to| to.agent == holder) => {
            return Err(Refusal::NotPossible);
        }
        AgentAction::Transfer { to } => common::transfer(&mut draft, &input.name, to.as_ref()),
        AgentAction::Close { outcome } => return Ok(common::close_with(draft, *outcome)),
        AgentAction::Propose => {
            let (seq, text) = draft.last_message().ok_or(Refusal::NotPossible)?;
            draft.propose(seq, &text);
        }
        AgentAction::Withdraw => draft.withdraw(),
    }
    Ok(draft.done())
}
