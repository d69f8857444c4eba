//! What follows a failed attempt.

use comptoir_storage::model::{Failure, Settlement};
use jiff::{SignedDuration, Timestamp};

/// After so many attempts, about five hours, it failed for good.
pub const MOST_ATTEMPTS: u32 = 15;

/// A server that stumbled is tried again soon.
const FIRST: SignedDuration = SignedDuration::from_secs(2);

/// A server that is away is not asked more often than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Again,
    Never,
}

fn verdict(failure: Failure) -> Verdict {
    match failure {
        Failure::Unreachable | Failure::Failed => Verdict::Again,
        Failure::NotConfigured | Failure::NoAddress | Failure::Refused => Verdict::Never,
    }
}

/// What follows attempt number `attempts` that failed at `now`: another one,
/// twice as late as the one before and spread by `random` (0 to 1), so that
/// many do not come back at once; or none. A server that names a time is not
/// asked `before` it.
#[must_use]
pub fn after(
    failure: Failure,
    attempts: u32,
    now: Timestamp,
    before: Option<Timestamp>,
    random: f64,
) -> Settlement {
    if attempts >= MOST_ATTEMPTS || verdict(failure) == Verdict::Never {
        return Settlement::Dead { failure };
    }
    let doublings = attempts.saturating_sub(1).min(16);
    let delay = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let spread = delay.as_secs_f64() * (0.5 + random.clamp(0.0, 1.0));
    let delay = SignedDuration::try_from_secs_f64(spread).unwrap_or(LONGEST);
    let at = now.checked_add(delay).unwrap_or(Timestamp::MAX);
    // A server's word counts, but not for days.
    let latest = now.checked_add(LONGEST).unwrap_or(Timestamp::MAX);
    let at = before.map_or(at, |before| at.max(before.min(latest)));
    Settlement::Retry { at, failure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn delay(attempts: u32, random: f64) -> Option<f64> {
        match after(Failure::Unreachable, attempts, Timestamp::UNIX_EPOCH, None, random) {
            Settlement::Retry { at, .. } => {
                Some(at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64())
            }
            Settlement::Done | Settlement::Postpone { .. } | Settlement::Dead { .. } => None,
        }
    }

    #[test]
    fn the_first_retry_is_soon_and_all_of_them_last_hours() {
        assert_eq!(delay(1, 0.5), Some(2.0));
        let total: f64 = (1..MOST_ATTEMPTS).filter_map(|attempt| delay(attempt, 0.5)).sum();
        assert!((3.0..6.0).contains(&(total / 3_600.0)), "{total} s");
        assert_eq!(delay(MOST_ATTEMPTS, 0.5), None);
    }

    #[test]
    fn what_no_second_attempt_can_mend_is_over_at_once() {
        for failure in [Failure::Refused, Failure::NoAddress, Failure::NotConfigured] {
            let settled = after(failure, 1, Timestamp::UNIX_EPOCH, None, 0.5);
            assert_eq!(settled, Settlement::Dead { failure });
        }
    }

    #[test]
    fn a_server_may_ask_for_time_but_not_for_days() {
        let at = |seconds| {
            let before = Timestamp::from_second(seconds).ok();
            let settled = after(Failure::Unreachable, 1, Timestamp::UNIX_EPOCH, before, 0.5);
            let Settlement::Retry { at, .. } = settled else { panic!("{settled:?}") };
            at.as_second()
        };
        assert_eq!((at(1), at(30), at(1_000_000)), (2, 30, 3_600));
    }

    proptest! {
        #[test]
        fn retries_come_later_each_time_and_spread(attempt in 1..MOST_ATTEMPTS, random in 0.0..1.0f64) {
            let (soonest, this, latest) =
                (delay(attempt, 0.0).unwrap(), delay(attempt, random).unwrap(), delay(attempt, 1.0).unwrap());
            prop_assert!(soonest <= this && this <= latest);
            prop_assert!(latest <= 1.5 * 3_600.0 && soonest >= 1.0);
            if let Some(next) = delay(attempt + 1, random) {
                prop_assert!(next >= this);
            }
        }
    }
}
