//! Above the messages: the firm, who answers, every other way to reach it.

use comptoir_protocol::ConversationState;

use super::scene::tag;
use super::{Pen, Scene};
use crate::core::{Wait, tel};
use crate::texts::Key;
use crate::wire::digits;

const CROSS: &str = concat!(
    tag!("svg", "viewBox" = "0 0 24 24", "aria-hidden" = "true"),
    tag!("path", "d" = "M6 6l12 12M18 6L6 18"),
    "\u{4}\u{4}"
);
const DOTS: &str = concat!(
    tag!("svg", "viewBox" = "0 0 24 24", "aria-hidden" = "true"),
    tag!("path", "d" = "M12 5v.01M12 12v.01M12 19v.01"),
    "\u{4}\u{4}"
);

/// The header and its menu.
pub(super) fn head(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    s.open(concat!(tag!("div", "class" = "names"), tag!("h2", "id" = "t")));
    match &state.card {
        Some(card) => s.text(&card.firm),
        None => s.say(Key::Title),
    };
    s.end().open(tag!("p", "class" = "state"));
    match &state.holder {
        ConversationState::Bot => s.say(Key::Assistant),
        ConversationState::Queued => s.say(Key::Waiting),
        ConversationState::Human { name } => s.fill(Key::With, name),
        ConversationState::Closed => s.say(Key::EndedAgent),
    };
    s.end().end();
    s.button("i", "menu", "").attr("id", "mb").name(Key::Menu);
    s.attr("aria-expanded", if state.panel.menu { "true" } else { "false" });
    s.open(DOTS).end();
    s.button("i", "close", "").name(Key::Close).open(CROSS).end();
    if state.panel.menu {
        menu(s, pen);
    }
}

fn menu(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    s.open(tag!("div", "class" = "menu"));
    let (phone, email) = state.ways();
    if let Some(phone) = phone {
        s.open(tag!("a")).attr("href", &tel(phone)).fill(Key::Call, phone).end();
    }
    if let Some(email) = email {
        s.open(tag!("a", "href" = "mailto:")).open(email).fill(Key::Write, email).end();
    }
    let privacy = state.card.as_ref().and_then(|c| c.privacy_url.as_deref());
    if let Some(url) = privacy.filter(|url| url.starts_with("http")) {
        s.open(tag!("a", "target" = "_blank", "rel" = "noopener noreferrer"));
        s.attr("href", url).say(Key::Privacy).end();
    }
    if state.log.has_visitor() && !matches!(state.holder, ConversationState::Closed) {
        s.choice("", "end", "", Key::End);
    }
    s.end();
}

/// One line when something keeps the visitor waiting.
pub(super) fn banner(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    match state.wait {
        Some(Wait::Busy) => {
            s.say(Key::Busy);
        }
        _ if state.link.is_lost() => {
            s.say(Key::Lost);
        }
        Some(Wait::Queue { position, ms }) => {
            let seconds = u64::from(ms).div_ceil(1000);
            let long = seconds > 90;
            let number = if long { seconds.div_ceil(60) } else { seconds };
            s.fill(Key::Queue, &digits(u64::from(position)));
            s.fill(if long { Key::Minutes } else { Key::Seconds }, &digits(number));
        }
        None => {}
    }
}

/// First words of the counter.
pub(super) fn intro(s: &mut Scene<'_>, pen: &Pen<'_>) {
    if let Some(card) = &pen.state.card {
        s.text(&card.welcome);
    }
}
