//! Fitting the coefficients on labelled results.

use super::calibration::{CurvePoint, Logistic};

/// One labelled observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Features of the entry that would be shown.
    pub features: Vec<f32>,
    /// Whether it is the right one.
    pub right: bool,
    /// How much the observation counts.
    pub weight: f32,
}

/// Steps of gradient descent; far more than needed, still milliseconds.
const STEPS: usize = 4_000;
const RATE: f32 = 0.5;
/// Pull towards small weights, per unit of sample weight.
const RIDGE: f32 = 0.01;

/// Fits a logistic model by gradient descent with a ridge penalty.
#[must_use]
pub fn fit(names: &[&str], samples: &[Sample]) -> Logistic {
    let size = names.len();
    let total: f32 = samples.iter().map(|s| s.weight).sum::<f32>().max(1e-6);
    let moment = |read: &dyn Fn(&Sample, usize) -> f32| -> Vec<f32> {
        (0..size)
            .map(|i| samples.iter().map(|s| s.weight * read(s, i)).sum::<f32>() / total)
            .collect()
    };
    let mean = moment(&|s, i| s.features[i]);
    let spread: Vec<f32> = moment(&|s, i| (s.features[i] - mean[i]).powi(2))
        .into_iter()
        .map(|v| v.sqrt().max(1e-6))
        .collect();
    let rows: Vec<Vec<f32>> = samples
        .iter()
        .map(|s| (0..size).map(|i| (s.features[i] - mean[i]) / spread[i]).collect())
        .collect();
    let (mut weights, mut bias) = (vec![0.0_f32; size], 0.0_f32);
    for _ in 0..STEPS {
        let (mut slope, mut lift) = (vec![0.0_f32; size], 0.0_f32);
        for (row, sample) in rows.iter().zip(samples) {
            let sum: f32 = row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f32>() + bias;
            let guess = 1.0 / (1.0 + (-sum).exp());
            let error = sample.weight * (guess - f32::from(u8::from(sample.right)));
            lift += error;
            for (s, x) in slope.iter_mut().zip(row) {
                *s += error * x;
            }
        }
        for (w, s) in weights.iter_mut().zip(&slope) {
            *w -= RATE * (s / total + RIDGE * *w);
        }
        bias -= RATE * lift / total;
    }
    Logistic { names: names.iter().map(|n| (*n).to_owned()).collect(), mean, spread, weights, bias }
}

/// The curve of answered against wrong share. Thresholds from 0 to 0.98.
#[must_use]
pub fn curve(model: &Logistic, samples: &[Sample]) -> Vec<CurvePoint> {
    let scored: Vec<(f32, bool, f32)> =
        samples.iter().map(|s| (model.probability(&s.features), s.right, s.weight)).collect();
    points(&scored)
}

/// The same for predictions, as `(probability, right, weight)`.
#[must_use]
pub fn points(scored: &[(f32, bool, f32)]) -> Vec<CurvePoint> {
    let total: f32 = scored.iter().map(|s| s.2).sum::<f32>().max(1e-6);
    (0..50_u8)
        .map(|step| {
            let threshold = f32::from(step) * 0.02;
            let shown = scored.iter().filter(|s| s.0 >= threshold);
            let (mut answered, mut wrong) = (0.0, 0.0);
            for (_, right, weight) in shown {
                answered += weight;
                if !right {
                    wrong += weight;
                }
            }
            CurvePoint {
                threshold,
                answered: answered / total,
                wrong: if answered > 0.0 { wrong / answered } else { 0.0 },
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Sample, curve, fit};

    #[test]
    fn a_separable_set_is_separated_and_the_curve_falls() {
        let samples: Vec<Sample> = (0..40_u8)
            .map(|i| Sample {
                features: vec![f32::from(i), f32::from(i % 3)],
                right: i >= 20,
                weight: 1.0,
            })
            .collect();
        let model = fit(&["a", "b"], &samples);
        assert!(model.probability(&[39.0, 1.0]) > 0.9);
        assert!(model.probability(&[0.0, 1.0]) < 0.1);
        let curve = curve(&model, &samples);
        assert!(curve[0].wrong > 0.4 && curve[40].wrong < 0.05);
        assert!(curve[0].answered >= curve[40].answered);
    }

    #[test]
    fn another_number_of_features_is_no_confidence() {
        let model = fit(&["a"], &[]);
        assert!(model.probability(&[1.0, 2.0]).abs() < f32::EPSILON);
        assert!(model.probability(&[f32::NAN]).abs() < f32::EPSILON);
    }
}
