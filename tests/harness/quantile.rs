//! Reading times.

use std::time::Duration;

/// The value that a share of all values does not exceed.
///
/// # Panics
/// When there are none.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a short list"
)]
pub fn quantile(values: &[Duration], share: f64) -> Duration {
    let mut values = values.to_vec();
    values.sort_unstable();
    let place = ((values.len() - 1) as f64 * share).round() as usize;
    values[place]
}
