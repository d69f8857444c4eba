//! Single findings that outweigh any sum: a probability adds evidence up, and
//! much likeness must not buy off one plain contradiction.

use super::features::{MISSING, share};
use super::judge::Judgement;
use crate::retrieve::Found;

/// Share of the weight of a word found nowhere, from which on a word of the
/// question without a counterpart in the entry is telling. Chosen on the
/// labelled sets, see the README's table of answers.
const TELLING: f32 = 0.45;
/// A word of which less than this is spoken of is left out.
const HALF: f32 = 0.5;
/// "Non" this much likelier than "Oui" is a clear no.
const CLEAR_NO: f32 = -2.0;

/// Whether the question holds a word that the entry at `place`, with these
/// `features`, has nothing for: a telling one, or one that other entries are
/// about. Not certain on sight then: "installing" is not "servicing", however
/// alike the rest is.
#[must_use]
pub fn leaves_out(found: &Found, place: usize, features: &[f32]) -> bool {
    let most = found.state.all.idf("");
    let telling = features.get(MISSING).is_some_and(|missing| *missing >= TELLING * most);
    telling || is_about_others(found, place)
}

fn is_about_others(found: &Found, place: usize) -> bool {
    let entries = &found.state.entries;
    let Some(own) = found.hits.get(place).and_then(|hit| entries.get(&hit.entry.id)) else {
        return false;
    };
    let mut left_out =
        found.query.words.iter().filter(|word| !word.matches.is_empty() && share(word, own) < HALF);
    left_out.any(|word| {
        entries.values().any(|other| word.matches.iter().any(|term| other.head.holds(term)))
    })
}

/// Whether the judge says that the entry does not hold the answer.
#[must_use]
pub fn says_no(judgement: Judgement) -> bool {
    judgement.verdict < CLEAR_NO
}
