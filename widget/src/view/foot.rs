//! Around the input: the notice above it, the way to a person below.

use comptoir_protocol::{ConversationState, OpeningState};

use super::scene::tag;
use super::{Pen, Scene};
use crate::texts::Key;
use crate::wire::digits;

const PERSON: &str = concat!(
    tag!("svg", "viewBox" = "0 0 24 24", "aria-hidden" = "true"),
    tag!("path", "d" = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c0-3.500 3-6 7-6s7 2.500 7 6"),
    "\u{4}\u{4}"
);
const WARN_BELOW: usize = 200;

/// The AI notice: in full until the visitor's first message after it, and
/// again when the machine comes back; in short, or who answers, otherwise.
pub(super) fn notice(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    if state.notice_in_full() {
        match &state.card {
            Some(card) => s.text(&card.notice),
            None => s.say(Key::Notice),
        };
        return;
    }
    match &state.holder {
        ConversationState::Bot | ConversationState::Closed => s.say(Key::NoticeShort),
        ConversationState::Queued => s.say(Key::Asked),
        ConversationState::Human { name } => s.fill(Key::With, name),
    };
}

/// Below the input.
pub(super) fn foot(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    if state.panel.left < WARN_BELOW {
        s.open(tag!("p", "class" = "small", "role" = "status"));
        s.fill(Key::Left, &digits(state.panel.left as u64)).end();
    }
    if !matches!(state.holder, ConversationState::Bot) {
        return;
    }
    s.button("human", "human", "").attr("id", "h").open(PERSON).say(Key::Human).end();
    let opening = state.card.as_ref().map(|c| &c.opening);
    if let Some(OpeningState::Closed { opens_at: Some(at) }) = opening {
        s.open(tag!("p", "class" = "small")).say(Key::Away).moment('m', *at).text(".").end();
    }
}
