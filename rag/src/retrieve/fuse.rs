//! One score from many signals: each is standardised over the candidates of
//! the question, then weighed and added. Ranks alone would forget by how much
//! an entry is ahead.

use super::legs::Signals;
use super::settings::RetrievalSettings;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A weight and the signal it belongs to.
type Weighed = (f32, fn(&Signals) -> f32);

/// The fused score of every candidate.
pub(super) fn fuse(
    settings: &RetrievalSettings,
    scored: &BTreeMap<Uuid, Signals>,
) -> BTreeMap<Uuid, f32> {
    let signals: [Weighed; 5] = [
        (settings.dense_question, |s| s.dense_question_net),
        (settings.dense_whole, |s| s.dense_whole),
        (settings.lexical_head, |s| s.lexical_head),
        (settings.lexical_all, |s| s.lexical_all),
        (settings.words, |s| s.words),
    ];
    let mut out: BTreeMap<Uuid, f32> = scored.keys().map(|id| (*id, 0.0)).collect();
    for (weight, read) in signals {
        let values: Vec<f32> = scored.values().map(read).collect();
        let standard = standardise(&values);
        for (total, value) in out.values_mut().zip(standard) {
            *total += weight * value;
        }
    }
    out
}

/// Adds the scores of an earlier turn. Signals of candidates that only the
/// earlier turn found are kept.
pub(super) fn add(
    scored: &mut BTreeMap<Uuid, Signals>,
    fused: &mut BTreeMap<Uuid, f32>,
    more: BTreeMap<Uuid, Signals>,
    extra: &BTreeMap<Uuid, f32>,
    weight: f32,
) {
    let lowest = fused.values().copied().fold(0.0, f32::min);
    for (id, signals) in more {
        scored.entry(id).or_insert(signals);
        let own = fused.entry(id).or_insert(lowest);
        *own += weight * extra.get(&id).copied().unwrap_or(0.0);
    }
}

fn standardise(values: &[f32]) -> Vec<f32> {
    let count = f32::from(u16::try_from(values.len()).unwrap_or(u16::MAX)).max(1.0);
    let mean = values.iter().sum::<f32>() / count;
    let spread = (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count).sqrt();
    values.iter().map(|v| if spread > 1e-6 { (v - mean) / spread } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::standardise;

    #[test]
    fn a_leg_without_differences_says_nothing() {
        assert_eq!(standardise(&[0.3, 0.3]), [0.0, 0.0]);
        assert!(standardise(&[]).is_empty());
        let z = standardise(&[1.0, 2.0, 3.0]);
        assert!((z[0] + z[2]).abs() < 1e-6 && z[2] > 1.0);
    }
}
