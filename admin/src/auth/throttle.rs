//! Tries to sign in, per person and address and per address alone: some are
//! free, then a growing wait. A try counts before its password is looked at,
//! so that many at once get no more than a few one after another. Pure but for
//! the lock; time is an argument. The table is bounded.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Free tries for one person from one address. Somebody else's tries from
/// elsewhere never keep a person out.
const FREE_FOR_PERSON: u32 = 5;
/// Free tries from one address, whoever they are for: a whole office may sit
/// behind it.
const FREE_FOR_ADDRESS: u32 = 30;
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// Tries older than this are forgotten.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);
const MAX_KEYS: usize = 10_000;
/// Longest part of an e-mail that is kept, in characters.
const MAX_EMAIL_CHARS: usize = 200;

/// Tries that have not succeeded.
#[derive(Debug, Default)]
pub struct Throttle {
    // A std lock: held for a few map accesses, never across an await.
    tries: Mutex<HashMap<Key, Tries>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Person(String, IpAddr),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    count: u32,
    last: Timestamp,
}

impl Throttle {
    /// Counts a try, or says how long to wait before the next one.
    ///
    /// # Errors
    /// The remaining wait; then the try does not count.
    pub fn begin(
        &self,
        email: &str,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), SignedDuration> {
        let mut tries = self.lock();
        let keys = [person(email, address), Key::Address(address)];
        let waits = keys.iter().filter_map(|key| tries.get(key).map(|of| of.wait(key, now)));
        let wait = waits.max().unwrap_or(SignedDuration::ZERO);
        if wait > SignedDuration::ZERO {
            return Err(wait);
        }
        if tries.len() >= MAX_KEYS {
            tries.retain(|key, of| of.wait(key, now) > SignedDuration::ZERO);
        }
        for key in keys {
            if tries.len() < MAX_KEYS || tries.contains_key(&key) {
                let of = tries.entry(key).or_insert(Tries { count: 0, last: now });
                let before = if of.is_forgotten(now) { 0 } else { of.count };
                *of = Tries { count: before.saturating_add(1), last: now };
            }
        }
        Ok(())
    }

    /// Forgets the tries of somebody who got in.
    pub fn succeeded(&self, email: &str, address: IpAddr) {
        self.take_back(email, address);
        self.lock().remove(&person(email, address));
    }

    /// Takes back a try whose password was never looked at.
    pub fn take_back(&self, email: &str, address: IpAddr) {
        let mut tries = self.lock();
        for key in [person(email, address), Key::Address(address)] {
            if let Some(of) = tries.get_mut(&key) {
                of.count = of.count.saturating_sub(1);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Tries>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn person(email: &str, address: IpAddr) -> Key {
    Key::Person(email.chars().take(MAX_EMAIL_CHARS).collect(), address)
}

impl Tries {
    /// What is left to wait; zero when a try is allowed.
    fn wait(self, key: &Key, now: Timestamp) -> SignedDuration {
        let free = match key {
            Key::Person(..) => FREE_FOR_PERSON,
            Key::Address(_) => FREE_FOR_ADDRESS,
        };
        if self.count < free || self.is_forgotten(now) {
            return SignedDuration::ZERO;
        }
        let doublings = (self.count - free).min(10);
        let whole = SignedDuration::from_secs(5 << doublings).min(LONGEST_WAIT);
        (whole - now.duration_since(self.last)).max(SignedDuration::ZERO)
    }

    fn is_forgotten(self, now: Timestamp) -> bool {
        now.duration_since(self.last) >= MEMORY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
    const LEA: &str = "lea@firme.example";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn wait(seconds: i64) -> Result<(), SignedDuration> {
        Err(SignedDuration::from_secs(seconds))
    }

    #[test]
    fn five_tries_are_free_then_the_wait_grows_and_success_forgets() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.begin(LEA, HOME, at(0)), Ok(()), "before any result is known");
        }
        assert_eq!(throttle.begin(LEA, HOME, at(0)), wait(5));
        assert_eq!(throttle.begin(LEA, HOME, at(2)), wait(3), "a refused try does not count");
        assert_eq!(throttle.begin(LEA, HOME, at(5)), Ok(()));
        assert_eq!(throttle.begin(LEA, HOME, at(5)), wait(10));
        throttle.succeeded(LEA, HOME);
        assert_eq!(throttle.begin(LEA, HOME, at(5)), Ok(()));
    }

    #[test]
    fn tries_from_elsewhere_keep_nobody_out() {
        let throttle = Throttle::default();
        while throttle.begin(LEA, ELSEWHERE, at(0)).is_ok() {}
        assert_eq!(throttle.begin(LEA, HOME, at(0)), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_everybody_but_those_who_get_in_cost_nothing() {
        let throttle = Throttle::default();
        for n in 0..100 {
            let somebody = format!("{n}@firme.example");
            assert_eq!(throttle.begin(&somebody, HOME, at(0)), Ok(()), "{n}");
            throttle.succeeded(&somebody, HOME);
        }
        let tried = (0..100)
            .filter(|n| throttle.begin(&format!("{n}@autre.example"), ELSEWHERE, at(0)).is_ok());
        assert_eq!(tried.count(), 30);
        assert_eq!(throttle.begin(LEA, ELSEWHERE, at(3_600)), Ok(()), "an hour later");
    }
}
