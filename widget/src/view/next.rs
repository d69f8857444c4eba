//! What the visitor can do next: questions to begin with, the gateway's
//! offers, "does this answer you?", the contact form, another conversation.

use comptoir_protocol::{
    AnswerStatus, ClientFrame, ContactChannel, ConversationState, Event, FeedbackValue, Offer,
    Route, Seq,
};

use super::{Pen, Scene};
use crate::core::{Panel, State, tel};
use crate::prelude::*;
use crate::texts::{Key, Texts};
use crate::wire::digits;

/// Draws the part between the messages and the notice.
pub(super) fn next(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
    if state.panel.contact {
        form(s, texts, &state.panel);
        return;
    }
    match &state.holder {
        ConversationState::Closed => {
            s.choice("chip main", "begin", "", texts.get(Key::Begin));
        }
        ConversationState::Human { .. } => {}
        ConversationState::Queued => queue(s, pen),
        ConversationState::Bot if is_waiting(state) => {}
        ConversationState::Bot => after_last(s, pen),
    }
}

/// Whether the visitor waits for the machine rather than the other way round.
fn is_waiting(state: &State) -> bool {
    let speaks = |f: &ClientFrame| matches!(f, ClientFrame::Send { .. } | ClientFrame::Human { .. });
    state.answer.is_some() || state.outbox.items().iter().any(|i| speaks(&i.frame))
}

fn queue(s: &mut Scene, pen: &Pen<'_>) {
    let left = |e: &Event| matches!(e, Event::ContactLeft { .. });
    if pen.state.log.events().iter().any(|e| left(&e.event)) {
        return;
    }
    offer(s, pen.texts, &Offer::Contact);
    if let (Some(phone), _) = pen.state.ways() {
        offer(s, pen.texts, &Offer::Call { phone: phone.to_owned() });
    }
}

fn after_last(s: &mut Scene, pen: &Pen<'_>) {
    let Pen { texts, state } = pen;
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
    if let Event::BotMessage { route, status, offers, .. } = &last.event {
        for o in offers {
            offer(s, texts, o);
        }
        if *route == Route::Answer && *status == AnswerStatus::Complete {
            verdict(s, pen, last.seq);
        }
    }
}

fn quick(s: &mut Scene, pen: &Pen<'_>) {
    let questions = pen.state.card.as_ref().map_or(&[][..], |c| &c.quick_questions);
    if !questions.is_empty() {
        s.leaf("p", "ask", pen.texts.get(Key::Quick));
    }
    for question in questions {
        s.choice("chip", "ask", question, question);
    }
}

fn verdict(s: &mut Scene, pen: &Pen<'_>, message: Seq) {
    let texts = pen.texts;
    s.open("p", "ask").attr("role", "status");
    match given(pen.state, message) {
        None => {
            let seq = digits(message.0);
            s.text(texts.get(Key::Verdict)).end();
            s.choice("chip", "yes", &seq, texts.get(Key::Yes));
            s.choice("chip", "no", &seq, texts.get(Key::No));
            s.choice("chip", "human", "", texts.get(Key::HumanShort));
            s.choice("chip quiet", "copy", texts.get(Key::Copied), texts.get(Key::Copy));
        }
        Some(FeedbackValue::Yes) => {
            s.text(texts.get(Key::ThanksYes)).end();
        }
        Some(FeedbackValue::No) => {
            s.text(texts.get(Key::ThanksNo)).end();
            offer(s, texts, &Offer::Human);
            offer(s, texts, &Offer::Contact);
        }
    }
}

fn given(state: &State, judged: Seq) -> Option<FeedbackValue> {
    let sent = state.outbox.items().iter().rev().find_map(|i| match &i.frame {
        ClientFrame::Feedback { message, value, .. } if *message == judged => Some(*value),
        _ => None,
    });
    sent.or_else(|| {
        state.log.events().iter().rev().find_map(|e| match &e.event {
            Event::Feedback { message, value } if *message == judged => Some(*value),
            _ => None,
        })
    })
}

fn offer(s: &mut Scene, texts: &Texts, offer: &Offer) {
    match offer {
        Offer::Human => s.choice("chip main", "human", "", texts.get(Key::Human)),
        Offer::Contact => s.choice("chip", "contact", "", texts.get(Key::Contact)),
        Offer::Call { phone } => {
            s.open("a", "chip").attr("href", &tel(phone)).text(&texts.fill(Key::Call, &[phone])).end()
        }
        Offer::Ask { text } => s.choice("chip", "ask", text, text),
    };
}

fn form(s: &mut Scene, texts: &Texts, panel: &Panel) {
    let email = panel.contact_channel == ContactChannel::Email;
    // Our own words, in the language of the page, instead of the browser's.
    s.open("form", "contact").attr("novalidate", "");
    s.open("fieldset", "").leaf("legend", "", texts.get(Key::ContactIntro));
    for (value, key, chosen) in [("phone", Key::Phone, !email), ("email", Key::Email, email)] {
        s.open("label", "kind").open("input", "").attr("type", "radio").attr("name", "kind");
        s.attr("id", value).attr("value", value);
        if chosen {
            s.attr("checked", "");
        }
        s.end().text(texts.get(key)).end();
    }
    let kind = if email { "email" } else { "tel" };
    let label = texts.get(if email { Key::Email } else { Key::Phone });
    s.end().open("label", "").attr("for", "c").text(label).end();
    s.open("input", "").attr("id", "c").attr("type", kind).attr("autocomplete", kind);
    s.attr("maxlength", "200").attr("aria-describedby", "e").attr("autofocus", "");
    s.attr("value", &panel.contact_value);
    s.attr("aria-invalid", if panel.contact_refused { "true" } else { "false" }).end();
    s.open("p", "note bad").attr("id", "e").attr("role", "alert");
    if panel.contact_refused {
        s.text(texts.get(Key::ContactBad));
    }
    s.end().open("button", "chip main").text(texts.get(Key::ContactSend)).end();
    s.choice("chip", "cancel", "", texts.get(Key::Cancel)).end();
}
