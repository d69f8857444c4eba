//! Single findings that outweigh any sum: a probability adds evidence up, and
//! much likeness must not buy off one plain contradiction.

use super::features::MISSING;
use super::judge::Judgement;
use crate::retrieve::Found;

/// Share of the weight of a word found nowhere, from which on a word of the
/// question without a counterpart in the entry is telling. Chosen on the
/// labelled sets, see the README's table of answers.
const TELLING: f32 = 0.45;
/// "Non" this much likelier than "Oui" is a clear no.
const CLEAR_NO: f32 = -2.0;

/// Whether the question holds a telling word that the entry with these
/// `features` has nothing for. Not certain on sight then: "installing" is not
/// "servicing", however alike the rest is.
#[must_use]
pub fn leaves_out(found: &Found, features: &[f32]) -> bool {
    let most = found.state.all.idf("");
    features.get(MISSING).is_some_and(|missing| *missing >= TELLING * most)
}

/// Whether the judge says that the entry does not hold the answer.
#[must_use]
pub fn says_no(judgement: Judgement) -> bool {
    judgement.verdict < CLEAR_NO
}
