//! Does the best entry answer the question? Measured features, turned into a
//! probability by coefficients that were fitted on labelled questions.
//!
//! A found entry goes in, a number between 0 and 1 comes out, or "never
//! calibrated". Thresholds belong to the embedder they were fitted with; this
//! module must never apply one model's coefficients to another.

mod calibration;
mod elsewhere;
mod features;
mod fit;
mod judge;
mod price;
mod same;
mod veto;

pub use calibration::{Calibration, CurvePoint, Logistic, Thresholds};
pub use elsewhere::points_elsewhere;
pub use features::{FAST, JUDGED, features};
pub use fit::{Sample, curve, fit, points};
pub use judge::{Judge, Judgement};
pub use price::asks_less_than_a_price;
pub use same::same_words;
pub(crate) use same::sorted;
pub use veto::{leaves_out, says_no};
