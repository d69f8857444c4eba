//! Probabilities for what was found: from measured features alone, and with
//! the judge where those do not decide.

use super::Pipeline;
use crate::confidence::{
    Judgement, Thresholds, asks_less_than_a_price, features, leaves_out, points_elsewhere,
    same_words, says_no,
};
use crate::people::{Faq, Need};
use crate::plan::Assessed;
use crate::retrieve::Found;
use comptoir_engine::ClientKey;
use comptoir_text::{Analyzer, Lang, tokens};
use std::sync::Arc;

/// Assessed entries and the thresholds that belong to their probabilities.
pub(super) struct Verdict {
    pub(super) assessed: Vec<Assessed>,
    pub(super) thresholds: Thresholds,
    pub(super) judged: bool,
}

impl Verdict {
    /// Whether the best entry may be stated as the answer.
    pub(super) fn knows(&self) -> bool {
        let best = self.assessed.first();
        best.is_some_and(|best| best.probability >= self.thresholds.known && !best.quoted)
    }

    /// This verdict; or, where the judge finds nothing worth naming and
    /// retrieval alone found an entry likely, that entry as the nearest.
    pub(super) fn or_named_by(self, fast: Self) -> Self {
        let best = |of: &Self| of.assessed.first().map_or(0.0, |best| best.probability);
        if best(&self) >= self.thresholds.near || best(&fast) < fast.thresholds.between {
            return self;
        }
        let named = f32::midpoint(self.thresholds.near, self.thresholds.between);
        let mut assessed = fast.assessed;
        assessed.truncate(1);
        for one in &mut assessed {
            one.probability = named;
        }
        Self { assessed, ..self }
    }
}

/// The probability of an entry whose own words were used.
const CERTAIN: f32 = 0.99;

/// Nothing reaches these.
const UNCALIBRATED: Thresholds = Thresholds { known: 2.0, between: 2.0, near: 0.0 };

/// Assesses without the model.
pub(super) fn fast(pipeline: &Pipeline, found: &Found) -> Verdict {
    let Some(calibration) = &pipeline.calibration else {
        return Verdict {
            assessed: assessed(found, UNCALIBRATED.between, |_| 0.0),
            thresholds: UNCALIBRATED,
            judged: false,
        };
    };
    let fast = &calibration.fast;
    Verdict {
        assessed: assessed(found, calibration.fast_thresholds.between, |place| {
            if same_words(found, place) {
                return CERTAIN;
            }
            let features = features(found, place, None);
            let at = calibration.fast_thresholds;
            let likely = fast.probability(&features);
            let likely = at.uncertain(likely, leaves_out(found, place, &features));
            doubted(likely, found, place, at)
        }),
        thresholds: calibration.fast_thresholds,
        judged: false,
    }
}

/// An entry that the question points away from may be named as the nearest
/// there is, and is never taken for the answer.
fn doubted(likely: f32, found: &Found, place: usize, at: Thresholds) -> f32 {
    let most = f32::midpoint(at.near, at.between);
    if likely > most && points_elsewhere(found, place) { most } else { likely }
}

/// Whether the message needs a person, seen together with what the FAQ has.
pub(super) fn need(pipeline: &Pipeline, found: &Found, fast: &Verdict) -> Option<Need> {
    let head = pipeline.people.as_ref()?;
    let best = fast.assessed.first().map_or(0.0, |best| best.probability);
    let faq = if best >= CERTAIN {
        Faq::Own
    } else if fast.knows() {
        Faq::Known
    } else if best >= fast.thresholds.between || found.before.is_some() {
        Faq::Likely
    } else if best < fast.thresholds.near {
        Faq::Unknown
    } else {
        Faq::Open
    };
    let need = head.need(&found.query.vector, faq)?;
    // What has no little words is no sentence: noise lies anywhere.
    (need.is_danger() || has_little_words(&found.query.plain, found.query.lang)).then_some(need)
}

fn has_little_words(text: &str, lang: Lang) -> bool {
    let analyzer = Analyzer::for_lang(lang);
    tokens(text).iter().any(|token| analyzer.terms(&token.text).is_empty())
}

/// Assesses with the judge; `None` when it is not fitted or cannot answer.
pub(super) async fn judged(
    pipeline: &Pipeline,
    found: &Found,
    question: &str,
    client: u64,
) -> Option<Verdict> {
    let calibration = pipeline.calibration.as_ref()?;
    let model = calibration.judged.as_ref()?;
    let judgements = ask(pipeline, found, found.hits.len(), question, client).await?;
    let between = calibration.judged_thresholds.between;
    let mut assessed = assessed(found, between, |place| {
        let at = calibration.judged_thresholds;
        let likely = judgements.get(place).map_or(0.0, |judgement| {
            let features = features(found, place, Some(*judgement));
            // A translation may have lost what the question turns on.
            let lost = found.translated && leaves_out(found, place, &features);
            at.uncertain(model.probability(&features), lost || says_no(*judgement))
        });
        doubted(likely, found, place, at)
    });
    assessed.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    Some(Verdict { assessed, thresholds: calibration.judged_thresholds, judged: true })
}

/// The judge's figures for the best hits, `most` at most.
pub(super) async fn ask(
    pipeline: &Pipeline,
    found: &Found,
    most: usize,
    question: &str,
    client: u64,
) -> Option<Vec<Judgement>> {
    if found.hits.is_empty() || !pipeline.engine_ready() {
        return None;
    }
    pipeline
        .settings
        .judge
        .ask(
            pipeline.engine.as_ref(),
            found.hits.iter().take(most).map(|hit| hit.entry.as_ref()),
            &found.understood(question),
            ClientKey(client),
        )
        .await
}

/// `from` is where being quoted begins to matter: under it nobody looks.
fn assessed(found: &Found, from: f32, probability: impl Fn(usize) -> f32) -> Vec<Assessed> {
    found
        .hits
        .iter()
        .enumerate()
        .map(|(place, hit)| {
            let probability = probability(place);
            let quoted = probability >= from
                && !same_words(found, place)
                && asks_less_than_a_price(found, place);
            Assessed { entry: Arc::clone(&hit.entry), probability, quoted }
        })
        .collect()
}
