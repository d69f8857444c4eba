//! Fitting a head on labelled sentences.

use super::Need;
use super::head::{Head, shares};
use crate::confidence::CurvePoint;

/// An embedded sentence and what it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Unit length.
    pub vector: Vec<f32>,
    /// `None` for a question to the FAQ.
    pub need: Option<Need>,
}

/// A sentence as read by a head that was fitted without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Folded {
    /// Whether it needs a person.
    pub needs: bool,
    /// The probability given.
    pub probability: f32,
}

/// Steps of descent; the cost hardly moves after half of them.
const STEPS: usize = 400;
const RATE: f32 = 2.0;
/// How much of a step is carried into the next.
const CARRY: f32 = 0.9;
/// Pull towards small weights.
const RIDGE: f32 = 1e-4;
const FOLDS: usize = 5;

/// Fits weights and intercepts by gradient descent on the cross-entropy.
#[must_use]
pub fn fit(embedder: &str, examples: &[Example], threshold: f32) -> Head {
    let rows = Need::ALL.len() + 1;
    let width = examples.first().map_or(0, |e| e.vector.len());
    let share = 1.0 / f32::from(u16::try_from(examples.len().max(1)).unwrap_or(u16::MAX));
    let mut weights = vec![vec![0.0_f32; width]; rows];
    let mut bias = vec![0.0_f32; rows];
    let mut moved = weights.clone();
    let mut lifted = bias.clone();
    for _ in 0..STEPS {
        for (row, weights) in moved.iter_mut().zip(&weights) {
            for (step, weight) in row.iter_mut().zip(weights) {
                *step = CARRY * *step + RIDGE * weight;
            }
        }
        for step in &mut lifted {
            *step *= CARRY;
        }
        for example in examples {
            let right = row_of(example.need);
            let given = shares(&weights, &bias, &example.vector);
            for (at, given) in given.into_iter().enumerate() {
                let error = (given - f32::from(u8::from(at == right))) * share;
                lifted[at] += error;
                for (step, x) in moved[at].iter_mut().zip(&example.vector) {
                    *step += error * x;
                }
            }
        }
        for (row, steps) in weights.iter_mut().zip(&moved) {
            for (weight, step) in row.iter_mut().zip(steps) {
                *weight -= RATE * step;
            }
        }
        for (bias, step) in bias.iter_mut().zip(&lifted) {
            *bias -= RATE * step;
        }
    }
    let round = |x: f32| (x * 1_000.0).round() / 1_000.0;
    for weight in weights.iter_mut().flatten().chain(&mut bias) {
        *weight = round(*weight);
    }
    Head { embedder: embedder.to_owned(), threshold, curve: Vec::new(), bias, weights }
}

/// Reads every sentence with a head fitted on the other folds.
#[must_use]
pub fn folded(examples: &[Example]) -> Vec<Folded> {
    let mut out = Vec::with_capacity(examples.len());
    for fold in 0..FOLDS {
        let (left_out, kept): (Vec<_>, Vec<_>) =
            examples.iter().enumerate().partition(|(at, _)| at % FOLDS == fold);
        let kept: Vec<Example> = kept.into_iter().map(|(_, example)| example.clone()).collect();
        let head = fit("", &kept, 0.5);
        out.extend(left_out.into_iter().filter_map(|(_, example)| {
            let probability = head.read(&example.vector)?.probability;
            Some(Folded { needs: example.need.is_some(), probability })
        }));
    }
    out
}

impl Folded {
    /// Recall against false calls, by threshold from 0.05 to 0.95.
    #[must_use]
    pub fn curve(read: &[Self]) -> Vec<CurvePoint> {
        let share = |needs: bool, threshold: f32| {
            let of = read.iter().filter(|r| r.needs == needs);
            let called = of.clone().filter(|r| r.probability >= threshold).count();
            called as f32 / of.count().max(1) as f32
        };
        (1..20_u8)
            .map(|step| {
                let threshold = f32::from(step) * 0.05;
                CurvePoint {
                    threshold,
                    answered: share(true, threshold),
                    wrong: share(false, threshold),
                }
            })
            .collect()
    }
}

fn row_of(need: Option<Need>) -> usize {
    let found = Need::ALL.iter().position(|known| Some(*known) == need);
    found.unwrap_or(Need::ALL.len())
}

#[cfg(test)]
mod tests {
    use super::{Example, Folded, Need, fit, folded};

    fn examples() -> Vec<Example> {
        (0..60_u8)
            .map(|at| {
                let tilt = f32::from(at % 7) * 0.05;
                match at % 3 {
                    0 => Example { vector: vec![1.0, tilt, 0.0], need: Some(Need::Fire) },
                    1 => Example { vector: vec![tilt, 1.0, 0.0], need: Some(Need::Anger) },
                    _ => Example { vector: vec![0.0, tilt, 1.0], need: None },
                }
            })
            .collect()
    }

    #[test]
    fn separable_needs_are_told_apart() {
        let head = fit("e", &examples(), 0.5);
        let fire = head.read(&[1.0, 0.1, 0.0]).expect("a reading");
        assert!(fire.need == Need::Fire && fire.probability > 0.8);
        assert!(head.read(&[0.0, 0.0, 1.0]).expect("a reading").probability < 0.2);
        let curve = Folded::curve(&folded(&examples()));
        let middle = curve.iter().find(|p| (p.threshold - 0.5).abs() < 0.01).expect("a point");
        assert!(middle.answered > 0.95 && middle.wrong < 0.05);
    }
}
