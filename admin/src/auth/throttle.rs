//! Failed sign-ins per e-mail: five, then a growing wait. Pure but for the
//! lock; time is an argument. The table is bounded.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const FREE_TRIES: u32 = 5;
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
const MAX_KEYS: usize = 10_000;

/// Failed sign-ins.
#[derive(Debug, Default)]
pub struct Throttle {
    // A std lock: held for a map access, never across an await.
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Throttle {
    /// Whether a try is allowed now, or how long to wait.
    ///
    /// # Errors
    /// The remaining wait.
    pub fn allow(&self, email: &str, now: Timestamp) -> Result<(), SignedDuration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(&(count, last)) = failures.get(email) else {
            return Ok(());
        };
        let wait = wait_after(count);
        let passed = now.duration_since(last);
        if passed >= wait { Ok(()) } else { Err(wait - passed) }
    }

    /// Notes a failed try.
    pub fn failed(&self, email: &str, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_KEYS {
            failures.retain(|_, (count, last)| now.duration_since(*last) < wait_after(*count));
        }
        if failures.len() < MAX_KEYS || failures.contains_key(email) {
            let entry = failures.entry(email.to_owned()).or_insert((0, now));
            *entry = (entry.0.saturating_add(1), now);
        }
    }

    /// Forgets the failures of somebody who got in.
    pub fn succeeded(&self, email: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
    }
}

fn wait_after(count: u32) -> SignedDuration {
    if count < FREE_TRIES {
        return SignedDuration::ZERO;
    }
    let doublings = (count - FREE_TRIES).min(10);
    SignedDuration::from_secs(5 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_then_the_wait_grows_and_success_forgets() {
        let (throttle, now) = (Throttle::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..5 {
            assert!(throttle.allow("a@b.example", now).is_ok());
            throttle.failed("a@b.example", now);
        }
        assert_eq!(throttle.allow("a@b.example", now), Err(SignedDuration::from_secs(5)));
        assert!(throttle.allow("c@d.example", now).is_ok());
        throttle.failed("a@b.example", now);
        assert_eq!(throttle.allow("a@b.example", now), Err(SignedDuration::from_secs(10)));
        throttle.succeeded("a@b.example");
        assert!(throttle.allow("a@b.example", now).is_ok());
    }
}
