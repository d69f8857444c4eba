//! A decided reply as the visitor reads it.
//!
//! What it is for: conversation and evaluation say the very same words. Pure;
//! sentences come from the catalog, facts from the reply.
//!
//! What it must never do: let an entry's answer stand for a question it was
//! not written for. Where nobody could make sure that the entry answers, its
//! own question stands before its answer.

use crate::policy::Danger;
use crate::ports::Reply;
use comptoir_messages::{Bot, Catalog, Template};
use comptoir_protocol::Route;

/// Reason of a reply that has nothing to do with the firm; see [`Reply::reason`].
pub(crate) const OFF_TOPIC: &str = "off_topic";
/// Reason of a reply that a model wrote.
pub(crate) const GENERATED: &str = "written";
/// Reason of a reply on a subject that is known, to a point that is not.
pub(crate) const NEAR_MISS: &str = "near_miss";
/// Reason of an entry's own words in a language that the visitor did not write.
const OTHER_LANGUAGE: &str = "known_other_language";

/// What kind of reply it became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The question is answered.
    Answer,
    /// A greeting, thanks, a goodbye.
    Courtesy,
    /// The visitor is asked which question was meant.
    Choices,
    /// None of the firm's business.
    Declined,
    /// What probably answers, behind its own question.
    Likely,
    /// What the FAQ says around the question.
    Around,
    /// The FAQ says nothing.
    Nothing,
}

/// A reply in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// What the visitor reads.
    pub text: String,
    /// Its language.
    pub lang: String,
    /// The way it went.
    pub route: Route,
    /// What it became.
    pub kind: Kind,
}

/// Says a reply on a page in `page_lang`, for `firm`.
#[must_use]
pub fn spoken(reply: &Reply, page_lang: &str, firm: &str) -> Spoken {
    // The reply's own language where a catalog of it exists: a visitor who
    // writes English on a French page gets one language per message.
    let lang = if Catalog::speaks(&reply.lang) { &reply.lang } else { page_lang };
    let texts = &Catalog::get(lang).bot;
    let fill = |template: &Template| template.fill(&[("firm", firm)]);
    let said = reply.text.as_deref().filter(|text| !text.trim().is_empty());
    let (text, route, kind) = match (reply.route, said) {
        (Route::Answer, Some(text)) if reply.reason == OTHER_LANGUAGE => {
            (format!("{}\n\n{text}", fill(&texts.other_language)), Route::Answer, Kind::Answer)
        }
        (Route::Answer, Some(text)) => (text.to_owned(), Route::Answer, Kind::Answer),
        (Route::Clarify, said) => {
            let text = said.map_or_else(|| fill(&texts.clarify), str::to_owned);
            (text, Route::Clarify, Kind::Choices)
        }
        (Route::Smalltalk, said) => {
            let text = said.map_or_else(|| fill(&texts.greeting), str::to_owned);
            (text, Route::Smalltalk, Kind::Courtesy)
        }
        (Route::OfferHuman, None) if reply.reason == OFF_TOPIC => {
            (fill(&texts.off_topic), Route::OfferHuman, Kind::Declined)
        }
        (Route::OfferHuman | Route::Handover, Some(text)) => {
            let (lead, kind) = match reply.reason {
                NEAR_MISS => (&texts.near_miss, Kind::Around),
                _ => (&texts.likely, Kind::Likely),
            };
            let text = format!("{}\n\n{}", fill(lead), quoted(texts, reply, text));
            (text, Route::OfferHuman, kind)
        }
        (Route::Answer | Route::OfferHuman | Route::Handover, None) => {
            (fill(&texts.not_in_faq), Route::OfferHuman, Kind::Nothing)
        }
    };
    let lang =
        if reply.text.is_some() { reply.lang.clone() } else { Catalog::resolve(lang).to_owned() };
    Spoken { text, lang, route, kind }
}

/// The emergency text: the number comes before everything else.
#[must_use]
pub fn emergency(texts: &Catalog, danger: Danger) -> &Template {
    match danger {
        Danger::Gas => &texts.danger.gas,
        Danger::CarbonMonoxide => &texts.danger.carbon_monoxide,
        Danger::Fire => &texts.danger.fire,
        Danger::Water => &texts.danger.water,
        Danger::Distress => &texts.danger.distress,
        Danger::Other => &texts.danger.other,
    }
}

/// What a visitor reads when a person is called of whom nothing is known yet:
/// neither opening hours nor a way to reach the visitor.
#[must_use]
pub fn called(danger: Option<Danger>, page_lang: &str) -> String {
    let texts = Catalog::get(page_lang);
    let team = ("team", texts.chat.team.as_str());
    let handover = &texts.handover;
    let passing = handover.passing.fill(&[team]);
    let called = [&passing, handover.nobody.as_str(), handover.leave.as_str()].join(" ");
    match danger {
        Some(danger) => format!("{}\n\n{called}", emergency(texts, danger).fill(&[])),
        None => called,
    }
}

/// What the nearest entries say, each behind the question that it answers.
fn quoted(texts: &Bot, reply: &Reply, text: &str) -> String {
    let question = |title: &str| texts.quoted.fill(&[("question", title)]);
    match reply.citations.as_slice() {
        [] => text.to_owned(),
        [only] => format!("{}{text}", question(&only.title)),
        several => {
            let said =
                several.iter().map(|of| format!("{}{}", question(&of.title), of.text.trim()));
            said.collect::<Vec<_>>().join("\n\n")
        }
    }
}
