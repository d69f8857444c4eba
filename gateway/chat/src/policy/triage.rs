//! First reading of a visitor's message: does it need a person at once, is it
//! small talk, or is it a question for the FAQ?

use super::lexicon::{Kind, Lexicon, negated};
use super::pattern::{Pattern, Text};
use super::smalltalk::{self, Smalltalk};
use super::words::words;
use comptoir_protocol::HandoverReason;
use comptoir_storage::model::SiteSettings;
use comptoir_text::fold;

/// What the owner changed in the escalation words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicySettings {
    /// Words and phrases that call for a person, beside the defaults.
    pub escalation_words: Vec<String>,
    /// Defaults that do not; see [`default_escalation_words`].
    pub muted_escalation_words: Vec<String>,
}

impl From<&SiteSettings> for PolicySettings {
    fn from(settings: &SiteSettings) -> Self {
        Self {
            escalation_words: settings.escalation_words.clone(),
            muted_escalation_words: settings.muted_escalation_words.clone(),
        }
    }
}

/// Something that may hurt somebody: the emergency number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Danger {
    /// Smell or leak of gas.
    Gas,
    /// Carbon monoxide, or its signs.
    CarbonMonoxide,
    /// Fire or smoke.
    Fire,
    /// Flooding.
    Water,
    /// Somebody thinks of ending their life.
    Distress,
    /// Anything else.
    Other,
}

/// The verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Triage {
    /// A person, at once.
    Handover {
        /// Why.
        reason: HandoverReason,
        /// Set exactly when `reason` is `Danger`.
        danger: Option<Danger>,
        /// The word or pattern that decided, for logs and evaluation. Never
        /// the visitor's own words.
        matched: String,
    },
    /// A fixed reply from the catalog.
    Smalltalk(Smalltalk),
    /// A question for the FAQ, without the greeting it began with.
    Ask {
        /// The question.
        question: String,
    },
}

/// Reads a message. Pure and quick (well under a millisecond for a message of
/// ordinary length).
#[must_use]
pub fn triage(message: &str, settings: &PolicySettings) -> Triage {
    let words = words(message);
    let filler = smalltalk::fillers(&words);
    let text = Text { words: &words, filler: &filler };
    let asks = message.contains('?');
    let found = first_rule(text, asks, &settings.muted_escalation_words);
    // Danger and an explicit wish come before the owner's own words.
    match found {
        Some((kind, matched))
            if !matches!(kind, Kind::Complaint | Kind::Anger | Kind::Identity) =>
        {
            return verdict(kind, matched);
        }
        Some(_) | None => {}
    }
    if let Some(word) = owners_word(text, &settings.escalation_words) {
        return verdict(Kind::Escalation, word);
    }
    if let Some((kind, matched)) = found {
        return verdict(kind, matched);
    }
    if let Some(kind) = smalltalk::alone(&words) {
        return Triage::Smalltalk(kind);
    }
    Triage::Ask { question: smalltalk::without_greeting(message, &words).to_owned() }
}

/// Default escalation words, for the owner's settings page: French, then
/// English, in the order of the lexicons.
#[must_use]
pub fn default_escalation_words() -> Vec<&'static str> {
    let mut words = Vec::new();
    for rule in &Lexicon::get().rules {
        if let Some(word) = rule.word.as_deref().filter(|word| !words.contains(word)) {
            words.push(word);
        }
    }
    words
}

/// What a word of the answerer's second look calls for; nothing for a word
/// that names no need of a person.
#[must_use]
pub fn called_for(word: &str) -> Option<(HandoverReason, Option<Danger>)> {
    let danger = |danger| Some((HandoverReason::Danger, Some(danger)));
    match word {
        "gas" => danger(Danger::Gas),
        "carbon_monoxide" => danger(Danger::CarbonMonoxide),
        "fire" => danger(Danger::Fire),
        "water" => danger(Danger::Water),
        "distress" => danger(Danger::Distress),
        "other_danger" => danger(Danger::Other),
        "explicit" => Some((HandoverReason::ExplicitWish, None)),
        "complaint" => Some((HandoverReason::Complaint, None)),
        "anger" => Some((HandoverReason::Anger, None)),
        "escalation" => Some((HandoverReason::EscalationWord, None)),
        _ => None,
    }
}

/// The most pressing rule that fires.
fn first_rule(text: Text<'_>, asks: bool, muted: &[String]) -> Option<(Kind, &'static str)> {
    let muted: Vec<String> = muted.iter().map(|word| fold(word.trim())).collect();
    Lexicon::get()
        .rules
        .iter()
        .filter(|rule| rule.word.as_ref().is_none_or(|word| !muted.contains(&fold(word))))
        .filter_map(|rule| {
            let pattern = rule.fires(text, asks)?;
            Some((rule.kind, rule.word.as_deref().unwrap_or(pattern.source())))
        })
        .min_by_key(|(kind, _)| rank(*kind))
}

/// What comes first when several rules fire.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::CarbonMonoxide => 0,
        Kind::Gas => 1,
        Kind::Fire => 2,
        Kind::Distress => 3,
        Kind::OtherDanger => 4,
        Kind::Water => 5,
        Kind::Explicit => 6,
        Kind::Escalation => 7,
        Kind::Complaint => 8,
        Kind::Anger => 9,
        Kind::Identity => 10,
    }
}

fn owners_word<'a>(text: Text<'_>, words: &'a [String]) -> Option<&'a str> {
    words.iter().map(String::as_str).find(|word| {
        Pattern::phrase(word)
            .is_some_and(|phrase| phrase.find(text).any(|hit| !negated(text, &hit)))
    })
}

fn verdict(kind: Kind, matched: &str) -> Triage {
    let handover =
        |reason, danger| Triage::Handover { reason, danger, matched: matched.to_owned() };
    let danger = |kind| handover(HandoverReason::Danger, Some(kind));
    match kind {
        Kind::Gas => danger(Danger::Gas),
        Kind::CarbonMonoxide => danger(Danger::CarbonMonoxide),
        Kind::Fire => danger(Danger::Fire),
        Kind::Water => danger(Danger::Water),
        Kind::Distress => danger(Danger::Distress),
        Kind::OtherDanger => danger(Danger::Other),
        Kind::Explicit => handover(HandoverReason::ExplicitWish, None),
        Kind::Escalation => handover(HandoverReason::EscalationWord, None),
        Kind::Complaint => handover(HandoverReason::Complaint, None),
        Kind::Anger => handover(HandoverReason::Anger, None),
        Kind::Identity => Triage::Smalltalk(Smalltalk::Identity),
    }
}
