//! What the visitor can do next: questions to begin with, the gateway's
//! offers, "does this answer you?", the contact form, another conversation.

use comptoir_protocol::{
    AnswerStatus, ClientFrame, ContactChannel, ConversationState, Event, FeedbackValue, Offer,
    Route, Seq,
};

use super::scene::tag;
use super::{Pen, Scene};
use crate::core::{Panel, State, tel};
use crate::prelude::*;
use crate::texts::Key;
use crate::wire::digits;

const COPY: &str = concat!(
    tag!("svg", "viewBox" = "0 0 24 24", "aria-hidden" = "true"),
    tag!("path", "d" = "M9 9h11v11H9zM15 9V4H4v11h5"),
    "\u{4}\u{4}"
);
const ASK: &str = tag!("p", "class" = "ask");

/// Draws the part between the messages and the notice.
pub(super) fn next(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    if state.panel.contact {
        form(s, &state.panel);
        return;
    }
    match &state.holder {
        ConversationState::Closed => {
            s.choice("chip main", "begin", "", Key::Begin);
            s.choice("chip", "human", "", Key::Human);
        }
        ConversationState::Human { .. } => {}
        ConversationState::Queued => queue(s, pen),
        ConversationState::Bot if is_waiting(state) => {}
        ConversationState::Bot => after_last(s, pen),
    }
}

/// Whether the visitor waits for the machine rather than the other way round.
fn is_waiting(state: &State) -> bool {
    let speaks =
        |f: &ClientFrame| matches!(f, ClientFrame::Send { .. } | ClientFrame::Human { .. });
    state.answer.is_some() || state.outbox.items().iter().any(|i| speaks(&i.frame))
}

fn queue(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let left = |e: &Event| matches!(e, Event::ContactLeft { .. });
    if pen.state.log.events().iter().any(|e| left(&e.event)) {
        return;
    }
    offer(s, pen, &Offer::Contact);
    if let (Some(phone), _) = pen.state.ways() {
        offer(s, pen, &Offer::Call { phone: phone.to_owned() });
    }
}

fn after_last(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let state = pen.state;
    let message = |e: &Event| {
        matches!(
            e,
            Event::VisitorMessage { .. } | Event::BotMessage { .. } | Event::AgentMessage { .. }
        )
    };
    let Some(last) = state.log.events().iter().rev().find(|e| message(&e.event)) else {
        quick(s, pen);
        return;
    };
    if let Event::BotMessage { route, status, offers, citations, .. } = &last.event {
        if *status == AnswerStatus::Complete {
            match route {
                Route::Answer => verdict(s, pen, last.seq),
                // What may be meant was said: a yes is worth knowing, and the
                // offers stand below whatever is said.
                Route::OfferHuman if !citations.is_empty() => maybe(s, pen, last.seq),
                Route::OfferHuman | Route::Clarify | Route::Handover | Route::Smalltalk => {}
            }
        }
        for o in offers {
            offer(s, pen, o);
        }
    }
}

fn quick(s: &mut Scene<'_>, pen: &Pen<'_>) {
    let questions = pen.state.card.as_ref().map_or(&[][..], |c| &c.quick_questions);
    if !questions.is_empty() {
        s.open(ASK).say(Key::Quick).end();
    }
    for question in questions {
        s.button("chip", "ask", question).text(question).end();
    }
}

fn verdict(s: &mut Scene<'_>, pen: &Pen<'_>, message: Seq) {
    s.open(ASK).attr("role", "status");
    match given(pen.state, message) {
        None => {
            question(s, message);
            s.choice("chip", "human", "", Key::HumanShort);
            s.button("chip quiet", "copy", pen.texts.get(Key::Copied)).name(Key::Copy);
            s.open(COPY).end();
        }
        Some(FeedbackValue::Yes) => {
            s.say(Key::ThanksYes).end();
        }
        Some(FeedbackValue::No) => {
            s.say(Key::ThanksNo).end();
            offer(s, pen, &Offer::Human);
            offer(s, pen, &Offer::Contact);
        }
    }
}

/// The verdict on an uncertain reply, which brings its own offers.
fn maybe(s: &mut Scene<'_>, pen: &Pen<'_>, message: Seq) {
    s.open(ASK).attr("role", "status");
    match given(pen.state, message) {
        None => question(s, message),
        Some(FeedbackValue::Yes) => {
            s.say(Key::ThanksYes).end();
        }
        Some(FeedbackValue::No) => {
            s.say(Key::ThanksNo).end();
        }
    }
}

fn question(s: &mut Scene<'_>, message: Seq) {
    let seq = digits(message.0);
    s.say(Key::Verdict).end().choice("chip", "yes", &seq, Key::Yes);
    s.choice("chip", "no", &seq, Key::No);
}

fn given(state: &State, judged: Seq) -> Option<FeedbackValue> {
    for item in state.outbox.items() {
        if let ClientFrame::Feedback { message, value, .. } = &item.frame
            && *message == judged
        {
            return Some(*value);
        }
    }
    for numbered in state.log.events().iter().rev() {
        if let Event::Feedback { message, value } = &numbered.event
            && *message == judged
        {
            return Some(*value);
        }
    }
    None
}

fn offer(s: &mut Scene<'_>, pen: &Pen<'_>, offer: &Offer) {
    match offer {
        Offer::Human => s.choice("chip main", "human", "", Key::Human),
        Offer::Contact => s.choice("chip", "contact", "", Key::Contact),
        Offer::Call { phone } => s
            .open(tag!("a", "class" = "chip"))
            .attr("href", &tel(phone))
            .fill(Key::Call, spaced(pen, phone))
            .end(),
        Offer::Ask { text } => s.button("chip", "ask", text).text(text).end(),
    };
}

/// A number as the firm writes it, when it is the firm's.
fn spaced<'a>(pen: &'a Pen<'_>, phone: &'a str) -> &'a str {
    pen.state.ways().0.filter(|ours| tel(ours) == tel(phone)).unwrap_or(phone)
}

fn form(s: &mut Scene<'_>, panel: &Panel) {
    // Our own words, in the language of the page, instead of the browser's.
    s.open(concat!(
        tag!("form", "class" = "contact", "novalidate" = ""),
        tag!("fieldset"),
        tag!("legend")
    ));
    s.say(Key::ContactIntro).end();
    let email = panel.contact_channel == ContactChannel::Email;
    for (value, key, chosen) in [("phone", Key::Phone, !email), ("email", Key::Email, email)] {
        s.open(concat!(
            tag!("label", "class" = "kind"),
            tag!("input", "type" = "radio", "name" = "kind")
        ));
        s.attr("id", value).attr("value", value);
        if chosen {
            s.attr("checked", "");
        }
        s.end().say(key).end();
    }
    let kind = if email { "email" } else { "tel" };
    s.end().open(tag!("label", "for" = "c"));
    s.say(if email { Key::Email } else { Key::Phone }).end();
    s.open(tag!(
        "input",
        "id" = "c",
        "maxlength" = "200",
        "aria-describedby" = "e",
        "autofocus" = ""
    ));
    s.attr("type", kind).attr("autocomplete", kind).attr("value", &panel.contact_value);
    s.attr("aria-invalid", if panel.contact_refused { "true" } else { "false" }).end();
    s.open(tag!("p", "class" = "note bad", "id" = "e", "role" = "alert"));
    if panel.contact_refused {
        s.say(Key::ContactBad);
    }
    s.end().open(tag!("button", "class" = "chip main")).say(Key::ContactSend).end();
    s.choice("chip", "cancel", "", Key::Cancel).end();
}
