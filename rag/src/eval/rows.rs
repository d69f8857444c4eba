//! The lines of question and result files.

use crate::RagError;
use serde::{Deserialize, Serialize};

/// One labelled question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionRow {
    /// Its name in the results.
    #[serde(alias = "qid")]
    pub id: String,
    /// The visitor's words.
    pub text: String,
    /// Entries that answer it, by the ids of the FAQ file.
    #[serde(default)]
    pub relevant: Vec<String>,
    /// Patterns that the reply must match, each of them.
    #[serde(default)]
    pub must: Vec<String>,
    /// Patterns that it must not match.
    #[serde(default)]
    pub must_not: Vec<String>,
    /// Earlier turns.
    #[serde(default)]
    pub history: Vec<HistoryRow>,
    /// A label to group by, such as `answerable` or `near_miss`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Language tag of the page.
    #[serde(default)]
    pub lang: Option<String>,
}

/// An earlier turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// `visitor` or `assistant`.
    pub role: String,
    /// What was written.
    pub text: String,
}

/// Which way a question went, triage included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteName {
    /// Answered.
    Answer,
    /// A clarifying question.
    Clarify,
    /// A person was offered.
    OfferHuman,
    /// Passed to a person.
    Handover,
    /// A fixed courtesy.
    Smalltalk,
}

impl RouteName {
    /// The name in files and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::OfferHuman => "offer_human",
            Self::Handover => "handover",
            Self::Smalltalk => "smalltalk",
        }
    }
}

/// One entry of a result, with its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryScore {
    /// The id as in the FAQ file.
    pub id: String,
    /// Fused score; compares within one question.
    pub score: f32,
}

/// Times of one result, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Millis {
    /// Retrieval.
    pub retrieve: u64,
    /// Until the first text; 0 when there was none.
    pub first_token: u64,
    /// Until the end.
    pub total: u64,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The question's name.
    pub id: String,
    /// The way it went.
    pub route: RouteName,
    /// Why.
    pub reason: String,
    /// Best entries first.
    pub entries: Vec<EntryScore>,
    /// What the visitor would read.
    pub text: String,
    /// Ids of the entries the reply rests on.
    pub citations: Vec<String>,
    /// Times.
    pub ms: Millis,
    /// How often the guard ended a generated text.
    #[serde(default)]
    pub guarded: u32,
    /// The calibrated probability behind the decision.
    #[serde(default)]
    pub confidence: f32,
}

/// Reads a question file; blank lines are skipped. A question without an id is
/// named after its line.
///
/// # Errors
/// [`RagError::Row`] for the first line that is no question.
pub fn read_questions(text: &str) -> Result<Vec<QuestionRow>, RagError> {
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let row = |problem: String| RagError::Row { line: at + 1, problem };
        let mut value: serde_json::Value =
            serde_json::from_str(line).map_err(|e| row(e.to_string()))?;
        if let Some(fields) = value.as_object_mut()
            && !fields.contains_key("id")
            && !fields.contains_key("qid")
        {
            fields.insert("id".into(), format!("line-{}", at + 1).into());
        }
        let null_free = |value: &mut serde_json::Value| {
            if let Some(fields) = value.as_object_mut() {
                fields.retain(|_, v| !v.is_null());
            }
        };
        null_free(&mut value);
        out.push(serde_json::from_value(value).map_err(|e| row(e.to_string()))?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{RouteName, read_questions};

    #[test]
    fn optional_fields_may_be_missing_or_null() {
        let rows = read_questions(
            "{\"id\":\"a\",\"text\":\"Prix ?\",\"history\":null}\n\n{\"text\":\"Où ?\",\"relevant\":[\"x\"]}\n",
        )
        .expect("both lines are questions");
        assert_eq!(rows[1].id, "line-3");
        assert_eq!(rows[1].relevant, ["x"]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = read_questions("{\"id\":\"a\",\"text\":\"b\"}\n{").expect_err("not JSON");
        assert!(error.to_string().starts_with("line 2"), "{error}");
    }

    #[test]
    fn routes_have_the_names_of_the_format() {
        let text = serde_json::to_string(&RouteName::OfferHuman).expect("a name");
        assert_eq!(text, format!("\"{}\"", RouteName::OfferHuman.as_str()));
    }
}
