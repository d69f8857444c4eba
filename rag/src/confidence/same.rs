//! An entry's own question, asked nearly word for word, needs no judge.

use crate::retrieve::Found;
use comptoir_text::Analyzer;

/// Likeness of two phrasings of the same words in another order or number.
const ALIKE: f32 = 0.85;

/// Whether the question uses the words of one of the phrasings of the entry at
/// `place` - no more, no fewer, stopwords aside - and of no other entry's.
#[must_use]
pub fn same_words(found: &Found, place: usize) -> bool {
    let Some(hit) = found.hits.get(place) else {
        return false;
    };
    if found.before.is_some() || hit.signals.dense_question < ALIKE {
        return false;
    }
    let terms = Analyzer::for_lang(hit.entry.lang).terms(&found.query.plain);
    let asked = sorted(terms);
    let says = |id: &uuid::Uuid| {
        found.state.entries.get(id).is_some_and(|known| known.phrasings.contains(&asked))
    };
    !asked.is_empty()
        && says(&hit.entry.id)
        && found.hits.iter().enumerate().all(|(at, other)| at == place || !says(&other.entry.id))
}

/// Terms as they are compared: each once, in a fixed order.
pub(crate) fn sorted(mut terms: Vec<String>) -> Vec<String> {
    terms.sort_unstable();
    terms.dedup();
    terms
}
