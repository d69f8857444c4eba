//! What would change for a visitor.

use super::statement::facts_in_words;
use super::{Seen, Way};

/// The difference between two replies to one question, the weightiest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It would go another way.
    Way {
        /// As it goes now.
        before: Way,
        /// As it would go.
        after: Way,
        /// The question of the entry that would be read, if any.
        title: Option<String>,
    },
    /// It would be answered from another entry.
    Entry {
        /// The question of that entry.
        title: String,
        /// Facts stated now and not then, in words.
        before: Vec<String>,
        /// Facts stated then and not now.
        after: Vec<String>,
    },
    /// The same entry would state other facts.
    Facts {
        /// Facts stated now and not then, in words.
        before: Vec<String>,
        /// Facts stated then and not now.
        after: Vec<String>,
    },
    /// The same facts in other words.
    Words,
}

/// What would change, if anything.
#[must_use]
pub fn difference(before: &Seen, after: &Seen) -> Option<Difference> {
    let title = after.cited.first().map(|(_, title)| title.clone());
    if before.way != after.way {
        return Some(Difference::Way { before: before.way, after: after.way, title });
    }
    let (lost, gained) = facts(&before.text, &after.text);
    let first = |seen: &Seen| seen.cited.first().map(|(id, _)| *id);
    if let Some(title) = title.filter(|_| first(before) != first(after)) {
        return Some(Difference::Entry { title, before: lost, after: gained });
    }
    if !lost.is_empty() || !gained.is_empty() {
        return Some(Difference::Facts { before: lost, after: gained });
    }
    (before.text != after.text).then_some(Difference::Words)
}

/// Facts of the one text that are not in the other, both ways, in words.
pub(super) fn facts(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let (before, after) = (facts_in_words(before), facts_in_words(after));
    let only = |these: &[(crate::facts::Claim, String)],
                those: &[(crate::facts::Claim, String)]| {
        let missing = these.iter().filter(|(claim, _)| !those.iter().any(|(c, _)| c == claim));
        missing.map(|(_, words)| words.clone()).collect::<Vec<_>>()
    };
    (only(&before, &after), only(&after, &before))
}
