//! A price is said on sight only to a question about what it is the price of.
//!
//! "Combien coûte un radiateur ?" shares every word with an entry on flushing
//! radiators, and lacks the one that the price belongs to. Nothing that is
//! measured from the question's side sees it: short questions are covered by
//! many entries. So this looks from the entry's side: at least one of its
//! phrasings must be asked whole, as far as its words tell entries apart. Only
//! the question's own words count: "and a radiator?" after the price of
//! flushing asks for another one.

use super::features::alike;
use crate::facts::{self, Claim, Fact};
use crate::knowledge::Known;
use crate::retrieve::Found;
use comptoir_text::Analyzer;

/// Share of the weight of a word found nowhere, from which on a word of a
/// phrasing tells what it asks about. Chosen on the labelled sets.
const TELLING: f32 = 0.3;

/// Whether the entry at `place` states a sum of money and every phrasing of it
/// has a telling word that the question has nothing for.
#[must_use]
pub fn asks_less_than_a_price(found: &Found, place: usize) -> bool {
    let hit = found.hits.get(place);
    let Some(own) = hit.and_then(|hit| found.state.entries.get(&hit.entry.id)) else {
        return false;
    };
    // What may lean on the turn before must say more by itself.
    let telling = if found.before.is_some() { TELLING / 2.0 } else { TELLING };
    let least = telling * found.state.all.idf("");
    let lacks =
        |term: &String| found.state.all.idf(term) * (1.0 - asked(found, own, term)) >= least;
    let whole = || own.phrasings.iter().any(|phrasing| !phrasing.iter().any(lacks));
    states_money(&own.doc.answer) && !whole()
}

fn states_money(answer: &str) -> bool {
    facts::read(answer, &|_| true)
        .iter()
        .any(|claim| matches!(claim, Claim::Fact(Fact::Money { .. })))
}

/// How far the question speaks of a term of the entry's phrasings, 0 to 1.
fn asked(found: &Found, own: &Known, term: &str) -> f32 {
    if found.query.terms.iter().any(|(asked, _)| asked == term) {
        return 1.0;
    }
    let analyzer = Analyzer::for_lang(own.doc.lang);
    let spelled: Vec<usize> = own
        .head_words
        .iter()
        .copied()
        .filter(|id| {
            let word = found.state.words.get(*id);
            word.is_some_and(|word| analyzer.terms(&word.text).iter().any(|own| own == term))
        })
        .collect();
    found.query.words.iter().map(|word| alike(word, spelled.iter())).fold(0.0, f32::max)
}
