//! Folding of text for lists of entries: what an owner types into the search
//! field must find "Chaudière" as `chaudiere`. Finding answers for visitors is
//! not done here but by the index.

use crate::model::EntryContent;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest sort key in characters; databases limit the size of index rows.
const SORT_KEY_CHARS: usize = 300;
/// Between the parts of a sort key; sorts before every printable character.
const PART: char = '\u{1}';

/// Lowercase, no accents, ligatures and typographic apostrophes opened, runs
/// of white space and control characters made one space, none at the ends.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for letter in letters {
        if letter.is_whitespace() || letter.is_control() {
            gap = !folded.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            folded.push(' ');
        }
        match letter {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' => folded.push('\''),
            other => folded.push(other),
        }
    }
    folded
}

/// The words a text filter asks for: entries must contain all of them. None
/// when the filter is empty.
#[must_use]
pub fn words(filter: Option<&str>) -> Vec<String> {
    let folded = fold(filter.unwrap_or_default());
    folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Everything a text filter looks at, folded.
#[must_use]
pub fn search_text(content: &EntryContent) -> String {
    let parts = std::iter::once(&content.question)
        .chain(&content.alternatives)
        .chain(std::iter::once(&content.answer))
        .chain(&content.keywords);
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push(PART);
        }
        text.push_str(&fold(part));
    }
    text
}

/// Place of an entry in lists: by category (none first), then question.
#[must_use]
pub fn sort_key(content: &EntryContent) -> String {
    let category = content.category.as_deref().unwrap_or_default();
    let key = format!("{}{PART}{category}{PART}{}", fold(category), fold(&content.question));
    key.chars().map(|c| if c == '\0' { PART } else { c }).take(SORT_KEY_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::{fold, sort_key, words};
    use crate::model::{EntryContent, EntryStatus};

    fn content(category: Option<&str>, question: &str) -> EntryContent {
        EntryContent {
            question: question.to_owned(),
            alternatives: Vec::new(),
            answer: String::new(),
            category: category.map(str::to_owned),
            keywords: Vec::new(),
            lang: "fr".to_owned(),
            status: EntryStatus::Draft,
        }
    }

    #[test]
    fn accents_case_ligatures_and_spaces_fold() {
        assert_eq!(fold("  ÉTÉ\u{a0} à l’Œuvre\n\nNOËL "), "ete a l'oeuvre noel");
        assert_eq!(fold("E\u{301}te\u{301}"), fold("Été"), "composed and decomposed are the same");
        assert_eq!(fold("ﬁltre ½"), "filtre 1⁄2");
        assert_eq!(fold("\0"), "");
    }

    #[test]
    fn an_empty_filter_has_no_words() {
        assert_eq!(words(None), Vec::<String>::new());
        assert_eq!(words(Some(" \t ")), Vec::<String>::new());
        assert_eq!(words(Some("Prix  Chaudière")), ["prix", "chaudiere"]);
    }

    #[test]
    fn no_category_sorts_first_and_accents_do_not_matter() {
        let none = sort_key(&content(None, "Zinguerie"));
        let tariffs = sort_key(&content(Some("Étanchéité"), "Zinguerie"));
        let water = sort_key(&content(Some("Fuites"), "Abonnement"));
        assert!(none < tariffs && tariffs < water, "{none:?} {tariffs:?} {water:?}");
        assert_eq!(sort_key(&content(None, &"é".repeat(5_000))).chars().count(), 300);
    }
}
