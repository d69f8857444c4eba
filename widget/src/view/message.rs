//! Completed messages and facts.

use comptoir_protocol::{AnswerStatus, CloseReason, Event, NumberedEvent, Route};

use super::Scene;
use super::bubble::{Voice, body, bubble};
use super::scene::tag;
use crate::texts::Key;

const FACT: &str = tag!("p", "class" = "s");

/// Draws an event; tells whether it is to be seen at all.
pub(super) fn event(s: &mut Scene<'_>, numbered: &NumberedEvent) -> bool {
    let at = Some(numbered.at);
    match &numbered.event {
        Event::VisitorMessage { text, .. } => {
            bubble(s, Voice::Visitor, at);
            body(s, "t", "", text);
        }
        Event::BotMessage { .. } => machine(s, numbered),
        Event::AgentMessage { name, text, .. } => {
            bubble(s, Voice::Person(name), at);
            body(s.trust(text), "t", "", text);
        }
        Event::HandoverRequested { text, .. }
        | Event::CalledAgain { text }
        | Event::ContactAsked { text }
        | Event::Transferred { text, .. } => {
            body(s.trust(text), "s", "", text);
            return true;
        }
        Event::AgentJoined { name } => {
            s.open(FACT).fill(Key::Joined, name);
        }
        Event::BotResumed => {
            // The notice stands in full above the input again, and is read out.
            s.open(FACT).say(Key::Resumed);
        }
        Event::ContactLeft { value, .. } => {
            s.open(FACT).fill(Key::ContactLeft, value);
        }
        Event::Closed { reason } => {
            s.open(FACT).say(match reason {
                CloseReason::Visitor => Key::EndedVisitor,
                CloseReason::Agent => Key::EndedAgent,
                CloseReason::Idle => Key::EndedIdle,
            });
        }
        Event::NoticeShown { .. } | Event::Feedback { .. } => return false,
    }
    s.end();
    true
}

fn machine(s: &mut Scene<'_>, numbered: &NumberedEvent) {
    let Event::BotMessage { text, lang, citations, status, route, .. } = &numbered.event else {
        return;
    };
    // What the machine says of its own before a person comes are the numbers
    // to call in danger. They are the gateway's words, not the model's.
    let danger = *route == Route::Handover;
    if danger {
        s.trust(text);
    }
    for citation in citations {
        s.trust(&citation.text);
    }
    bubble(s, Voice::Machine, Some(numbered.at));
    body(s, if danger { "t danger" } else { "t" }, lang, text);
    if *status == AnswerStatus::Interrupted {
        s.open(tag!("p", "class" = "note")).say(Key::Interrupted).end();
    }
    let mut key = Key::Source;
    for citation in citations {
        s.open(concat!(tag!("details"), tag!("summary"))).fill(key, &citation.title).end();
        body(s, "t", lang, &citation.text);
        s.end();
        key = Key::Sources;
    }
}
