//! Fitted weights, one file per embedder, and how they are read.

use super::Need;
use crate::RagError;
use crate::confidence::CurvePoint;
use serde::{Deserialize, Serialize};

/// A linear head over the embedding of a message: one row for every
/// [`Need`], in the order of [`Need::ALL`], and a last one for none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The embedder's id this belongs to.
    pub embedder: String,
    /// From here a message needs a person.
    pub threshold: f32,
    /// Recall (as `answered`) against the share of messages for the FAQ that
    /// would go to a person (as `wrong`), on sentences left out of the fit.
    pub curve: Vec<CurvePoint>,
    /// Intercepts, by row.
    pub bias: Vec<f32>,
    /// Weights, by row.
    pub weights: Vec<Vec<f32>>,
}

/// What a head makes of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The likeliest need.
    pub need: Need,
    /// Probability that there is any, 0 to 1.
    pub probability: f32,
}

/// Heads that come with the program.
const BUILT_IN: &[&str] = &[include_str!("../../calibration/use-multilingual-v3.people.json")];

/// How much the threshold moves when the FAQ knows nothing on the subject.
const UNKNOWN: f32 = -0.1;
/// And when an entry may answer, or the message leans on the turn before and
/// cannot be read alone.
const LIKELY: f32 = 0.2;
/// And when an entry answers for certain.
const KNOWN: f32 = 0.4;

/// What else is known about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faq {
    /// No entry comes near.
    Unknown,
    /// Nothing decisive.
    Open,
    /// An entry may answer, or the message continues the turn before.
    Likely,
    /// An entry answers.
    Known,
    /// The message is an entry's own question, as the owner wrote it.
    Own,
}

impl Head {
    /// The head of an embedder: an exact match, or one for the same model
    /// name before the id's `@` or `:`.
    #[must_use]
    pub fn built_in(embedder: &str) -> Option<Self> {
        let family = |id: &str| id.split(['@', ':', '#']).next().unwrap_or(id).to_owned();
        BUILT_IN
            .iter()
            .filter_map(|text| Self::parse(text).ok())
            .find(|head| family(&head.embedder) == family(embedder))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`RagError::Calibration`] when it is not one, or its rows do not fit.
    pub fn parse(text: &str) -> Result<Self, RagError> {
        let read: Self =
            serde_json::from_str(text).map_err(|e| RagError::Calibration(e.to_string()))?;
        let rows = Need::ALL.len() + 1;
        let width = read.weights.first().map_or(0, Vec::len);
        let even = read.weights.iter().all(|row| row.len() == width);
        if read.weights.len() != rows || read.bias.len() != rows || width == 0 || !even {
            return Err(RagError::Calibration("a head of other needs".into()));
        }
        Ok(read)
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`RagError::Calibration`] when a number cannot be written.
    pub fn to_json(&self) -> Result<String, RagError> {
        serde_json::to_string(self).map_err(|e| RagError::Calibration(e.to_string()))
    }

    /// Reads the embedding of a message; `None` for one of another length or
    /// without direction (nothing was written).
    #[must_use]
    pub fn read(&self, vector: &[f32]) -> Option<Reading> {
        let fits = self.weights.first().is_some_and(|row| row.len() == vector.len());
        if !fits || vector.iter().all(|x| *x == 0.0) || vector.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let shares = shares(&self.weights, &self.bias, vector);
        let (need, _) =
            Need::ALL.into_iter().zip(&shares).max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some(Reading { need, probability: 1.0 - shares.last().copied().unwrap_or(1.0) })
    }

    /// The need of a message, given what the FAQ has on it.
    #[must_use]
    pub fn need(&self, vector: &[f32], faq: Faq) -> Option<Need> {
        let reading = self.read(vector)?;
        let shift = match faq {
            Faq::Unknown => UNKNOWN,
            Faq::Open => 0.0,
            Faq::Own => return None,
            // An entry that speaks of danger answers less than a person does.
            Faq::Likely | Faq::Known if reading.need.is_danger() => LIKELY,
            Faq::Likely => LIKELY,
            Faq::Known => KNOWN,
        };
        (reading.probability >= self.threshold + shift).then_some(reading.need)
    }
}

/// Softmax over the rows.
pub(super) fn shares(weights: &[Vec<f32>], bias: &[f32], vector: &[f32]) -> Vec<f32> {
    let sums: Vec<f32> = weights
        .iter()
        .zip(bias)
        .map(|(row, bias)| bias + row.iter().zip(vector).map(|(w, x)| w * x).sum::<f32>())
        .collect();
    let most = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = sums.iter().map(|sum| (sum - most).exp()).collect();
    let total: f32 = raised.iter().sum();
    raised.into_iter().map(|share| share / total).collect()
}

#[cfg(test)]
mod tests {
    use super::{Faq, Head, Need};

    fn tiny() -> Head {
        let rows = Need::ALL.len() + 1;
        let mut weights = vec![vec![0.0, 0.0]; rows];
        weights[1] = vec![5.0, 0.0];
        weights[7] = vec![0.0, 5.0];
        let mut bias = vec![-9.0; rows];
        (bias[1], bias[7], bias[rows - 1]) = (0.0, 0.0, 3.5);
        Head { embedder: "e@1".into(), threshold: 0.5, curve: Vec::new(), bias, weights }
    }

    #[test]
    fn a_known_answer_outweighs_a_complaint_and_never_danger() {
        let head = tiny();
        let (danger, complaint) = ([1.0, 0.0], [0.0, 1.0]);
        assert_eq!(head.need(&danger, Faq::Known), Some(Need::Gas));
        assert_eq!(head.need(&danger, Faq::Own), None);
        assert_eq!(head.need(&complaint, Faq::Open), Some(Need::Complaint));
        assert_eq!(head.need(&complaint, Faq::Known), None);
        assert_eq!(head.need(&[0.3, 0.3], Faq::Unknown), None);
    }

    #[test]
    fn nothing_written_and_other_embeddings_need_nobody() {
        let head = tiny();
        assert_eq!(head.read(&[0.0, 0.0]), None);
        assert_eq!(head.read(&[1.0]), None);
        assert_eq!(head.read(&[f32::NAN, 0.0]), None);
    }

    #[test]
    fn the_shipped_head_is_whole_and_another_models_is_refused() {
        let head = Head::built_in("use-multilingual-v3@other").expect("it ships");
        assert!(Head::built_in("another-model@1").is_none());
        let mut other = head;
        other.weights.pop();
        assert!(Head::parse(&other.to_json().expect("text")).is_err());
    }
}
