//! The small language of the lexicons: sequences of folded words.
//!
//! | written | meaning |
//! |---|---|
//! | `gaz` | this word |
//! | `~humain` | this word, typing errors forgiven |
//! | `attend*` | words that begin so |
//! | `a\|b` | one of these |
//! | `@person` | one of a named group |
//! | `il?` | may be absent |
//! | `..4` | up to four other words of the same sentence |
//! | `^` and `$` | nothing before, nothing after |
//!
//! `^` and `$` look past greetings and politeness.

use super::words::Word;
use comptoir_text::{fold, similar_token};
use std::collections::BTreeMap;

/// A pattern that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum PatternError {
    #[error("no group is named {0}")]
    UnknownGroup(String),
    #[error("a gap is `..` and a figure from 1 to 9: {0}")]
    BadGap(String),
    #[error("the pattern has no word: {0}")]
    Empty(String),
    #[error("no message has this as one word: {0}")]
    NotAWord(String),
}

/// Named lists of alternatives.
pub(super) type Groups = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Exact(String),
    Prefix(String),
    Similar(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Word { choices: Vec<Choice>, optional: bool },
    Gap(usize),
    Start,
    End,
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    source: String,
}

/// Where a pattern matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// Index of the first word.
    pub first: usize,
    /// Indexes of the words that fell into gaps.
    pub skipped: Vec<usize>,
}

/// A message to search: its words, and which of them carry content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// All words.
    pub words: &'a [Word],
    /// Whether the word at an index is a greeting or politeness.
    pub filler: &'a [bool],
}

impl Pattern {
    pub(super) fn compile(source: &str, groups: &Groups) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        for part in source.split_whitespace() {
            pieces.push(match part {
                "^" => Piece::Start,
                "$" => Piece::End,
                gap if gap.starts_with("..") => {
                    let count = gap[2..].parse().ok().filter(|n| (1..=9).contains(n));
                    Piece::Gap(count.ok_or_else(|| PatternError::BadGap(source.to_owned()))?)
                }
                word => {
                    let (word, optional) = match word.strip_suffix('?') {
                        Some(word) => (word, true),
                        None => (word, false),
                    };
                    Piece::Word { choices: choices(word, groups)?, optional }
                }
            });
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Word { .. })) {
            return Err(PatternError::Empty(source.to_owned()));
        }
        Ok(Self { pieces, source: source.to_owned() })
    }

    /// An owner's word or phrase, typing errors forgiven.
    pub(super) fn phrase(text: &str) -> Option<Self> {
        let pieces: Vec<Piece> = super::words::words(text)
            .into_iter()
            .map(|word| Piece::Word { choices: vec![Choice::Similar(word.text)], optional: false })
            .collect();
        (!pieces.is_empty()).then(|| Self { pieces, source: text.to_owned() })
    }

    /// As it stands in the lexicon.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The matches in a message, at most one per starting word.
    pub(super) fn find<'a>(&'a self, text: Text<'a>) -> impl Iterator<Item = Match> + 'a {
        (0..text.words.len()).filter_map(move |first| {
            let mut skipped = Vec::new();
            matches(&self.pieces, text, first, first, &mut skipped)
                .then_some(Match { first, skipped })
        })
    }
}

fn choices(word: &str, groups: &Groups) -> Result<Vec<Choice>, PatternError> {
    let mut out = Vec::new();
    for part in word.split('|') {
        if let Some(name) = part.strip_prefix('@') {
            let group =
                groups.get(name).ok_or_else(|| PatternError::UnknownGroup(name.to_owned()))?;
            for member in group.split_whitespace() {
                out.extend(choices(member, groups)?);
            }
        } else if let Some(similar) = part.strip_prefix('~') {
            out.push(Choice::Similar(one_word(similar)?));
        } else if let Some(prefix) = part.strip_suffix('*') {
            out.push(Choice::Prefix(one_word(prefix)?));
        } else {
            out.push(Choice::Exact(one_word(part)?));
        }
    }
    Ok(out)
}

/// Folds a literal; one that no message can contain is a mistake.
fn one_word(literal: &str) -> Result<String, PatternError> {
    match super::words::words(literal).as_slice() {
        [only] if only.text == fold(literal) => Ok(only.text.clone()),
        _ => Err(PatternError::NotAWord(literal.to_owned())),
    }
}

impl Choice {
    fn accepts(&self, word: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == word,
            Self::Prefix(prefix) => word.starts_with(prefix.as_str()),
            Self::Similar(like) => similar_token(like, word),
        }
    }
}

/// Whether the pieces match from word `at` on; gaps prefer to be short.
fn matches(
    pieces: &[Piece],
    text: Text<'_>,
    first: usize,
    at: usize,
    skipped: &mut Vec<usize>,
) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return true;
    };
    match piece {
        Piece::Start => {
            text.filler.iter().take(at).all(|filler| *filler)
                && matches(rest, text, first, at, skipped)
        }
        Piece::End => {
            text.filler.iter().skip(at).all(|filler| *filler)
                && matches(rest, text, first, at, skipped)
        }
        Piece::Word { choices, optional } => {
            let here = text.words.get(at).is_some_and(|word| {
                same_sentence(text, first, at)
                    && choices.iter().any(|choice| choice.accepts(&word.text))
            });
            (here && matches(rest, text, first, at + 1, skipped))
                || (*optional && matches(rest, text, first, at, skipped))
        }
        Piece::Gap(most) => {
            let before = skipped.len();
            for length in 0..=*most {
                if length > 0 {
                    let last = at + length - 1;
                    if last >= text.words.len() || !same_sentence(text, first, last) {
                        break;
                    }
                    skipped.push(last);
                }
                if matches(rest, text, first, at + length, skipped) {
                    return true;
                }
                skipped.truncate(before + length);
            }
            skipped.truncate(before);
            false
        }
    }
}

fn same_sentence(text: Text<'_>, first: usize, at: usize) -> bool {
    match (text.words.get(first), text.words.get(at)) {
        (Some(first), Some(at)) => first.sentence == at.sentence,
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::words::words;

    fn found(pattern: &str, message: &str) -> bool {
        let groups = Groups::from([("who".to_owned(), "~humain personne".to_owned())]);
        let words = words(message);
        let filler: Vec<bool> = words.iter().map(|word| word.text == "svp").collect();
        let pattern = Pattern::compile(pattern, &groups).expect("a pattern");
        pattern.find(Text { words: &words, filler: &filler }).next().is_some()
    }

    #[test]
    fn words_gaps_groups_and_endings() {
        assert!(found("parler ..2 @who", "je veux parler à un humin"));
        assert!(!found("parler ..1 @who", "je veux parler à un humain"));
        assert!(!found("parler ..3 @who", "je veux parler. Un humain"));
        assert!(found("attend*", "J'ATTENDAIS"));
        assert!(found("y a? personne", "y personne"));
        assert!(found("réponse|retour", "sans reponse"));
    }

    #[test]
    fn ends_look_past_politeness() {
        assert!(found("^ humain $", "Svp, humain svp"));
        assert!(!found("^ humain $", "un humain"));
        assert!(!found("^ humain $", "humain demain"));
    }

    #[test]
    fn mistakes_in_a_pattern_are_errors() {
        let none = Groups::new();
        assert_eq!(Pattern::compile("@x", &none), Err(PatternError::UnknownGroup("x".into())));
        assert_eq!(Pattern::compile("a ..x b", &none), Err(PatternError::BadGap("a ..x b".into())));
        assert_eq!(Pattern::compile("^ $", &none), Err(PatternError::Empty("^ $".into())));
    }

    #[test]
    fn skipped_words_are_reported() {
        let words = words("ça sent pas le gaz");
        let filler = vec![false; words.len()];
        let pattern = Pattern::compile("sent ..3 gaz", &Groups::new()).expect("a pattern");
        let hit = pattern.find(Text { words: &words, filler: &filler }).next().expect("a match");
        assert_eq!((hit.first, hit.skipped), (1, vec![2, 3]));
    }
}
