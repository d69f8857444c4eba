//! Around the input: the notice above it, the way to a person below.

use comptoir_protocol::{ConversationState, OpeningState};

use super::{Pen, Scene};
use crate::cut;
use crate::texts::{GAP, Key};
use crate::wire::digits;

const PERSON: &str = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c0-3.500 3-6 7-6s7 2.500 7 6";
const WARN_BELOW: usize = 200;

/// The AI notice: in full until the visitor's first message after it, and
/// again when the machine comes back; in short, or who answers, otherwise.
pub(super) fn notice(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
    if state.notice_in_full() {
        s.text(state.notice_text().unwrap_or(texts.get(Key::Notice)));
        return;
    }
    match &state.holder {
        ConversationState::Bot | ConversationState::Closed => s.text(texts.get(Key::NoticeShort)),
        ConversationState::Queued => s.text(texts.get(Key::Asked)),
        ConversationState::Human { name } => s.text(&texts.fill(Key::With, &[name])),
    };
}

/// Below the input.
pub(super) fn foot(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
    if state.panel.left < WARN_BELOW {
        let left = digits(state.panel.left as u64);
        s.open("p", "small").attr("role", "status");
        s.text(&texts.fill(Key::Left, &[&left])).end();
    }
    if !matches!(state.holder, ConversationState::Bot) {
        return;
    }
    s.button("human", "human", "").attr("id", "h").icon(PERSON).text(texts.get(Key::Human)).end();
    let opening = state.card.as_ref().map(|c| &c.opening);
    if let Some(OpeningState::Closed { opens_at: Some(at) }) = opening {
        s.open("p", "small");
        let mut parts = cut::parts(texts.get(Key::Away), GAP);
        s.text(parts.next().unwrap_or_default()).moment('m', *at);
        s.text(parts.next().unwrap_or_default()).end();
    }
}
