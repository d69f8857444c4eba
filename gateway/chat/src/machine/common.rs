//! What several holders have in common.

use super::draft::Draft;
use super::{Decision, Refusal, told};
use crate::api::{AgentInput, Colleague};
use crate::policy::mask;
use comptoir_protocol::{
    AnswerStatus, ClientId, CloseReason, ContactChannel, Event, HandoverReason, Route, Seq,
};
use comptoir_storage::model::{
    AgentId, CloseOutcome, Contact, EntryId, GapKind, Holder, NewGap, NotificationKind, WaitStep,
};
use jiff::SignedDuration;
use uuid::Uuid;

/// The notice was displayed; kept once per time it is due.
pub(super) fn notice_shown(mut draft: Draft<'_>, version: &str, lang: &str) -> Decision {
    if draft.head.notice_due {
        let event = Event::NoticeShown { version: version.to_owned(), lang: lang.to_owned() };
        draft.append(event, None);
        draft.head.notice_due = false;
    }
    draft.done()
}

/// Appends what the visitor wrote.
pub(super) fn visitor_wrote(draft: &mut Draft<'_>, id: &ClientId, text: &str) -> Seq {
    draft.append(Event::VisitorMessage { id: id.clone(), text: text.to_owned() }, Some(id))
}

/// Keeps a way to answer.
pub(super) fn contact_left(
    draft: &mut Draft<'_>,
    id: &ClientId,
    channel: ContactChannel,
    value: &str,
) {
    draft.append(Event::ContactLeft { channel, value: value.to_owned() }, Some(id));
    draft.head.contact = Some(Contact { channel, value: value.to_owned() });
}

/// Calls a person and stops a running answer.
pub(super) fn hand_over(draft: &mut Draft<'_>, reason: HandoverReason, id: Option<&ClientId>) {
    stop_answer(draft);
    call_person(draft, reason, id);
}

/// Calls a person: never silently, the visitor is told what happens and when.
pub(super) fn call_person(draft: &mut Draft<'_>, reason: HandoverReason, id: Option<&ClientId>) {
    let text = told::passing(draft);
    queue(draft, reason, None);
    draft.append(Event::HandoverRequested { reason, text }, id);
}

/// Calls another person because this one is gone, and says so.
pub(super) fn call_another(draft: &mut Draft<'_>, name: &str, reason: HandoverReason) {
    let text = told::gone(draft, name);
    queue(draft, reason, None);
    draft.append(Event::HandoverRequested { reason, text }, None);
}

/// A person passes the conversation on: it waits again, the visitor is told
/// for whom, and nobody but a person of the firm can have it meanwhile.
pub(super) fn transfer(draft: &mut Draft<'_>, by: &str, to: Option<&Colleague>) {
    let text = told::transferred(draft, by, to);
    let reason = reason(draft);
    queue(draft, reason, to.map(|to| to.agent));
    let to = to.map(|to| to.name.clone());
    draft.append(Event::Transferred { by: by.to_owned(), to, text }, None);
}

/// Why a person has, or is to have, the conversation.
pub(super) fn reason(draft: &Draft<'_>) -> HandoverReason {
    match draft.head.holder {
        Holder::Queued { reason, .. } | Holder::Human { reason, .. } => reason,
        Holder::Bot | Holder::Closed { .. } => HandoverReason::Button,
    }
}

fn queue(draft: &mut Draft<'_>, reason: HandoverReason, wanted: Option<AgentId>) {
    draft.head.open_question = None;
    draft.head.failures = 0;
    let (since, step) = (draft.cx.now, WaitStep::Called);
    draft.head.holder = Holder::Queued { since, reason, step, wanted };
    draft.withdraw();
    draft.call();
    draft.notify(NotificationKind::PersonCalled, SignedDuration::ZERO);
}

/// Stops a running answer. What visitors already saw of it is kept.
pub(super) fn stop_answer(draft: &mut Draft<'_>) {
    let Some(running) = &draft.state.running else {
        return;
    };
    if !running.shown.is_empty() {
        draft.append(
            Event::BotMessage {
                answer: running.answer.clone(),
                to: running.to,
                text: running.shown.clone(),
                lang: draft.head.lang.clone(),
                route: Route::Answer,
                citations: Vec::new(),
                status: AnswerStatus::Interrupted,
                offers: Vec::new(),
            },
            None,
        );
    }
    draft.cancel();
}

/// A person takes the conversation.
pub(super) fn agent_joins(draft: &mut Draft<'_>, input: &AgentInput, reason: HandoverReason) {
    stop_answer(draft);
    draft.withdraw();
    draft.head.open_question = None;
    draft.head.failures = 0;
    draft.head.holder = Holder::Human { agent: input.agent, since: draft.cx.now, reason };
    draft.append(Event::AgentJoined { name: input.name.clone() }, None);
}

/// A person writes.
pub(super) fn agent_wrote(draft: &mut Draft<'_>, input: &AgentInput, id: &ClientId, text: &str) {
    let event =
        Event::AgentMessage { id: id.clone(), name: input.name.clone(), text: text.to_owned() };
    draft.append(event, Some(id));
    // Whatever the machine had in mind, the person has answered.
    draft.withdraw();
    let left = draft.head.contact.as_ref();
    if left.is_some_and(|contact| contact.channel == ContactChannel::Email) {
        draft.notify(NotificationKind::AgentAnswered, draft.cx.unread_for);
    }
}

/// The visitor wrote to the person who has the conversation.
pub(super) fn holder_is_written_to(draft: &mut Draft<'_>) {
    draft.call();
    draft.notify(NotificationKind::VisitorWrote, draft.cx.unread_for);
}

/// The machine answers again: said aloud, and the notice is due again.
pub(super) fn bot_resumes(mut draft: Draft<'_>) -> Decision {
    draft.withdraw();
    draft.head.holder = Holder::Bot;
    draft.head.notice_due = true;
    draft.head.failures = 0;
    draft.head.open_question = None;
    draft.append(Event::BotResumed, None);
    draft.done()
}

/// The visitor or silence ends the conversation.
pub(super) fn close(draft: Draft<'_>, reason: CloseReason, id: Option<&ClientId>) -> Decision {
    end(draft, reason, None, id)
}

/// A person of the firm ends the conversation, and may say what came of it.
pub(super) fn close_with(draft: Draft<'_>, outcome: Option<CloseOutcome>) -> Decision {
    end(draft, CloseReason::Agent, outcome, None)
}

fn end(
    mut draft: Draft<'_>,
    reason: CloseReason,
    outcome: Option<CloseOutcome>,
    id: Option<&ClientId>,
) -> Decision {
    stop_answer(&mut draft);
    draft.withdraw();
    draft.head.open_question = None;
    draft.head.holder = Holder::Closed { reason, at: draft.cx.now, outcome };
    draft.append(Event::Closed { reason }, id);
    draft.done()
}

/// Keeps a verdict on a reply. Says whether it is a new "no".
pub(super) fn feedback(
    draft: &mut Draft<'_>,
    id: &ClientId,
    message: Seq,
    value: comptoir_protocol::FeedbackValue,
) -> Result<bool, Refusal> {
    let judged = draft.state.recent.iter().find(|logged| logged.seq == message);
    let is_reply = judged.is_none_or(|logged| matches!(logged.event, Event::BotMessage { .. }));
    if message == Seq(0) || message > draft.state.conversation.last_seq || !is_reply {
        return Err(Refusal::NotPossible);
    }
    let again = draft.state.judged_bad(message);
    draft.append(Event::Feedback { message, value }, Some(id));
    let is_bad = value == comptoir_protocol::FeedbackValue::No && !again && judged.is_some();
    if is_bad && let Some(gap) = judged.and_then(|logged| badly_rated(draft, &logged.event)) {
        draft.keep(gap);
    }
    Ok(is_bad)
}

/// The question for the owner's list, when a reply from the FAQ did not help.
/// One that had nothing to say stands there already.
fn badly_rated(draft: &Draft<'_>, reply: &Event) -> Option<NewGap> {
    let Event::BotMessage { to, lang, route, citations, .. } = reply else {
        return None;
    };
    let from_faq = match route {
        Route::Answer | Route::Clarify | Route::OfferHuman => !citations.is_empty(),
        Route::Handover | Route::Smalltalk => false,
    };
    let (question, _) = draft.message(*to).filter(|_| from_faq)?;
    let nearest = citations.first().and_then(|cited| Uuid::try_parse(&cited.entry).ok());
    Some(NewGap {
        id: draft.cx.fresh.gap,
        question: mask(&question),
        lang: lang.clone(),
        nearest: nearest.map(EntryId),
        kind: GapKind::BadlyRated,
    })
}

/// A question that is open although the machine does not answer: the answer's
/// end was lost with its process, and a person has the conversation.
pub(super) fn settle(mut draft: Draft<'_>) -> Decision {
    draft.cancel();
    draft.head.open_question = None;
    draft.done()
}
