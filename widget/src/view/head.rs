//! Above the messages: the firm, who answers, every other way to reach it.

use comptoir_protocol::ConversationState;

use super::{Pen, Scene};
use crate::core::{Wait, tel};
use crate::prelude::*;
use crate::texts::Key;
use crate::wire::digits;

const CROSS: &str = "M6 6l12 12M18 6L6 18";
const DOTS: &str = "M12 5v.01M12 12v.01M12 19v.01";

/// The header and its menu.
pub(super) fn head(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
    let firm = state.card.as_ref().map_or(texts.get(Key::Title), |c| &c.firm);
    s.open("div", "names").open("h2", "").attr("id", "t").text(firm).end();
    s.open("p", "state");
    match &state.holder {
        ConversationState::Bot => s.text(texts.get(Key::Assistant)),
        ConversationState::Queued => s.text(texts.get(Key::Waiting)),
        ConversationState::Human { name } => s.text(&texts.fill(Key::With, &[name])),
        ConversationState::Closed => s.text(texts.get(Key::EndedAgent)),
    };
    s.end().end();
    let name = texts.get(Key::Menu);
    s.button("i", "menu", "").attr("id", "mb").attr("aria-label", name).attr("title", name);
    s.attr("aria-expanded", if state.panel.menu { "true" } else { "false" });
    s.icon(DOTS).end().tool("close", CROSS, texts.get(Key::Close));
    if state.panel.menu {
        menu(s, pen);
    }
}

fn menu(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
    s.open("div", "menu");
    let (phone, email) = state.ways();
    if let Some(phone) = phone {
        s.open("a", "").attr("href", &tel(phone)).text(&texts.fill(Key::Call, &[phone])).end();
    }
    if let Some(email) = email {
        let mut href = String::from("mailto:");
        href.push_str(email);
        s.open("a", "").attr("href", &href).text(&texts.fill(Key::Write, &[email])).end();
    }
    let privacy = state.card.as_ref().and_then(|c| c.privacy_url.as_deref());
    if let Some(url) = privacy.filter(|url| url.starts_with("http")) {
        super::bubble::link(s, url, texts.get(Key::Privacy));
    }
    if state.log.has_visitor() && !matches!(state.holder, ConversationState::Closed) {
        s.choice("", "end", "", texts.get(Key::End));
    }
    s.end();
}

/// One line when something keeps the visitor waiting.
pub(super) fn banner(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
    match state.wait {
        Some(Wait::Busy) => {
            s.text(texts.get(Key::Busy));
        }
        _ if state.link.is_lost() => {
            s.text(texts.get(Key::Lost));
        }
        Some(Wait::Queue { position, ms }) => {
            let seconds = u64::from(ms).div_ceil(1000);
            let (key, number) =
                if seconds <= 90 { (Key::Seconds, seconds) } else { (Key::Minutes, seconds.div_ceil(60)) };
            let wait = texts.fill(key, &[&digits(number)]);
            s.text(&texts.fill(Key::Queue, &[&digits(u64::from(position)), &wait]));
        }
        None => {}
    }
}

/// First words of the counter.
pub(super) fn intro(s: &mut Scene, pen: &Pen<'_>) {
    if let Some(card) = &pen.state.card {
        s.text(&card.welcome);
    }
}
