//! What is measured about an entry as the answer to a question.

use super::judge::Judgement;
use crate::knowledge::Known;
use crate::retrieve::{Found, Query, QueryWord, Ranked};

/// Names of the features without the judge, in order.
pub const FAST: [&str; 8] =
    ["fused", "margin", "question", "whole", "coverage", "missing", "lexical", "length"];
/// Names of the features with the judge, in order.
pub const JUDGED: [&str; 10] = [
    "fused", "margin", "question", "whole", "coverage", "missing", "lexical", "length", "verdict",
    "gain",
];

/// Place of "missing".
pub(super) const MISSING: usize = 5;

/// Likeness at which two words begin to be, and are, the same for coverage.
const LIKE_FROM: f32 = 0.35;
const LIKE_FULL: f32 = 0.85;

/// The features of the hit at `place`; the judge's figures are appended when
/// there are any.
#[must_use]
pub fn features(found: &Found, place: usize, judged: Option<Judgement>) -> Vec<f32> {
    let Some(hit) = found.hits.get(place) else {
        return Vec::new();
    };
    let rival = found
        .hits
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != place)
        .map(|(_, other)| other.score)
        .fold(f32::NEG_INFINITY, f32::max);
    let margin = if rival.is_finite() { hit.score - rival } else { hit.score };
    let (coverage, missing) = coverage(found, hit);
    let possible: f32 = found
        .query
        .terms
        .iter()
        .map(|(term, weight)| weight * found.state.all.idf(term))
        .sum::<f32>()
        .max(1.0);
    let words = f32::from(u8::try_from(found.query.words.len()).unwrap_or(u8::MAX));
    let mut out = vec![
        hit.score,
        margin,
        hit.signals.dense_question,
        hit.signals.dense_whole,
        coverage,
        missing,
        hit.signals.lexical_all / possible,
        words.ln_1p(),
    ];
    if let Some(judged) = judged {
        out.push(judged.verdict);
        out.push(judged.gain);
    }
    out
}

/// The share of the question's words that the entry speaks of, weighed by how
/// much each tells, and the weight of the worst word that it does not: a rare
/// word without a counterpart is the sign of a near miss.
fn coverage(found: &Found, hit: &Ranked) -> (f32, f32) {
    let Some(known) = found.state.entries.get(&hit.entry.id) else {
        return (0.0, 0.0);
    };
    let (mut total, mut covered, mut missing) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (weight, share) in words(&found.query, known, |term| found.state.all.idf(term)) {
        total += weight;
        covered += weight * share;
        missing = missing.max(weight * (1.0 - share));
    }
    if total > 0.0 { (covered / total, missing) } else { (0.0, 0.0) }
}

fn words<'a>(
    query: &'a Query,
    known: &'a Known,
    idf: impl Fn(&str) -> f32 + 'a,
) -> impl Iterator<Item = (f32, f32)> + 'a {
    query.words.iter().map(move |word| (word.term.as_deref().map_or(0.0, &idf), share(word, known)))
}

/// How much of a word of the question the entry speaks of, 0 to 1.
pub(super) fn share(word: &QueryWord, known: &Known) -> f32 {
    if word.matches.iter().any(|term| known.all.holds(term)) {
        return 1.0;
    }
    alike(word, known.head_words.iter().chain(&known.answer_words))
}

/// How far a word of the question counts as the likest of these words of the
/// site, 0 to 1.
pub(super) fn alike<'a>(word: &QueryWord, of: impl Iterator<Item = &'a usize>) -> f32 {
    let likeness = of
        .filter_map(|id| word.likeness.get(*id))
        .fold(0.0_f32, |best, likeness| best.max(*likeness));
    ((likeness - LIKE_FROM) / (LIKE_FULL - LIKE_FROM)).clamp(0.0, 1.0)
}
