//! Keywords and alternative phrasings: lists that files often keep in one
//! cell. In a cell, items are separated by `|` (spaces around it free); a list
//! without any `|` is split at `;` or line ends, keywords at `,` too. An item
//! itself never holds a `|`: it becomes `/`.

use std::collections::HashSet;

use crate::clean;

/// A list as the file gave it.
#[derive(Debug, Clone, Default)]
pub(crate) enum RawList {
    /// The file says nothing.
    #[default]
    Absent,
    /// One text to be split.
    Cell(String),
    /// Separate items.
    Items(Vec<String>),
}

/// A cleaned list and how many items were left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CleanList {
    pub(crate) items: Vec<String>,
    pub(crate) dropped: usize,
}

/// Splits a cell. `commas` also splits at commas when nothing stronger does.
fn split_cell(cell: &str, commas: bool) -> Vec<String> {
    let cell = cell.replace('\r', "\n");
    let parts: Vec<&str> = if cell.contains('|') {
        cell.split(['|', '\n']).collect()
    } else if cell.contains([';', '\n']) {
        cell.split([';', '\n']).collect()
    } else if commas {
        cell.split(',').collect()
    } else {
        vec![cell.as_str()]
    };
    parts.into_iter().map(str::to_owned).collect()
}

impl RawList {
    /// Cleans the items: empty and repeated ones go silently, those longer
    /// than `max_chars` or beyond `max_items` are counted as dropped.
    pub(crate) fn clean(self, commas: bool, max_chars: usize, max_items: usize) -> CleanList {
        let raw = match self {
            Self::Absent => Vec::new(),
            Self::Cell(cell) => split_cell(&cell, commas),
            Self::Items(items) => items,
        };
        let mut seen = HashSet::new();
        let mut list = CleanList::default();
        for item in raw {
            let item = clean::line(&item.replace('|', "/"));
            if item.is_empty() || seen.contains(&item) {
                continue;
            }
            if list.items.len() >= max_items || item.chars().count() > max_chars {
                list.dropped += 1;
                continue;
            }
            seen.insert(item.clone());
            list.items.push(item);
        }
        list
    }
}

/// Writes a clean list into one cell that [`RawList::clean`] splits back.
pub(crate) fn join_cell(items: &[String]) -> String {
    let joined = items.join(" | ");
    // A lone item with a weaker separator in it must not be split there.
    let lone = items.len() == 1 && joined.contains([';', ',']);
    if lone { joined + " |" } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keywords(cell: &str) -> Vec<String> {
        RawList::Cell(cell.to_owned()).clean(true, 100, 50).items
    }

    #[test]
    fn the_strongest_separator_present_splits() {
        assert_eq!(keywords("gaz, fioul"), ["gaz", "fioul"]);
        assert_eq!(keywords("gaz; fioul, fuel"), ["gaz", "fioul, fuel"]);
        assert_eq!(keywords("a;b | c"), ["a;b", "c"]);
        assert_eq!(keywords("un\ndeux\r\nun"), ["un", "deux"]);
    }

    #[test]
    fn joining_is_undone_by_splitting() {
        for items in [vec!["a, b; c"], vec!["a", "b;c"], vec![], vec!["seul"]] {
            let items: Vec<String> = items.into_iter().map(str::to_owned).collect();
            assert_eq!(keywords(&join_cell(&items)), items);
        }
    }

    #[test]
    fn too_long_and_too_many_are_counted() {
        let raw =
            RawList::Items(vec!["court".into(), "bien trop long".into(), "b".into(), "c".into()]);
        let list = raw.clean(true, 5, 2);
        assert_eq!((list.items.len(), list.dropped), (2, 2));
    }
}
