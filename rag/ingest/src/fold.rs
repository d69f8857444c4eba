//! Folding: what makes two questions the same question.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, no accents, ligatures opened, everything that is neither letter
/// nor digit turned into single spaces. Text without any letter or digit is
/// returned trimmed, so that it equals only itself.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let lowered = text.nfkd().flat_map(char::to_lowercase);
    for character in lowered.filter(|c| !is_combining_mark(*c)) {
        if !character.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        match character {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            _ => folded.push(character),
        }
    }
    if folded.is_empty() {
        return text.trim().to_owned();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_accents_punctuation_and_ligatures_do_not_count() {
        assert_eq!(fold("  Où êtes-vous\u{202f}?"), fold("ou etes vous"),);
        assert_eq!(fold("Main-d’ŒUVRE"), "main d oeuvre");
        assert_ne!(fold("le samedi"), fold("le dimanche"));
    }

    #[test]
    fn signs_alone_equal_only_themselves() {
        assert_ne!(fold("??"), fold("!!"));
    }
}
