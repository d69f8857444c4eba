//! Figures over results.

use super::rows::{QuestionRow, ResultRow, RouteName};
use crate::RagError;
use regex::{Regex, RegexBuilder};
use std::collections::BTreeMap;

/// Counts of one kind of question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KindCount {
    /// Questions.
    pub questions: usize,
    /// Those whose reply had to match something.
    pub with_must: usize,
    /// Those of them that did.
    pub must_met: usize,
    /// Those whose reply matched what it must not.
    pub must_not_broken: usize,
    /// By route.
    pub routes: BTreeMap<RouteName, usize>,
    /// Labelled questions answered from a labelled entry.
    pub cited_right: usize,
    /// Labelled questions answered from other entries only.
    pub cited_wrong: usize,
}

/// Figures of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metrics {
    /// Questions with labelled entries.
    pub labelled: usize,
    /// Share with a labelled entry first, among three, among five.
    pub recall: [f64; 3],
    /// Mean of one over the rank of the first labelled entry.
    pub reciprocal_rank: f64,
    /// By kind; questions without one are under `-`.
    pub kinds: BTreeMap<String, KindCount>,
    /// Times the guard ended a generated text.
    pub guarded: u32,
    /// Median and 99th percentile of retrieval, first text and total, in
    /// milliseconds; first text over the replies that had one.
    pub times: [(u64, u64); 3],
}

impl Metrics {
    /// Counts `results` against `questions`; both in the same order.
    ///
    /// # Errors
    /// [`RagError::Row`] for a pattern that is no regular expression.
    pub fn new(questions: &[QuestionRow], results: &[ResultRow]) -> Result<Self, RagError> {
        let mut out = Self::default();
        for (at, (question, result)) in questions.iter().zip(results).enumerate() {
            out.rank(question, result);
            let kind = question.kind.as_deref().unwrap_or("-").to_owned();
            let count = out.kinds.entry(kind).or_default();
            count.add(at + 1, question, result)?;
            out.guarded += result.guarded;
        }
        let labelled = out.labelled.max(1) as f64;
        out.recall = out.recall.map(|hits| hits / labelled);
        out.reciprocal_rank /= labelled;
        let spread = |mut values: Vec<u64>| {
            values.sort_unstable();
            let pick = |percent: usize| {
                let last = values.len().saturating_sub(1);
                values.get(last * percent / 100).copied().unwrap_or(0)
            };
            (pick(50), pick(99))
        };
        out.times = [
            spread(results.iter().map(|r| r.ms.retrieve).collect()),
            spread(results.iter().map(|r| r.ms.first_token).filter(|ms| *ms > 0).collect()),
            spread(results.iter().map(|r| r.ms.total).collect()),
        ];
        Ok(out)
    }

    fn rank(&mut self, question: &QuestionRow, result: &ResultRow) {
        if question.relevant.is_empty() {
            return;
        }
        self.labelled += 1;
        let place = result.entries.iter().position(|e| question.relevant.contains(&e.id));
        if let Some(place) = place {
            for (slot, within) in self.recall.iter_mut().zip([1, 3, 5]) {
                *slot += f64::from(u8::from(place < within));
            }
            self.reciprocal_rank += 1.0 / (place as f64 + 1.0);
        }
    }
}

impl KindCount {
    fn add(
        &mut self,
        line: usize,
        question: &QuestionRow,
        result: &ResultRow,
    ) -> Result<(), RagError> {
        self.questions += 1;
        *self.routes.entry(result.route).or_default() += 1;
        let answered = result.route == RouteName::Answer;
        if answered && !question.relevant.is_empty() && !result.citations.is_empty() {
            if result.citations.iter().any(|c| question.relevant.contains(c)) {
                self.cited_right += 1;
            } else {
                self.cited_wrong += 1;
            }
        }
        if !question.must.is_empty() {
            self.with_must += 1;
            let mut met = true;
            for pattern in &question.must {
                met &= compile(line, pattern)?.is_match(&result.text);
            }
            self.must_met += usize::from(met);
        }
        for pattern in &question.must_not {
            if compile(line, pattern)?.is_match(&result.text) {
                self.must_not_broken += 1;
                break;
            }
        }
        Ok(())
    }
}

fn compile(line: usize, pattern: &str) -> Result<Regex, RagError> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .build()
        .map_err(|error| RagError::Row { line, problem: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::Metrics;
    use crate::eval::{EntryScore, Millis, ResultRow, RouteName, read_questions};

    fn result(ids: &[&str], text: &str, route: RouteName) -> ResultRow {
        ResultRow {
            id: "q".into(),
            route,
            reason: String::new(),
            entries: ids.iter().map(|id| EntryScore { id: (*id).into(), score: 1.0 }).collect(),
            text: text.into(),
            citations: ids.iter().take(1).map(|id| (*id).into()).collect(),
            ms: Millis { retrieve: 3, first_token: 4, total: 5 },
            guarded: 0,
            confidence: 0.0,
        }
    }

    #[test]
    fn figures_are_counted_by_hand() {
        let questions = read_questions(
            r#"{"id":"a","text":"?","relevant":["x"],"must":["45 ?€"],"kind":"k"}
{"id":"b","text":"?","relevant":["x"],"must_not":["oui"],"kind":"k"}
{"id":"c","text":"?","kind":"far"}"#,
        )
        .expect("three questions");
        let results = [
            result(&["x", "y"], "C'est 45 €", RouteName::Answer),
            result(&["y", "x"], "Oui.", RouteName::Answer),
            result(&[], "", RouteName::OfferHuman),
        ];
        let found = Metrics::new(&questions, &results).expect("valid patterns");
        assert_eq!(found.labelled, 2);
        assert_eq!(found.recall, [0.5, 1.0, 1.0]);
        assert!((found.reciprocal_rank - 0.75).abs() < 1e-9);
        let kind = &found.kinds["k"];
        assert_eq!((kind.must_met, kind.with_must, kind.must_not_broken), (1, 1, 1));
        assert_eq!((kind.cited_right, kind.cited_wrong), (1, 1));
        assert_eq!(found.times[0], (3, 3));
    }
}
