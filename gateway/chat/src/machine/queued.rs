//! The conversation waits for a person. The machine is silent, except for an
//! emergency number and for what becomes of the wait: nobody comes in time, so
//! people are called a second time, then the visitor is asked for a way to
//! answer. Out of hours is a wait like any other, whose time stands still.

use super::draft::Draft;
use super::{Decision, Input, Refusal, common, reply, told};
use crate::api::{AgentAction, AgentInput, VisitorAction};
use crate::policy::{Triage, due, triage};
use comptoir_protocol::{CloseReason, Event};
use comptoir_storage::model::{Holder, NotificationKind, WaitStep};
use jiff::SignedDuration;

pub(super) fn handle(draft: Draft<'_>, input: &Input) -> Result<Decision, Refusal> {
    match input {
        Input::Visitor(action) => visitor(draft, action),
        Input::Agent(input) => agent(draft, input),
        Input::Answered { .. } | Input::Failed { .. } | Input::Resume | Input::Interrupt => {
            Ok(common::settle(draft))
        }
        Input::TimePassed => Ok(time_passed(draft)),
        Input::AgentGone { .. } | Input::Silence { .. } => Ok(draft.done()),
    }
}

/// Takes the next step of the wait, if it is due.
fn time_passed(mut draft: Draft<'_>) -> Decision {
    let Some(next) = due(&draft.head.holder, draft.cx.site, draft.cx.now) else {
        return draft.done();
    };
    match next {
        // Where every wait begins; nothing is to be done to get there.
        WaitStep::Called => return draft.done(),
        WaitStep::CalledAgain => {
            let text = told::called_again(&draft);
            draft.append(Event::CalledAgain { text }, None);
            draft.call();
            draft.notify(NotificationKind::SecondCall, SignedDuration::ZERO);
        }
        // A way to answer that is there need not be asked for.
        WaitStep::ContactAsked if draft.head.contact.is_some() => {}
        WaitStep::ContactAsked => {
            let text = told::contact_asked(&draft);
            draft.append(Event::ContactAsked { text }, None);
        }
    }
    if let Holder::Queued { step, .. } = &mut draft.head.holder {
        *step = next;
    }
    draft.done()
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
        // Not a word of the machine is between: no notice is owed.
        VisitorAction::Mail { id, text } => {
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
        AgentAction::Transfer { to } => {
            if to.as_ref().is_none_or(|to| to.agent == input.agent) {
                // It waits for anybody already; oneself claims.
                return Err(Refusal::NotPossible);
            }
            common::transfer(&mut draft, &input.name, to.as_ref());
        }
        AgentAction::Close { outcome } => return Ok(common::close_with(draft, *outcome)),
        AgentAction::Reopen | AgentAction::Propose => return Err(Refusal::NotPossible),
        AgentAction::Withdraw
        | AgentAction::Note { .. }
        | AgentAction::Typing { .. }
        | AgentAction::Read { .. } => {}
    }
    Ok(draft.done())
}
