//! A name that tells entries apart and that this entry never mentions.
//!
//! "How long ahead in Vincennes?" is near to every entry about delays; the
//! entry whose question names Vincennes is the one that may answer. Likeness
//! of whole sentences does not see this (towns are alike), so an entry that
//! leaves out such a name is never certain, however alike it is. Which words
//! are names is read from the owner's own capitals: visitors on phones write
//! none.

use crate::document::EntryDoc;
use crate::retrieve::{Found, QueryWord};
use comptoir_text::{Analyzer, tokens};

/// Whether the question of another hit names something that the visitor asked
/// about and the hit at `place` does not mention.
#[must_use]
pub fn points_elsewhere(found: &Found, place: usize) -> bool {
    let Some(own) = found.hits.get(place).and_then(|hit| found.state.entries.get(&hit.entry.id))
    else {
        return false;
    };
    let mut absent = found
        .query
        .words
        .iter()
        .filter(|word| !word.matches.is_empty())
        .filter(|word| !word.matches.iter().any(|term| own.all.holds(term)));
    absent.any(|word| found.hits.iter().any(|hit| names(&hit.entry, word)))
}

/// Whether a question of the entry writes the word with a capital that no
/// beginning of a sentence explains.
fn names(entry: &EntryDoc, word: &QueryWord) -> bool {
    let analyzer = Analyzer::for_lang(entry.lang);
    std::iter::once(&entry.question).chain(&entry.alternatives).any(|text| {
        tokens(text).into_iter().skip(1).any(|token| {
            text[token.start..token.end].starts_with(char::is_uppercase)
                && analyzer.terms(&token.text).iter().any(|term| word.matches.contains(term))
        })
    })
}
