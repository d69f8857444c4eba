//! Two languages of one catalog must have the same keys and the same words in
//! braces.

use crate::template::words_of;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const FRENCH: &str = include_str!("../fr.toml");
pub(crate) const ENGLISH: &str = include_str!("../en.toml");

/// What differs between two catalog files: keys on one side only, and other
/// words in braces. Empty when the files fit together. For tests.
///
/// # Errors
/// When a file is not TOML.
pub fn differences(one: &str, other: &str) -> Result<Vec<String>, crate::CatalogError> {
    let one = sentences(one)?;
    let other = sentences(other)?;
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        match (one.get(key), other.get(key)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => found.push(format!("{key}: {a:?} against {b:?}")),
            (Some(_), None) => found.push(format!("{key}: missing in the second")),
            (None, _) => found.push(format!("{key}: missing in the first")),
        }
    }
    Ok(found)
}

/// Dotted key to the set of words in braces.
fn sentences(toml: &str) -> Result<BTreeMap<String, BTreeSet<String>>, crate::CatalogError> {
    let mut out = BTreeMap::new();
    walk("", &toml::Value::Table(toml::from_str(toml)?), &mut out);
    Ok(out)
}

fn walk(path: &str, value: &toml::Value, out: &mut BTreeMap<String, BTreeSet<String>>) {
    let child = |key: &str| {
        if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
    };
    if let toml::Value::Table(table) = value {
        for (key, value) in table {
            walk(&child(key), value, out);
        }
    } else if let toml::Value::Array(items) = value {
        for (index, value) in items.iter().enumerate() {
            walk(&child(&index.to_string()), value, out);
        }
    } else {
        let words = value.as_str().map(words_of).unwrap_or_default();
        out.insert(path.to_owned(), words.into_iter().map(str::to_owned).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_and_english_fit_together() {
        assert_eq!(differences(FRENCH, ENGLISH).expect("TOML"), Vec::<String>::new());
    }

    #[test]
    fn a_lost_word_and_a_lost_key_are_found() {
        let lost = ENGLISH.replacen("{firm}", "us", 1).replacen("thanks = ", "thank = ", 1);
        assert_eq!(differences(FRENCH, &lost).expect("TOML").len(), 3);
    }

    #[test]
    fn the_voice_has_no_exclamation_marks() {
        for text in [FRENCH, ENGLISH] {
            let said = text.lines().filter(|line| !line.starts_with('#'));
            assert_eq!(said.filter(|line| line.contains('!')).count(), 0);
        }
    }
}
