//! What is not settled: messages on their way, the answer being streamed, who
//! types. Outside the log, so that no screen reader spells it out.

use comptoir_protocol::{ClientFrame, ErrorCode};

use super::bubble::{Voice, body, bubble};
use super::{Pen, Scene};
use crate::core::{Item, Stage, Typing};
use crate::texts::Key;

/// The visitor's messages on their way.
pub(super) fn own(s: &mut Scene, pen: &Pen<'_>) {
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

fn sent(s: &mut Scene, pen: &Pen<'_>, item: &Item, text: &str) {
    let texts = pen.texts;
    bubble(s, pen, Voice::Visitor, Some(item.at));
    body(s, "t", "", text);
    match item.stage {
        Stage::Failed(code) => {
            let limit = code == ErrorCode::RateLimited;
            let why = texts.get(if limit { Key::FailedLimit } else { Key::Failed });
            let id = item.id.as_str();
            s.open("p", "note bad").attr("role", "alert").text(why);
            s.choice("", "retry", id, texts.get(Key::Retry));
            s.choice("", "discard", id, texts.get(Key::Discard)).end();
        }
        Stage::Waiting if pen.state.link.is_lost() => {
            s.leaf("p", "note", texts.get(Key::Sending));
        }
        Stage::Waiting | Stage::InFlight | Stage::Acked(_) => {}
    }
    s.end();
}

/// The answer being streamed.
pub(super) fn answer(s: &mut Scene, pen: &Pen<'_>) {
    if let Some(answer) = pen.state.answer.as_ref().filter(|a| !a.text.is_empty()) {
        bubble(s, pen, Voice::Machine, None);
        body(s, "t caret", "", &answer.text);
        s.end();
    }
}

/// Who types.
pub(super) fn typing(s: &mut Scene, pen: &Pen<'_>) {
    if matches!(pen.state.typing, Typing::Nobody) {
        return;
    }
    s.open("p", "").open("i", "dots");
    for _ in 0..3 {
        s.open("i", "").end();
    }
    s.end();
    if let Typing::Person(name) = &pen.state.typing {
        s.text(&pen.texts.fill(Key::Typing, &[name]));
    } else {
        s.text(pen.texts.get(Key::Preparing));
    }
    s.end();
}
