//! What the machine says: fixed replies and finished answers.

use super::draft::Draft;
use crate::policy::{Danger, Smalltalk, mask};
use crate::ports::Reply;
use comptoir_messages::{Catalog, Template};
use comptoir_protocol::{AnswerId, AnswerStatus, Citation, Event, Offer, Route, Seq};
use comptoir_storage::model::NewGap;

/// Reason of a reply that has nothing to do with the firm; see [`Reply::reason`].
const OFF_TOPIC: &str = "off_topic";
/// Reason of a reply that a model wrote.
const GENERATED: &str = "written";
/// Reason of a reply on a subject that is known, to a point that is not.
const NEAR_MISS: &str = "near_miss";
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
    let texts = &draft.texts().danger;
    let template = match danger {
        Danger::Gas => &texts.gas,
        Danger::CarbonMonoxide => &texts.carbon_monoxide,
        Danger::Fire => &texts.fire,
        Danger::Water => &texts.water,
        Danger::Distress => &texts.distress,
        Danger::Other => &texts.other,
    };
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

/// A finished answer in words, and whether it helped.
pub(super) fn words_of(draft: &Draft<'_>, reply: &Reply) -> (Words, bool) {
    // The reply's own language where a catalog of it exists: a visitor who
    // writes English on a French page gets one language per message.
    let lang = if Catalog::speaks(&reply.lang) { &reply.lang } else { &draft.head.lang };
    let texts = &Catalog::get(lang).bot;
    let firm = [("firm", draft.cx.site.firm.as_str())];
    let said = reply.text.clone().filter(|text| !text.trim().is_empty());
    let fill = |template: &Template| template.fill(&firm);
    let person = if draft.head.failures >= OFFER_AFTER { offers(draft) } else { Vec::new() };
    let (text, route, offers, helped) = match (reply.route, said) {
        (Route::Answer, Some(text)) if reply.reason == GENERATED && person.is_empty() => {
            (text, Route::Answer, vec![Offer::Human], true)
        }
        (Route::Answer, Some(text)) => (text, Route::Answer, person, true),
        (Route::Clarify, said) => {
            let choices = reply.choices.iter().map(|text| Offer::Ask { text: text.clone() });
            let offers = choices.chain([Offer::Human]).collect();
            (said.unwrap_or_else(|| fill(&texts.clarify)), Route::Clarify, offers, true)
        }
        (Route::Smalltalk, said) => {
            (said.unwrap_or_else(|| fill(&texts.greeting)), Route::Smalltalk, person, true)
        }
        (Route::OfferHuman, None) if reply.reason == OFF_TOPIC => {
            (fill(&texts.off_topic), Route::OfferHuman, vec![Offer::Human], true)
        }
        // Nobody could make sure that the entry answers; it may well.
        (Route::OfferHuman, Some(text)) if reply.reason != NEAR_MISS => {
            let around = format!("{}\n\n{text}", fill(&texts.near_miss));
            (around, Route::OfferHuman, offers(draft), false)
        }
        (Route::OfferHuman | Route::Handover, Some(text)) => {
            let around =
                format!("{}\n\n{text}\n\n{}", fill(&texts.near_miss), fill(&texts.not_in_faq));
            (around, Route::OfferHuman, offers(draft), false)
        }
        (Route::Answer | Route::OfferHuman | Route::Handover, None) => {
            (fill(&texts.not_in_faq), Route::OfferHuman, offers(draft), false)
        }
    };
    let lang =
        if reply.text.is_some() { reply.lang.clone() } else { Catalog::resolve(lang).to_owned() };
    let citations = reply.citations.clone();
    (Words { text, lang, route, citations, status: AnswerStatus::Complete, offers }, helped)
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
