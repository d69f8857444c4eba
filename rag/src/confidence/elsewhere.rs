//! A word that tells entries apart and that this entry never mentions.
//!
//! "How long ahead in Vincennes?" is near to every entry about delays; the
//! entry that names Vincennes is the one that may answer. Likeness of whole
//! sentences does not see this, so an entry that the question points away
//! from is never certain, however alike it is.

use crate::knowledge::Known;
use crate::retrieve::{Found, QueryWord};

/// A word tells entries apart when at most one entry in this many is about it.
const ONE_IN: usize = 20;
/// Likeness from which the entry's own words stand for the word.
const ALIKE: f32 = 0.6;

/// Whether the question names something that other entries are about and the
/// hit at `place` does not speak of.
#[must_use]
pub fn points_elsewhere(found: &Found, place: usize) -> bool {
    let Some(hit) = found.hits.get(place) else {
        return false;
    };
    let Some(known) = found.state.entries.get(&hit.entry.id) else {
        return false;
    };
    found.query.words.iter().any(|word| !speaks_of(known, word) && tells_apart(found, word))
}

fn speaks_of(known: &Known, word: &QueryWord) -> bool {
    let has = |id: &usize| word.likeness.get(*id).is_some_and(|likeness| *likeness >= ALIKE);
    word.matches.iter().any(|term| known.all.holds(term))
        || known.head_words.iter().any(has)
        || known.answer_words.iter().any(has)
}

fn tells_apart(found: &Found, word: &QueryWord) -> bool {
    let Some(term) = &word.term else {
        return false;
    };
    let entries = &found.state.entries;
    let about = entries.values().filter(|known| known.head.holds(term)).count();
    about > 0 && about <= (entries.len() / ONE_IN).max(1)
}
