//! A cheap guess at the language of a short message: function words first,
//! then letters and trigrams that one language likes more than the others.

use crate::lang_data::{FUNCTION_WORDS, LETTERS, TRIGRAMS};
use crate::{tokens, trigrams};

/// A language this crate has rules for, or any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    En,
    /// Spanish.
    Es,
    /// German.
    De,
    /// Any other language: folded and cut, neither stemmed nor filtered.
    Other,
}

impl Lang {
    /// The language of a tag such as `fr`, `FR` or `fr-CA`; unknown tags are
    /// [`Lang::Other`].
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "fr" | "fra" | "fre" => Self::Fr,
            "en" | "eng" => Self::En,
            "es" | "spa" => Self::Es,
            "de" | "deu" | "ger" => Self::De,
            _ => Self::Other,
        }
    }

    /// The ISO 639-1 tag; `und` for [`Lang::Other`].
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
            Self::Es => "es",
            Self::De => "de",
            Self::Other => "und",
        }
    }
}

/// The likeliest language of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The best candidate.
    pub lang: Lang,
    /// 0 (no evidence, or two languages alike) to 1. Not a probability.
    pub confidence: f32,
}

const CANDIDATES: [Lang; 5] = [Lang::Fr, Lang::En, Lang::Es, Lang::De, Lang::Other];

/// Under this confidence [`guess_lang`] keeps the fallback.
const ENOUGH: f32 = 0.35;

/// One function word outweighs a few letters or trigrams.
const LETTER_WEIGHT: f32 = 0.5;
const TRIGRAM_WEIGHT: f32 = 0.2;

/// Guesses the language of `text`. Ties go to the earlier language, French
/// first, with confidence 0.
#[must_use]
pub fn guess(text: &str) -> Guess {
    if is_foreign_script(text) {
        return Guess { lang: Lang::Other, confidence: 1.0 };
    }
    let mut scores = [0.0_f32; CANDIDATES.len()];
    for token in tokens(text) {
        for (score, words) in scores.iter_mut().zip(FUNCTION_WORDS) {
            if words.split_whitespace().any(|word| word == token.text) {
                *score += 1.0;
            }
        }
        if !token.text.is_ascii() || token.text.bytes().any(|b| !b.is_ascii_alphabetic()) {
            continue;
        }
        for gram in trigrams(&token.text) {
            for (score, grams) in scores.iter_mut().zip(TRIGRAMS) {
                if grams.split_whitespace().any(|known| known == gram) {
                    *score += TRIGRAM_WEIGHT;
                }
            }
        }
    }
    for c in text.chars().flat_map(char::to_lowercase) {
        for (score, letters) in scores.iter_mut().zip(LETTERS) {
            if letters.contains(c) {
                *score += LETTER_WEIGHT;
            }
        }
    }
    best(&scores)
}

/// The language of `text`, or `fallback` when the text does not say.
#[must_use]
pub fn guess_lang(text: &str, fallback: Lang) -> Lang {
    let guess = guess(text);
    if guess.confidence >= ENOUGH { guess.lang } else { fallback }
}

/// Lead of the best over the second, damped while evidence is thin.
fn best(scores: &[f32; CANDIDATES.len()]) -> Guess {
    let mut first = (Lang::Fr, 0.0_f32);
    let mut second = 0.0_f32;
    for (lang, &score) in CANDIDATES.into_iter().zip(scores) {
        if score > first.1 {
            second = first.1;
            first = (lang, score);
        } else {
            second = second.max(score);
        }
    }
    let confidence = if first.1 > 0.0 {
        (first.1 - second) / first.1 * (first.1 / (first.1 + 0.5))
    } else {
        0.0
    };
    Guess { lang: first.0, confidence }
}

/// More letters outside the Latin script than inside it.
fn is_foreign_script(text: &str) -> bool {
    let (latin, foreign) = text.chars().filter(|c| c.is_alphabetic()).fold(
        (0_usize, 0_usize),
        |(latin, foreign), c| {
            if (c as u32) < 0x250 || ('\u{1E00}'..='\u{1EFF}').contains(&c) {
                (latin + 1, foreign)
            } else {
                (latin, foreign + 1)
            }
        },
    );
    foreign > latin
}

#[cfg(test)]
mod tests {
    use super::{Lang, guess, guess_lang};

    #[test]
    fn everyday_sentences_are_recognised() {
        for (text, lang) in [
            ("Est-ce que vous intervenez le dimanche ?", Lang::Fr),
            ("ma chaudiere ne marche plus", Lang::Fr),
            ("C'est combien le déplacement ?", Lang::Fr),
            ("je veux un rdv demain matin svp", Lang::Fr),
            ("How much does a boiler repair cost?", Lang::En),
            ("do you work on sundays", Lang::En),
            ("can I speak to someone", Lang::En),
            ("¿Cuánto cuesta la reparación?", Lang::Es),
            ("quiero hablar con una persona", Lang::Es),
            ("Wie viel kostet die Reparatur?", Lang::De),
            ("ich möchte mit jemandem sprechen", Lang::De),
            ("Quanto costa la riparazione della caldaia?", Lang::Other),
            ("Сколько стоит ремонт?", Lang::Other),
            ("修理はいくらですか", Lang::Other),
        ] {
            assert_eq!(guess(text).lang, lang, "{text}: {:?}", guess(text));
            assert_eq!(guess_lang(text, Lang::Fr), lang, "{text}: {:?}", guess(text));
        }
    }

    #[test]
    fn no_evidence_keeps_the_fallback() {
        for text in ["", "45 €", "ok", "12/05/2024", "contact@exemple.fr", "radiateur"] {
            assert_eq!(guess_lang(text, Lang::En), Lang::En, "{text}: {:?}", guess(text));
        }
        assert!(guess("").confidence.abs() < f32::EPSILON);
    }

    #[test]
    fn tags_come_and_go() {
        assert_eq!(Lang::from_code("fr-CA"), Lang::Fr);
        assert_eq!(Lang::from_code("EN"), Lang::En);
        assert_eq!(Lang::from_code("nl"), Lang::Other);
        assert_eq!(Lang::from_code(Lang::De.code()), Lang::De);
    }
}
