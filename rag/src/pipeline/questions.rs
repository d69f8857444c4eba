//! Looking up a message: as a whole, and question by question when it holds
//! several.

use super::{Ask, Pipeline, Speaker};
use crate::RagError;
use crate::retrieve::{self, Found};
use comptoir_text::{Analyzer, Lang, guess, tokens};

/// Most questions of one message that are looked up on their own.
const MOST: usize = 3;

/// Fewest words of a message, and confidence in their language, for it to be
/// taken for another one than the page's: "numero devis" is no Spanish.
const FEWEST_WORDS: usize = 3;
const SURE: f32 = 0.5;

/// The language of a message: the page's, unless it is plainly another.
pub(super) fn lang_of(ask: &Ask) -> Lang {
    let guess = guess(&ask.text);
    let plain = guess.confidence >= SURE && tokens(&ask.text).len() >= FEWEST_WORDS;
    if plain || guess.lang == Lang::Other { guess.lang } else { ask.lang }
}

/// Looks up `text`, written in `lang`, as the message of `ask`.
pub(super) async fn find(
    pipeline: &Pipeline,
    ask: &Ask,
    text: &str,
    lang: Lang,
) -> Result<Found, RagError> {
    let translated = text != ask.text && lang != lang_of(ask);
    let turn = |speaker: Speaker| {
        ask.history.iter().rev().find(|turn| turn.speaker == speaker).map(|turn| turn.text.as_str())
    };
    let found = retrieve::retrieve(
        &pipeline.knowledge,
        &pipeline.settings.retrieval,
        &ask.site,
        retrieve::Ask {
            text,
            lang,
            before: turn(Speaker::Visitor),
            answered: turn(Speaker::Assistant),
            original: translated.then(|| (ask.text.as_str(), lang_of(ask))),
        },
    )
    .await?;
    if found.stale {
        let knowledge = pipeline.knowledge.clone();
        let site = ask.site.clone();
        tokio::spawn(async move {
            if let Err(error) = knowledge.sync(&site).await {
                tracing::warn!(%error, "sync after a stale hit failed");
            }
        });
    }
    Ok(found)
}

/// The questions of a message, when it holds two or three that can each be
/// looked up; empty otherwise.
pub(super) fn split(text: &str, lang: Lang) -> Vec<String> {
    let analyzer = Analyzer::for_lang(lang);
    let parts: Vec<String> = text
        .split_inclusive(['?', '\n'])
        .flat_map(|part| part.split_inclusive(". "))
        .map(|part| part.trim().to_owned())
        .filter(|part| analyzer.terms(part).len() >= 2)
        .collect();
    let asked = parts.iter().filter(|part| part.ends_with('?')).count();
    if asked >= 2 && parts.len() <= MOST {
        parts.into_iter().filter(|part| part.ends_with('?')).collect()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{lang_of, split};
    use crate::pipeline::Ask;
    use comptoir_index::SiteId;
    use comptoir_text::Lang;

    #[test]
    fn two_words_on_a_french_page_are_french() {
        let said = |text: &str| {
            lang_of(&Ask {
                site: SiteId::new("s"),
                firm: String::new(),
                text: text.to_owned(),
                lang: Lang::Fr,
                history: Vec::new(),
                client: 0,
                first_word: None,
            })
        };
        for french in ["numero devis", "contact", "tarif pose", "horaires lundi"] {
            assert_eq!(said(french), Lang::Fr, "{french}");
        }
        assert_eq!(said("How much do you charge for a visit?"), Lang::En);
        assert_eq!(said("Wie viel kostet die Lieferung nach Hause?"), Lang::De);
    }

    #[test]
    fn two_questions_are_two() {
        let parts = split("Vous livrez à Saumur ? Et quel est le prix d'une brioche ?", Lang::Fr);
        assert_eq!(parts.len(), 2, "{parts:?}");
    }

    #[test]
    fn one_question_with_a_story_is_one() {
        assert!(
            split("Mon four est en panne. Quel est le prix d'une visite ?", Lang::Fr).is_empty()
        );
        assert!(split("Et donc ? C'est combien la visite annuelle ?", Lang::Fr).is_empty());
    }
}
