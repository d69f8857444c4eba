//! Fitting a calibration on labelled questions.

use super::rows::QuestionRow;
use super::run::{EvalContext, ask};
use crate::RagError;
use crate::confidence::{
    Calibration, CurvePoint, FAST, JUDGED, Judgement, Logistic, Sample, Thresholds, curve,
    features, fit, points, says_no,
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

/// Parts that the questions are dealt into; each is predicted by a model that
/// has not seen it.
const FOLDS: usize = 10;
/// Of what is known, from where an entry probably answers.
const BETWEEN: f32 = 0.6;
/// Under this an entry is not even named.
const NEAR: f32 = 0.12;

/// Fits a calibration; `wrong` is the share of wrong answers allowed.
#[must_use]
pub fn calibrate(embedder: &str, samples: &Samples, wrong: f32) -> Calibration {
    let fast = fit(&FAST, &samples.fast);
    let fast_curve = curve(&fast, &samples.fast);
    let fast_thresholds = thresholds(&fast_curve, wrong);
    let bare = Calibration {
        embedder: embedder.to_owned(),
        fast,
        fast_thresholds,
        judged: None,
        judged_thresholds: fast_thresholds,
        fast_curve,
        judged_curve: Vec::new(),
    };
    if samples.judged.is_empty() { bare } else { with_judge(bare, &samples.judged, wrong) }
}

/// Fits the judge's part anew; `questions` holds the hits of each question.
/// The curve is of questions that the coefficients were not fitted on.
#[must_use]
pub fn with_judge(calibration: Calibration, questions: &[Vec<Sample>], wrong: f32) -> Calibration {
    let all = |keep: &dyn Fn(usize) -> bool| -> Vec<Sample> {
        let kept = questions.iter().enumerate().filter(|(at, _)| keep(at % FOLDS));
        kept.flat_map(|(_, hits)| hits).cloned().collect()
    };
    let mut seen = Vec::new();
    for fold in 0..FOLDS {
        let model = fit(&JUDGED, &all(&|part| part != fold));
        let asked = questions.iter().skip(fold).step_by(FOLDS);
        seen.extend(asked.filter_map(|hits| shown(&model, hits)));
    }
    let judged_curve = points(&seen);
    Calibration {
        judged: Some(fit(&JUDGED, &all(&|_| true))),
        judged_thresholds: thresholds(&judged_curve, wrong),
        judged_curve,
        ..calibration
    }
}

/// The likeliest hit of a question, as `(probability, right, weight)`; no
/// probability where the judge says no.
fn shown(model: &Logistic, hits: &[Sample]) -> Option<(f32, bool, f32)> {
    let best = hits
        .iter()
        .map(|hit| (model.probability(&hit.features), hit))
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(probability, hit)| {
        let verdict = hit.features.get(FAST.len()).copied().unwrap_or(0.0);
        let vetoed = says_no(Judgement { verdict, gain: 0.0 });
        (if vetoed { 0.0 } else { probability }, hit.right, hit.weight)
    })
}

/// The lowest threshold that keeps the wrong share within bounds. (A higher
/// one may exceed them again by a single answer of few.)
fn thresholds(curve: &[CurvePoint], wrong: f32) -> Thresholds {
    let known = curve
        .iter()
        .find(|point| point.answered > 0.0 && point.wrong <= wrong)
        .map_or(0.98, |point| point.threshold);
    Thresholds { known, between: known * BETWEEN, near: NEAR }
}
