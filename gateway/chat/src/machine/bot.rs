//! The machine holds the conversation.

use super::draft::Draft;
use super::reply::{self, CALL_AFTER, OFFER_AFTER};
use super::{Decision, Input, Refusal, common};
use crate::api::{AgentAction, AgentInput, VisitorAction};
use crate::policy::{Triage, YesNo, called_for, triage, yes_or_no};
use crate::ports::Reply;
use comptoir_protocol::{
    AnswerId, ClientId, CloseReason, FeedbackValue, HandoverReason, Offer, Route, Seq,
};
use jiff::{SignedDuration, Timestamp};

pub(super) fn handle(draft: Draft<'_>, input: &Input) -> Result<Decision, Refusal> {
    match input {
        Input::Visitor(action) => visitor(draft, action),
        Input::Agent(input) => agent(draft, input),
        Input::Answered { answer, reply } => Ok(answered(draft, answer, reply)),
        Input::Failed { answer, .. } => Ok(failed(draft, answer)),
        Input::Resume => Ok(resume(draft)),
        Input::Interrupt => {
            let mut draft = draft;
            common::stop_answer(&mut draft);
            Ok(draft.done())
        }
        Input::Silence { before } => Ok(silence(draft, *before)),
        Input::AgentGone { .. } | Input::TimePassed => Ok(draft.done()),
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
            said(&mut draft, id, text);
        }
        // Letters are for people: the machine does not answer them.
        VisitorAction::Mail { id, text } => {
            common::visitor_wrote(&mut draft, id, text);
            common::hand_over(&mut draft, HandoverReason::ExplicitWish, None);
        }
        VisitorAction::Human { id } => {
            common::hand_over(&mut draft, HandoverReason::Button, Some(id));
        }
        VisitorAction::Contact { id, channel, value } => {
            // A way to answer is of use only if somebody answers.
            common::contact_left(&mut draft, id, *channel, value);
            common::hand_over(&mut draft, HandoverReason::NothingFound, None);
        }
        VisitorAction::Feedback { id, message, value } => judged(&mut draft, id, *message, *value)?,
        VisitorAction::Close { id } => {
            return Ok(common::close(draft, CloseReason::Visitor, Some(id)));
        }
        VisitorAction::Typing { .. } | VisitorAction::Read { .. } => {}
    }
    Ok(draft.done())
}

fn agent(mut draft: Draft<'_>, input: &AgentInput) -> Result<Decision, Refusal> {
    match &input.action {
        // Nobody asked for a person; the inbox shows the plainest reason.
        AgentAction::Claim | AgentAction::TakeOver => {
            common::agent_joins(&mut draft, input, HandoverReason::Button);
        }
        AgentAction::Reply { id, text } => {
            common::agent_joins(&mut draft, input, HandoverReason::Button);
            common::agent_wrote(&mut draft, input, id, text);
        }
        AgentAction::Close { outcome } => return Ok(common::close_with(draft, *outcome)),
        AgentAction::Release
        | AgentAction::Transfer { .. }
        | AgentAction::Reopen
        | AgentAction::Propose => return Err(Refusal::NotPossible),
        AgentAction::Withdraw
        | AgentAction::Note { .. }
        | AgentAction::Typing { .. }
        | AgentAction::Read { .. } => {}
    }
    Ok(draft.done())
}

/// Ends a conversation nobody has touched since; one with an open question
/// stays until the question has its end.
fn silence(draft: Draft<'_>, before: Timestamp) -> Decision {
    let is_silent = draft.state.conversation.updated_at < before
        && draft.head.open_question.is_none()
        && draft.state.running.is_none();
    if is_silent { common::close(draft, CloseReason::Idle, None) } else { draft.done() }
}

/// The visitor wrote: first it is appended, then policy speaks.
fn said(draft: &mut Draft<'_>, id: &ClientId, text: &str) {
    let offered = person_was_offered(draft);
    forgive(draft);
    let seq = common::visitor_wrote(draft, id, text);
    match yes_or_no(text).filter(|_| offered) {
        Some(YesNo::Yes) => return common::hand_over(draft, HandoverReason::NothingFound, None),
        Some(YesNo::No) => {
            return reply::say_fixed(draft, seq, &draft.texts().bot.declined, Route::Smalltalk);
        }
        None => {}
    }
    match triage(text, &draft.cx.site.into()) {
        Triage::Handover { reason, danger, .. } => {
            if let Some(danger) = danger {
                reply::say_danger(draft, seq, danger);
            }
            common::hand_over(draft, reason, None);
        }
        Triage::Smalltalk(kind) => {
            let template = reply::smalltalk(draft, kind);
            reply::say_fixed(draft, seq, template, Route::Smalltalk);
        }
        // An answer is running: this question waits in the log.
        Triage::Ask { .. } if draft.head.open_question.is_some() => {}
        Triage::Ask { .. } => draft.ask(seq, text),
    }
}

/// Whether the machine's last words were the question "a person?".
fn person_was_offered(draft: &Draft<'_>) -> bool {
    draft.state.running.is_none()
        && draft.state.last_reply().is_some_and(|last| {
            last.route == Route::OfferHuman
                && last.offers.contains(&Offer::Human)
                && !draft.state.wrote_after(last.seq)
        })
}

/// An answer that drew no "no" before the next message ends a row of failures.
fn forgive(draft: &mut Draft<'_>) {
    let helped = draft.state.last_reply().is_some_and(|last| {
        matches!(last.route, Route::Answer | Route::Clarify) && !draft.state.judged_bad(last.seq)
    });
    if helped {
        draft.head.failures = 0;
    }
}

fn answered(mut draft: Draft<'_>, answer: &AnswerId, reply: &Reply) -> Decision {
    let Some(to) = running(&draft, answer) else {
        return draft.done();
    };
    if reply.route == Route::Handover
        && let Some((reason, danger)) = called_for(reply.reason)
    {
        if let Some(danger) = danger {
            reply::say_danger(&mut draft, to, danger);
        }
        common::hand_over(&mut draft, reason, None);
        return draft.done();
    }
    let (words, helped) = reply::words_of(&draft, reply);
    if reply::is_gap(&words, reply)
        && let Some((question, _)) = draft.message(to)
    {
        let gap = reply::gap(&draft, &question, reply);
        draft.keep(gap);
    }
    reply::say(&mut draft, answer.clone(), to, words);
    if reply.route == Route::Handover {
        common::call_person(&mut draft, HandoverReason::NothingFound, None);
        return draft.done();
    }
    ended(&mut draft, to, helped, HandoverReason::RepeatedFailure);
    draft.done()
}

fn failed(mut draft: Draft<'_>, answer: &AnswerId) -> Decision {
    let Some(to) = running(&draft, answer) else {
        return draft.done();
    };
    let shown = draft.state.running.as_ref().map_or("", |running| &running.shown);
    let words = reply::failed(&draft, shown);
    reply::say(&mut draft, answer.clone(), to, words);
    ended(&mut draft, to, false, HandoverReason::EngineDown);
    draft.done()
}

/// The visitor message that a running answer belongs to; none for an answer
/// that was stopped in the meantime.
fn running(draft: &Draft<'_>, answer: &AnswerId) -> Option<Seq> {
    draft
        .state
        .running
        .as_ref()
        .filter(|running| running.answer == *answer)
        .map(|running| running.to)
}

/// An answer ended: count failures, then take up the next question.
fn ended(draft: &mut Draft<'_>, to: Seq, helped: bool, reason: HandoverReason) {
    draft.head.open_question = None;
    if !helped {
        draft.head.failures += 1;
    }
    if draft.head.failures >= CALL_AFTER {
        // Not `hand_over`: the answer's own message is already in the draft.
        common::call_person(draft, reason, None);
    } else if let Some((next, text)) = draft.next_question(to) {
        draft.ask(next, &text);
    }
}

fn judged(
    draft: &mut Draft<'_>,
    id: &ClientId,
    message: Seq,
    value: FeedbackValue,
) -> Result<(), Refusal> {
    let bad = common::feedback(draft, id, message, value)?;
    if value == FeedbackValue::Yes {
        draft.head.failures = 0;
    }
    if bad {
        draft.head.failures += 1;
        if draft.head.failures >= CALL_AFTER {
            common::hand_over(draft, HandoverReason::RepeatedFailure, None);
        } else if draft.head.failures >= OFFER_AFTER {
            let template = &draft.texts().bot.not_helpful;
            reply::say_offering(draft, message, template);
        }
    }
    Ok(())
}

/// After a restart: answer the open question again, or give it to a person
/// when it is old or out of sight.
fn resume(mut draft: Draft<'_>) -> Decision {
    let Some(open) = draft.head.open_question.filter(|_| draft.state.running.is_none()) else {
        return draft.done();
    };
    let asked = draft.message(open).filter(|(_, at)| {
        Timestamp::from_millisecond(*at).is_ok_and(|at| {
            let age: SignedDuration = draft.cx.now.duration_since(at);
            age <= draft.cx.resume_within
        })
    });
    match asked {
        Some((text, _)) => draft.ask(open, &text),
        None => common::hand_over(&mut draft, HandoverReason::EngineDown, None),
    }
    draft.done()
}
