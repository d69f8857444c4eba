//! Fitted coefficients and thresholds, one file per embedder.

use crate::RagError;
use serde::{Deserialize, Serialize};

/// A logistic model over standardised features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Feature names, to refuse a file of another version.
    pub names: Vec<String>,
    /// Mean of each feature in the fitting data.
    pub mean: Vec<f32>,
    /// Spread of each feature.
    pub spread: Vec<f32>,
    /// Weight of each standardised feature.
    pub weights: Vec<f32>,
    /// Intercept.
    pub bias: f32,
}

impl Logistic {
    /// The probability for `features`; 0 when their number is another.
    #[must_use]
    pub fn probability(&self, features: &[f32]) -> f32 {
        let fits = [self.mean.len(), self.spread.len(), self.weights.len()]
            .iter()
            .all(|len| *len == features.len());
        if !fits || features.iter().any(|x| !x.is_finite()) {
            return 0.0;
        }
        let sum: f32 = features
            .iter()
            .zip(&self.mean)
            .zip(&self.spread)
            .zip(&self.weights)
            .map(|(((x, mean), spread), weight)| weight * (x - mean) / spread.max(1e-6))
            .sum();
        1.0 / (1.0 + (-(sum + self.bias)).exp())
    }
}

/// Where one way of answering ends and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// From here the entry is shown as the answer.
    pub known: f32,
    /// From here the model may try, or the visitor is asked which is meant.
    pub between: f32,
    /// From here the entry is named as the nearest subject.
    pub near: f32,
}

impl Thresholds {
    /// `probability`, kept under what is known when `vetoed`.
    #[must_use]
    pub fn uncertain(self, probability: f32, vetoed: bool) -> f32 {
        if vetoed { probability.min(f32::midpoint(self.between, self.known)) } else { probability }
    }
}

/// One point of the curve: how much is answered at a threshold, and how much
/// of that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Probability from which an answer was given.
    pub threshold: f32,
    /// Share of the questions answered.
    pub answered: f32,
    /// Share of the answers that came from a wrong entry.
    pub wrong: f32,
}

/// Everything fitted for one embedder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The embedder's id this belongs to.
    pub embedder: String,
    /// Without the judge.
    pub fast: Logistic,
    /// Thresholds without the judge.
    pub fast_thresholds: Thresholds,
    /// With the judge, when it was fitted.
    pub judged: Option<Logistic>,
    /// Thresholds with the judge.
    pub judged_thresholds: Thresholds,
    /// Answered share against wrong share, without the judge.
    pub fast_curve: Vec<CurvePoint>,
    /// The same with the judge.
    pub judged_curve: Vec<CurvePoint>,
}

/// Calibrations that come with the program.
const BUILT_IN: &[&str] = &[include_str!("../../calibration/use-multilingual-v3.json")];

impl Calibration {
    /// The calibration of an embedder: an exact match, or one for the same
    /// model name before the id's `@` or `:`. `None` when there is none; the
    /// pipeline then never answers without the judge or a person.
    #[must_use]
    pub fn built_in(embedder: &str) -> Option<Self> {
        let family = |id: &str| id.split(['@', ':', '#']).next().unwrap_or(id).to_owned();
        BUILT_IN
            .iter()
            .filter_map(|text| Self::parse(text).ok())
            .find(|c| c.embedder == embedder || family(&c.embedder) == family(embedder))
    }

    /// Reads a calibration file.
    ///
    /// # Errors
    /// [`RagError::Calibration`] when it is not one or of another version.
    pub fn parse(text: &str) -> Result<Self, RagError> {
        let read: Self =
            serde_json::from_str(text).map_err(|e| RagError::Calibration(e.to_string()))?;
        let judged_fits = read.judged.as_ref().is_none_or(|judged| judged.names == super::JUDGED);
        if read.fast.names != super::FAST || !judged_fits {
            return Err(RagError::Calibration("fitted on other features".into()));
        }
        Ok(read)
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`RagError::Calibration`] when a number cannot be written.
    pub fn to_json(&self) -> Result<String, RagError> {
        serde_json::to_string_pretty(self).map_err(|e| RagError::Calibration(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::Calibration;

    #[test]
    fn the_default_embedder_is_calibrated_whatever_its_build() {
        let found = Calibration::built_in("use-multilingual-v3@other").expect("it ships");
        assert!(found.judged.is_some());
        for at in [found.fast_thresholds, found.judged_thresholds] {
            assert!(at.near < at.between && at.between < at.known && at.known < 1.0);
        }
        assert!(Calibration::built_in("another-model@1").is_none());
        let again = Calibration::parse(&found.to_json().expect("text")).expect("the same file");
        assert_eq!(again, found);
    }

    #[test]
    fn a_file_of_other_features_is_refused() {
        let mut other = Calibration::built_in("use-multilingual-v3").expect("it ships");
        other.fast.names[0] = "luck".into();
        assert!(Calibration::parse(&other.to_json().expect("text")).is_err());
    }
}
