//! When visitors come back after the counter closes.

use comptoir_protocol::ByeCode;
use prometheus_client::metrics::gauge::Gauge;
use std::sync::atomic::{AtomicI64, Ordering};

/// Soonest, in milliseconds.
const SOONEST: u32 = 500;

/// Asked at each goodbye: when to come back, in milliseconds. After a restart
/// all who were connected come at once, and it is told by how many there were
/// at most; whoever was too slow or silent comes alone.
pub(crate) fn returns(open: Gauge) -> impl Fn(ByeCode) -> u32 {
    let most = AtomicI64::new(0);
    move |code| {
        // The gauge falls while they leave.
        let now = open.get();
        let most = most.fetch_max(now, Ordering::Relaxed).max(now);
        let company = match code {
            ByeCode::Restart => most,
            ByeCode::TooSlow | ByeCode::Idle | ByeCode::Protocol => 0,
        };
        retry_ms(company, rand::random())
    }
}

/// Sooner than a person notices when few come; spread, some two hundred a
/// second, when many do. `dice` is in 0..1.
fn retry_ms(company: i64, dice: f64) -> u32 {
    let spread = u32::try_from(company.saturating_mul(5)).unwrap_or(0).clamp(500, 15_000);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 15000")]
    let later = (f64::from(spread) * dice.clamp(0.0, 1.0)) as u32;
    SOONEST + later
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_were_connected_the_wider_they_come_back() {
        assert_eq!((retry_ms(1, 0.0), retry_ms(1, 1.0)), (500, 1_000));
        assert_eq!(retry_ms(2_000, 1.0), 10_500);
        assert_eq!((retry_ms(-3, 1.0), retry_ms(2_000, f64::NAN)), (1_000, 500));
    }

    #[test]
    fn those_who_leave_first_and_last_are_spread_alike() {
        let open = Gauge::default();
        let when = returns(open.clone());
        open.set(3_000);
        when(ByeCode::Restart);
        open.set(1);
        let last = (0..200).map(|_| when(ByeCode::Restart)).max();
        assert!(last > Some(2_000), "{last:?}");
        assert!((0..200).all(|_| when(ByeCode::Idle) <= 1_000));
    }
}
