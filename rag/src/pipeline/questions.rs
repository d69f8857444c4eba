//! Looking up a message: as a whole, and question by question when it holds
//! several.

use super::{Ask, Pipeline, Speaker};
use crate::RagError;
use crate::retrieve::{self, Found};
use comptoir_text::{Analyzer, Lang, guess_lang};

/// Most questions of one message that are looked up on their own.
const MOST: usize = 3;

/// The language of a message.
pub(super) fn lang_of(ask: &Ask) -> Lang {
    guess_lang(&ask.text, ask.lang)
}

/// Looks up `text`, written in `lang`, as the message of `ask`.
pub(super) async fn find(
    pipeline: &Pipeline,
    ask: &Ask,
    text: &str,
    lang: Lang,
) -> Result<Found, RagError> {
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
    use super::split;
    use comptoir_text::Lang;

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
