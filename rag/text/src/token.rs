//! Cuts a text into tokens: French elisions and inversions split, compounds,
//! amounts, e-mail and web addresses kept whole.

use crate::fold::{fold_word, is_apostrophe, is_invisible};
use crate::{number, web};
use unicode_normalization::char::is_combining_mark;

/// One word, amount or address of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The folded form (see [`crate::fold()`]); amounts in canonical form.
    pub text: String,
    /// First byte in the source text.
    pub start: usize,
    /// First byte after it in the source text.
    pub end: usize,
}

/// What French shortens before a vowel.
const ELISIONS: &[&str] =
    &["l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"];

/// Words that French hangs behind a verb with a hyphen.
const CLITICS: &[&str] = &[
    "je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "ce", "t", "y", "en", "le",
    "la", "les", "moi", "toi", "lui", "leur", "ci", "m",
];

/// Compounds that end in a clitic and are words all the same.
const COMPOUNDS: &[&str] = &["rendez-vous", "au-dela", "sous-la"];

/// Cuts `text` into tokens, in order, without overlap.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let next = if !c.is_alphanumeric() {
            at + c.len_utf8()
        } else if let Some(len) = web::address_len(rest) {
            push(text, at, at + len, &mut out);
            at + len
        } else if c.is_ascii_digit() {
            let number = number::read(rest);
            let end = at + number.len;
            out.push(Token { text: number.text, start: at, end });
            end
        } else {
            word(text, at, &mut out)
        };
        at = next;
    }
    out
}

/// Reads the word at `start` and returns where to go on.
fn word(text: &str, start: usize, out: &mut Vec<Token>) -> usize {
    let mut parts = Vec::new();
    let mut part = start;
    let mut end = run_end(text, start);
    loop {
        let mut rest = text[end..].chars();
        let (joint, after) = (rest.next(), rest.next());
        let (Some(joint), Some(after)) = (joint, after) else {
            break;
        };
        let next = end + joint.len_utf8();
        if is_apostrophe(joint) && after.is_alphanumeric() {
            if ELISIONS.contains(&fold_word(&text[part..end]).as_str()) {
                parts.push((part, end));
                push_parts(text, &parts, out);
                return next;
            }
        } else if matches!(joint, '-' | '\u{2010}' | '\u{2011}') && after.is_alphabetic() {
            parts.push((part, end));
            part = next;
        } else {
            break;
        }
        end = run_end(text, next);
    }
    parts.push((part, end));
    push_parts(text, &parts, out);
    end
}

/// A compound stays one token; an inversion (`avez-vous`) is as many as its
/// parts.
fn push_parts(text: &str, parts: &[(usize, usize)], out: &mut Vec<Token>) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return;
    };
    let whole = fold_word(&text[first.0..last.1]);
    let inverted = whole.split('-').skip(1).any(|part| CLITICS.contains(&part));
    if inverted && !COMPOUNDS.contains(&whole.as_str()) {
        for (start, end) in parts {
            push(text, *start, *end, out);
        }
    } else {
        push(text, first.0, last.1, out);
    }
}

fn push(text: &str, start: usize, end: usize, out: &mut Vec<Token>) {
    let folded = fold_word(&text[start..end]);
    if !folded.is_empty() {
        out.push(Token { text: folded, start, end });
    }
}

/// Invisible characters and accents typed as marks belong to their word.
fn run_end(text: &str, start: usize) -> usize {
    let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c);
    text[start..].find(|c| !inside(c)).map_or(text.len(), |len| start + len)
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn elisions_are_split_and_words_with_an_apostrophe_are_not() {
        assert_eq!(words("L’eau d'aujourd'hui"), ["l", "eau", "d", "aujourd'hui"]);
        assert_eq!(words("jusqu'à quelqu'un"), ["jusqu", "a", "quelqu'un"]);
        assert_eq!(words("don't"), ["don't"]);
    }

    #[test]
    fn hyphens_join_compounds_and_split_inversions() {
        assert_eq!(words("Avez-vous un chauffe-eau ?"), ["avez", "vous", "un", "chauffe-eau"]);
        assert_eq!(words("Y a-t-il un rendez-vous"), ["y", "a", "t", "il", "un", "rendez-vous"]);
        assert_eq!(words("Qu'est-ce que"), ["qu", "est", "ce", "que"]);
    }

    #[test]
    fn amounts_and_addresses_stay_whole() {
        assert_eq!(
            words("1 200 € à payer sur l'adresse d'info@exemple.fr (voir https://exemple.fr/x)."),
            [
                "1200€",
                "a",
                "payer",
                "sur",
                "l",
                "adresse",
                "d",
                "info@exemple.fr",
                "voir",
                "https://exemple.fr/x"
            ]
        );
        assert_eq!(words("8h30-12h"), ["8h30", "12h"]);
    }

    #[test]
    fn offsets_point_into_the_source() {
        let text = "Où l’évier\u{200b} fuit : 45 euros";
        let found: Vec<&str> = tokens(text).iter().map(|t| &text[t.start..t.end]).collect();
        assert_eq!(found, ["Où", "l", "évier\u{200b}", "fuit", "45 euros"]);
    }

    #[test]
    fn marks_and_hidden_characters_do_not_cut_words() {
        assert_eq!(words("e\u{301}vier plom\u{200b}bier"), ["evier", "plombier"]);
        assert_eq!(words("  … !! \u{1f4a7} "), Vec::<String>::new());
        assert_eq!(words("l' 'eau' -"), ["l", "eau"]);
    }
}
