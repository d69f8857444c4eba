//! What the machine says: fixed replies and finished answers.

use super::draft::Draft;
use crate::policy::{Danger, Smalltalk, mask};
use crate::ports::Reply;
use crate::wording::{self, Kind, NEAR_MISS, OFF_TOPIC};
use comptoir_messages::{Catalog, Template};
use comptoir_protocol::{AnswerId, AnswerStatus, Citation, Event, Offer, Route, Seq};
use comptoir_storage::model::{GapKind, NewGap};

/// Failures in a row after which a person is offered beside every reply.
pub(super) const OFFER_AFTER: u32 = 2;
/// Failures in a row after which a person is called.
pub(super) const CALL_AFTER: u32 = 3;

/// A bot message without its numbers.
pub(super) struct Words {
    pub text: String,
    pub lang: String,
    pub route: Route,
    pub citations: Vec<Citation>,
    pub status: AnswerStatus,
    pub offers: Vec<Offer>,
}

impl Words {
    fn fixed(draft: &Draft<'_>, template: &Template, route: Route) -> Self {
        Self {
            text: template.fill(&[("firm", &draft.cx.site.firm)]),
            lang: Catalog::resolve(&draft.head.lang).to_owned(),
            route,
            citations: Vec::new(),
            status: AnswerStatus::Complete,
            offers: Vec::new(),
        }
    }

    fn offering(self, draft: &Draft<'_>) -> Self {
        Self { offers: offers(draft), ..self }
    }
}

/// Appends a bot message.
pub(super) fn say(draft: &mut Draft<'_>, answer: AnswerId, to: Seq, words: Words) -> Seq {
    let Words { text, lang, route, citations, status, offers } = words;
    draft.append(
        Event::BotMessage { answer, to, text, lang, route, citations, status, offers },
        None,
    )
}

/// Appends a fixed reply under a fresh id.
pub(super) fn say_fixed(draft: &mut Draft<'_>, to: Seq, template: &Template, route: Route) {
    let words = Words::fixed(draft, template, route);
    say(draft, draft.cx.fresh.reply.clone(), to, words);
}

/// Appends a fixed reply that offers a person.
pub(super) fn say_offering(draft: &mut Draft<'_>, to: Seq, template: &Template) {
    let words = Words::fixed(draft, template, Route::OfferHuman).offering(draft);
    say(draft, draft.cx.fresh.reply.clone(), to, words);
}

/// Appends the emergency text: the number comes before everything else.
pub(super) fn say_danger(draft: &mut Draft<'_>, to: Seq, danger: Danger) {
    let template = wording::emergency(draft.texts(), danger);
    say_fixed(draft, to, template, Route::Handover);
}

/// The fixed reply to small talk.
pub(super) fn smalltalk(draft: &Draft<'_>, kind: Smalltalk) -> &'static Template {
    let texts = &draft.texts().bot;
    match kind {
        Smalltalk::Greeting => &texts.greeting,
        Smalltalk::Thanks => &texts.thanks,
        Smalltalk::Goodbye => &texts.goodbye,
        Smalltalk::Identity => &texts.identity,
    }
}

/// A finished answer in words, and whether it may have helped: what probably
/// answers is no failure until the visitor says so.
pub(super) fn words_of(draft: &Draft<'_>, reply: &Reply) -> (Words, bool) {
    let spoken = wording::spoken(reply, &draft.head.lang, &draft.cx.site.firm);
    let person = if draft.head.failures >= OFFER_AFTER { offers(draft) } else { Vec::new() };
    let offers = match spoken.kind {
        Kind::Answer if reply.reason == wording::GENERATED && person.is_empty() => {
            vec![Offer::Human]
        }
        Kind::Answer | Kind::Courtesy => person,
        Kind::Choices => choices(reply).chain([Offer::Human]).collect(),
        Kind::Declined => vec![Offer::Human],
        Kind::Likely | Kind::Around => choices(reply).chain(offers(draft)).collect(),
        Kind::Nothing => offers(draft),
    };
    let words = Words {
        text: spoken.text,
        lang: spoken.lang,
        route: spoken.route,
        citations: reply.citations.clone(),
        status: AnswerStatus::Complete,
        offers,
    };
    (words, !matches!(spoken.kind, Kind::Around | Kind::Nothing))
}

/// The entries' questions that the visitor may have meant.
fn choices(reply: &Reply) -> impl Iterator<Item = Offer> {
    reply.choices.iter().map(|text| Offer::Ask { text: text.clone() })
}

/// The apology for an answer that failed: never an error text.
pub(super) fn failed(draft: &Draft<'_>, shown: &str) -> Words {
    let texts = &draft.texts().bot;
    if shown.is_empty() {
        return Words::fixed(draft, &texts.engine_down, Route::OfferHuman).offering(draft);
    }
    let apology = Words::fixed(draft, &texts.interrupted, Route::OfferHuman).offering(draft);
    let text = format!("{}\n\n{}", shown.trim_end(), apology.text);
    Words { text, status: AnswerStatus::Interrupted, ..apology }
}

/// The question for the owner's list, without personal data.
pub(super) fn gap(draft: &Draft<'_>, question: &str, reply: &Reply) -> NewGap {
    NewGap {
        id: draft.cx.fresh.gap,
        question: mask(question),
        lang: reply.lang.clone(),
        nearest: reply.nearest,
        kind: GapKind::Unanswered,
    }
}

/// Whether a reply tells the owner that something is missing in the FAQ.
pub(super) fn is_gap(words: &Words, reply: &Reply) -> bool {
    let says_something = reply.text.is_some() && reply.reason != NEAR_MISS;
    words.route == Route::OfferHuman && reply.reason != OFF_TOPIC && !says_something
}

/// The ways to a person.
fn offers(draft: &Draft<'_>) -> Vec<Offer> {
    let phone = draft.cx.site.phone.as_deref().map(dialled).filter(|phone| !phone.is_empty());
    let call = phone.map(|phone| Offer::Call { phone });
    [Offer::Human, Offer::Contact].into_iter().chain(call).collect()
}

/// A number as displayed, in the form `tel:` wants.
fn dialled(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}
