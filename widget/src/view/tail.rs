//! What is not settled: messages on their way, the answer being streamed, who
//! types. Outside the log, so that no screen reader spells it out.

use comptoir_protocol::{ClientFrame, ErrorCode};

use super::bubble::{Voice, body, bubble};
use super::scene::tag;
use super::{Pen, Scene};
use crate::core::{Item, Stage, Typing};
use crate::texts::Key;

/// The visitor's messages on their way.
pub(super) fn own(s: &mut Scene<'_>, pen: &Pen<'_>) {
    for item in pen.state.outbox.items() {
        match &item.frame {
            ClientFrame::Send { text, .. } => sent(s, pen, item, text),
            ClientFrame::Human { .. } => sent(s, pen, item, pen.texts.get(Key::Human)),
            ClientFrame::Contact { value, .. } => sent(s, pen, item, value),
            ClientFrame::Hello(_)
            | ClientFrame::NoticeShown { .. }
            | ClientFrame::Feedback { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::Read { .. }
            | ClientFrame::Close { .. }
            | ClientFrame::Ping => {}
        }
    }
}

fn sent(s: &mut Scene<'_>, pen: &Pen<'_>, item: &Item, text: &str) {
    bubble(s, Voice::Visitor, Some(item.at));
    body(s, "t", "", text);
    match item.stage {
        Stage::Failed(code) => {
            let limit = code == ErrorCode::RateLimited;
            let id = item.id.as_str();
            s.open(tag!("p", "class" = "note bad", "role" = "alert"));
            s.say(if limit { Key::FailedLimit } else { Key::Failed });
            s.choice("", "retry", id, Key::Retry).choice("", "discard", id, Key::Discard).end();
        }
        Stage::Waiting if pen.state.link.is_lost() => {
            s.open(tag!("p", "class" = "note")).say(Key::Sending).end();
        }
        Stage::Waiting | Stage::InFlight | Stage::Acked(_) => {}
    }
    s.end();
}

/// The answer being streamed.
pub(super) fn answer(s: &mut Scene<'_>, pen: &Pen<'_>) {
    if let Some(answer) = pen.state.answer.as_ref().filter(|a| !a.text.is_empty()) {
        bubble(s, Voice::Machine, None);
        body(s, "t caret", "", &answer.text);
        s.end();
    }
}

/// Who types.
pub(super) fn typing(s: &mut Scene<'_>, pen: &Pen<'_>) {
    if matches!(pen.state.typing, Typing::Nobody) {
        return;
    }
    s.open(tag!("p"));
    if matches!(pen.state.typing, Typing::Person(_)) {
        // People begin and stop too often to be read out each time.
        s.attr("aria-hidden", "true");
    }
    s.open(concat!(
        tag!("i", "class" = "dots"),
        tag!("i"),
        "\u{4}",
        tag!("i"),
        "\u{4}",
        tag!("i"),
        "\u{4}\u{4}"
    ));
    match &pen.state.typing {
        Typing::Person(name) => s.fill(Key::Typing, name),
        Typing::Nobody | Typing::Machine => s.say(Key::Preparing),
    };
    s.end();
}
