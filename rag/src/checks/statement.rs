//! Facts as people write them down, against the text of a reply.

use crate::facts::{self, Amount, Claim, Fact, Mark};
use comptoir_text::tokens;

/// Longest text whose facts are put into words (characters).
const LONGEST: usize = 2_000;
/// Most words that one fact is written in.
const WINDOW: usize = 6;

/// Whether `text` states what `line` says. Facts are compared as facts; a line
/// without one must stand in the text word for word, whatever its case and
/// accents. What the text negates it does not state.
#[must_use]
pub fn states(text: &str, line: &str) -> bool {
    // A capital makes no fact here: owners write names as they please.
    let wanted: Vec<Claim> = claims(line).into_iter().filter(|claim| !is_name(claim)).collect();
    if wanted.is_empty() {
        return stands_in(text, line);
    }
    let said: Vec<Vec<Claim>> = sentences(text).map(claims).collect();
    wanted.iter().enumerate().all(|(at, claim)| {
        let negated = at > 0 && wanted[at - 1] == Claim::Mark(Mark::Not);
        said.iter().any(|sentence| {
            sentence.iter().enumerate().any(|(at, own)| {
                let is_negated = at > 0 && sentence[at - 1] == Claim::Mark(Mark::Not);
                supports(own, claim) && (is_negated == negated || *claim == Claim::Mark(Mark::Not))
            })
        })
    })
}

/// The facts of a text in the text's own words, in order, each once.
#[must_use]
pub fn facts_in_words(text: &str) -> Vec<(Claim, String)> {
    let text: String = text.chars().take(LONGEST).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<(Claim, String, usize)> = Vec::new();
    let mut wanted: Vec<Claim> = Vec::new();
    for claim in sentences(&text).flat_map(claims) {
        if claim != Claim::Mark(Mark::Yes) && !wanted.contains(&claim) {
            wanted.push(claim);
        }
    }
    for size in 1..=WINDOW.min(words.len()) {
        for (start, window) in words.windows(size).enumerate() {
            if wanted.is_empty() {
                break;
            }
            let window = window.join(" ");
            let read = facts::read(&window, &|_| false);
            wanted.retain(|claim| {
                let is_here = read.contains(claim);
                if is_here {
                    found.push((claim.clone(), trimmed(&window), start));
                }
                !is_here
            });
        }
    }
    found.sort_by_key(|(_, _, start)| *start);
    found.into_iter().map(|(claim, words, _)| (claim, words)).collect()
}

/// The claims of one sentence; a capital at its beginning makes no name.
fn claims(sentence: &str) -> Vec<Claim> {
    facts::read(sentence, &|_| true)
}

fn is_name(claim: &Claim) -> bool {
    matches!(claim, Claim::Fact(Fact::Name(_)))
}

fn supports(own: &Claim, wanted: &Claim) -> bool {
    match (own, wanted) {
        (Claim::Fact(own), Claim::Fact(wanted)) => {
            own.supports(wanted) || bare(wanted).is_some_and(|bare| figure(own) == Some(bare))
        }
        (Claim::Mark(own), Claim::Mark(wanted)) => own == wanted,
        (Claim::Fact(_), Claim::Mark(_)) | (Claim::Mark(_), Claim::Fact(_)) => false,
    }
}

/// A figure that was written without its unit.
fn bare(fact: &Fact) -> Option<Amount> {
    if let Fact::Number(amount) = fact { Some(*amount) } else { None }
}

fn figure(fact: &Fact) -> Option<Amount> {
    match fact {
        Fact::Money { amount, .. }
        | Fact::Percent(amount)
        | Fact::Quantity { amount, .. }
        | Fact::Number(amount) => Some(*amount),
        Fact::Hour { .. }
        | Fact::Date { .. }
        | Fact::Month(_)
        | Fact::Weekday(_)
        | Fact::Phone(_)
        | Fact::Email(_)
        | Fact::Url(_)
        | Fact::Name(_) => None,
    }
}

fn stands_in(text: &str, line: &str) -> bool {
    let words = |text: &str| tokens(text).into_iter().map(|token| token.text).collect::<Vec<_>>();
    let (text, line) = (words(text), words(line));
    !line.is_empty() && text.windows(line.len()).any(|part| part == line)
}

/// Ends at a full stop, a question or exclamation mark before a space, and at
/// a line's end.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut before = ' ';
        let mut end = rest.len();
        for (at, letter) in rest.char_indices() {
            if letter == '\n' || (letter.is_whitespace() && matches!(before, '.' | '?' | '!' | '…'))
            {
                end = at + letter.len_utf8();
                break;
            }
            before = letter;
        }
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence.trim())
    })
}

fn trimmed(window: &str) -> String {
    window
        .trim_matches(|c: char| {
            matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '«' | '»' | '"')
        })
        .trim()
        .to_owned()
}
