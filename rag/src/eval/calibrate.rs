//! Fitting a calibration on labelled questions.

use super::rows::QuestionRow;
use super::run::{EvalContext, ask};
use crate::RagError;
use crate::confidence::{
    Calibration, CurvePoint, FAST, JUDGED, Logistic, Sample, Thresholds, curve, features, fit,
};

/// Observations of a set of questions.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// Best hit of every question, without the judge.
    pub fast: Vec<Sample>,
    /// Every hit that the judge saw, by question.
    pub judged: Vec<Vec<Sample>>,
}

/// Collects observations. Questions with labelled entries give right and wrong
/// hits, those without give wrong ones; each question weighs `weight`. With
/// `judge`, the engine is asked as well.
///
/// # Errors
/// When storage, index or embedder fail.
pub async fn collect(
    context: &EvalContext<'_>,
    rows: &[QuestionRow],
    weight: f32,
    judge: bool,
) -> Result<Samples, RagError> {
    let mut out = Samples::default();
    for row in rows {
        let ask = ask(context, row);
        let found = context.pipeline.find(&ask).await?;
        let right = |place: usize| {
            found.hits.get(place).is_some_and(|hit| {
                let id = hit.entry.external_id.as_ref();
                id.is_some_and(|id| row.relevant.contains(id))
            })
        };
        if !found.hits.is_empty() {
            out.fast.push(Sample { features: features(&found, 0, None), right: right(0), weight });
        }
        if !judge {
            continue;
        }
        let Some(judged) = context.pipeline.judge(&found, &row.text).await else {
            continue;
        };
        let seen = judged.into_iter().enumerate().map(|(place, judgement)| Sample {
            features: features(&found, place, Some(judgement)),
            right: right(place),
            weight,
        });
        out.judged.push(seen.collect());
    }
    Ok(out)
}

/// Fits a calibration; `wrong` is the share of wrong answers allowed.
#[must_use]
pub fn calibrate(embedder: &str, samples: &Samples, wrong: f32) -> Calibration {
    let fast = fit(&FAST, &samples.fast);
    let fast_curve = curve(&fast, &samples.fast);
    let seen: Vec<Sample> = samples.judged.iter().flatten().cloned().collect();
    let judged = (!seen.is_empty()).then(|| fit(&JUDGED, &seen));
    let judged_curve = judged
        .as_ref()
        .map(|model| curve(model, &shown(model, &samples.judged)))
        .unwrap_or_default();
    Calibration {
        embedder: embedder.to_owned(),
        fast,
        fast_thresholds: thresholds(&fast_curve, wrong),
        judged,
        judged_thresholds: thresholds(&judged_curve, wrong),
        fast_curve,
        judged_curve,
    }
}

/// The hit of every question that would be shown: the likeliest.
fn shown(model: &Logistic, questions: &[Vec<Sample>]) -> Vec<Sample> {
    questions
        .iter()
        .filter_map(|hits| {
            let likelier = |a: &&Sample, b: &&Sample| {
                let probability = |s: &Sample| model.probability(&s.features);
                probability(a).total_cmp(&probability(b))
            };
            hits.iter().max_by(likelier).cloned()
        })
        .collect()
}

/// The lowest threshold from which on the wrong share stays within bounds.
fn thresholds(curve: &[CurvePoint], wrong: f32) -> Thresholds {
    let known = curve
        .iter()
        .rev()
        .take_while(|point| point.wrong <= wrong)
        .last()
        .map_or(0.98, |point| point.threshold);
    Thresholds { known, between: (known * 0.4).min(0.5), near: 0.12 }
}
