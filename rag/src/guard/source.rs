//! The cited entries, read once, and the check of one sentence against them.

use super::common::Common;
use super::sentence;
use crate::document::EntryDoc;
use crate::facts::{self, Claim, Fact, Mark};
use comptoir_text::{Analyzer, Lang, fold, tokens};
use std::collections::HashSet;

/// Why a sentence may not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A fact or a mark that no sentence of the entries states like this.
    Claim,
    /// A name that the entries do not mention.
    Name,
    /// A subject that the sentence of the entry does not speak of.
    Subject,
    /// Markup, a link or a sentence too long to be read.
    Form,
}

struct Line {
    claims: Vec<Claim>,
    stems: HashSet<String>,
}

struct Entry {
    lines: Vec<Line>,
    /// Stems of the questions and keywords, which every sentence is about.
    head: HashSet<String>,
    words: HashSet<String>,
    lang: Lang,
}

/// Everything a reply may claim.
pub struct Sources {
    entries: Vec<Entry>,
    common: Common,
    analyzer: Analyzer,
    lang: Lang,
}

impl Sources {
    /// Reads the cited entries for replies in `lang`.
    #[must_use]
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a EntryDoc>, lang: Lang) -> Self {
        let analyzer = Analyzer::for_lang(lang);
        let common = Common::new(lang, &analyzer);
        let entries = entries.into_iter().map(|doc| Entry::read(doc, &analyzer, &common)).collect();
        Self { entries, common, analyzer, lang }
    }

    /// Checks one sentence of a reply; the place of the entry that supports
    /// it, or `None` when it claims nothing.
    ///
    /// # Errors
    /// The first reason why it may not be shown.
    pub fn check(&self, text: &str) -> Result<Option<usize>, Refusal> {
        if text.contains(['<', '>', '[', ']', '{', '}', '|', '\\']) {
            return Err(Refusal::Form);
        }
        let text = sentence::without_bullet(text);
        let claims = facts::read(text, &|word| self.common.opener(word));
        let stems = stems(text, &self.analyzer);
        let (names, claims): (Vec<Claim>, Vec<Claim>) = claims.into_iter().partition(is_name);
        let says_nothing = claims.is_empty()
            && names.is_empty()
            && stems.iter().all(|stem| self.common.stem(stem));
        if says_nothing && self.entries.iter().any(|e| e.lang == self.lang) {
            return Ok(None);
        }
        let mut refusal = Refusal::Claim;
        for (place, entry) in self.entries.iter().enumerate() {
            let named = names.iter().all(|name| entry.names(name));
            for line in entry.lines.iter().filter(|line| line.states(&claims)) {
                if !named {
                    refusal = Refusal::Name;
                } else if self.unknown(&stems, entry, &[&line.stems, &entry.head]) {
                    refusal = Refusal::Subject;
                } else if claims.is_empty() && entry.lang != self.lang && !line.claims.is_empty() {
                    // Nothing ties a bare foreign sentence to this one.
                    refusal = Refusal::Subject;
                } else {
                    return Ok(Some(place));
                }
            }
        }
        Err(refusal)
    }

    /// Whether a stem stands in none of `sets`. Words of another language
    /// cannot be compared; facts and marks have been.
    fn unknown(&self, stems: &[String], entry: &Entry, sets: &[&HashSet<String>]) -> bool {
        entry.lang == self.lang
            && stems
                .iter()
                .any(|stem| !self.common.stem(stem) && !sets.iter().any(|set| set.contains(stem)))
    }
}

impl Entry {
    fn read(doc: &EntryDoc, analyzer: &Analyzer, common: &Common) -> Self {
        let mut head: HashSet<String> = HashSet::new();
        let heads = || std::iter::once(&doc.question).chain(&doc.alternatives).chain(&doc.keywords);
        let mut words: HashSet<String> = words_of(&doc.answer);
        for text in heads() {
            head.extend(stems(text, analyzer));
            words.extend(words_of(text));
        }
        let lines = sentence::split(&doc.answer)
            .into_iter()
            .map(|text| {
                let text = sentence::without_bullet(text);
                let claims = facts::read(text, &|word| common.opener(word));
                Line {
                    claims: claims.into_iter().filter(|c| !is_name(c)).collect(),
                    stems: stems(text, analyzer).into_iter().collect(),
                }
            })
            .collect();
        Self { lines, head, words, lang: doc.lang }
    }

    fn names(&self, claim: &Claim) -> bool {
        match claim {
            Claim::Fact(Fact::Name(name)) => self.words.contains(name),
            Claim::Fact(_) | Claim::Mark(_) => false,
        }
    }
}

impl Line {
    /// Whether the sentence states `claims` in a row, and leaves no mark of
    /// its own outside of them: what is left out would turn or limit the rest.
    fn states(&self, claims: &[Claim]) -> bool {
        if claims.len() > self.claims.len() {
            return false;
        }
        let turns = |claims: &[Claim]| {
            claims.iter().any(|c| matches!(c, Claim::Mark(mark) if *mark != Mark::Yes))
        };
        (0..=self.claims.len() - claims.len()).any(|from| {
            let to = from + claims.len();
            let matched =
                self.claims[from..to].iter().zip(claims).all(|(own, claim)| match (own, claim) {
                    (Claim::Fact(own), Claim::Fact(claim)) => own.supports(claim),
                    (Claim::Mark(own), Claim::Mark(claim)) => own == claim,
                    (Claim::Fact(_), Claim::Mark(_)) | (Claim::Mark(_), Claim::Fact(_)) => false,
                });
            matched && !turns(&self.claims[..from]) && !turns(&self.claims[to..])
        })
    }
}

fn is_name(claim: &Claim) -> bool {
    matches!(claim, Claim::Fact(Fact::Name(_)))
}

fn words_of(text: &str) -> HashSet<String> {
    let folded = fold(text);
    folded
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .chain(folded.chars().filter(|c| !c.is_alphanumeric()).map(String::from))
        .collect()
}

/// The stems of a text's words; figures, units and days are compared as facts.
fn stems(text: &str, analyzer: &Analyzer) -> Vec<String> {
    let mut out = Vec::new();
    for token in tokens(text) {
        let plain = |c: char| c.is_alphabetic() || c == '-' || c == '\'';
        if !token.text.chars().all(plain) {
            continue;
        }
        for part in token.text.split('-') {
            if !facts::is_figure_word(part) {
                out.extend(analyzer.terms(part));
            }
        }
    }
    out
}
