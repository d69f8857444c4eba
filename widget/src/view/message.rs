//! Completed messages and facts.

use comptoir_protocol::{AnswerStatus, CloseReason, Event, HandoverReason, NumberedEvent};

use super::bubble::{Voice, body, bubble};
use super::{Pen, Scene};
use crate::texts::Key;

/// Draws an event; tells whether it is to be seen at all.
pub(super) fn event(s: &mut Scene, pen: &Pen<'_>, numbered: &NumberedEvent) -> bool {
    let texts = pen.texts;
    let at = Some(numbered.at);
    match &numbered.event {
        Event::VisitorMessage { text, .. } => {
            bubble(s, pen, Voice::Visitor, at);
            body(s, "t", "", text);
            s.end();
        }
        Event::BotMessage { .. } => machine(s, pen, numbered),
        Event::AgentMessage { name, text, .. } => {
            bubble(s, pen, Voice::Person(name), at);
            body(s.trust(text), "t", "", text);
            s.end();
        }
        Event::HandoverRequested { reason, text } => {
            let class = if *reason == HandoverReason::Danger { "s danger" } else { "s" };
            body(s.trust(text), class, "", text);
        }
        Event::AgentJoined { name } => {
            s.leaf("p", "s", &texts.fill(Key::Joined, &[name]));
        }
        Event::BotResumed => {
            // The notice stands in full above the input again, and is read out.
            s.leaf("p", "s", texts.get(Key::Resumed));
        }
        Event::ContactLeft { value, .. } => {
            s.leaf("p", "s", &texts.fill(Key::ContactLeft, &[value]));
        }
        Event::Closed { reason } => {
            let key = match reason {
                CloseReason::Visitor => Key::EndedVisitor,
                CloseReason::Agent => Key::EndedAgent,
                CloseReason::Idle => Key::EndedIdle,
            };
            s.leaf("p", "s", texts.get(key));
        }
        Event::NoticeShown { .. } | Event::Feedback { .. } => return false,
    }
    true
}

fn machine(s: &mut Scene, pen: &Pen<'_>, numbered: &NumberedEvent) {
    let Event::BotMessage { text, lang, citations, status, .. } = &numbered.event else {
        return;
    };
    for citation in citations {
        s.trust(&citation.text);
    }
    bubble(s, pen, Voice::Machine, Some(numbered.at));
    body(s, "t", lang, text);
    if *status == AnswerStatus::Interrupted {
        s.leaf("p", "note", pen.texts.get(Key::Interrupted));
    }
    for (i, citation) in citations.iter().enumerate() {
        let key = if i == 0 { Key::Source } else { Key::Sources };
        s.open("details", "").leaf("summary", "", &pen.texts.fill(key, &[&citation.title]));
        body(s, "t", lang, &citation.text);
        s.end();
    }
    s.end();
}
