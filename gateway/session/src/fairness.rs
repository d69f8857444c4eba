//! Token buckets per key: how much one visitor or address may ask.
//!
//! Pure but for the lock: time is an argument. The table is bounded; the key
//! unused longest is forgotten first, which can only be generous.

use lru::LruCache;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many tokens fit into a bucket, and how quickly they come back.
#[derive(Debug, Clone, Copy)]
struct Rate {
    capacity: f64,
    per_second: f64,
}

impl Rate {
    fn per_minute(per_minute: u32) -> Self {
        let capacity = f64::from(per_minute.max(1));
        Self { capacity, per_second: capacity / 60.0 }
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + elapsed * rate.per_second).min(rate.capacity);
        self.at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / rate.per_second))
    }
}

/// One bucket per key.
#[derive(Debug)]
pub struct Buckets<K: Hash + Eq> {
    rate: Rate,
    // A std lock: held for a few arithmetic operations, never across an await.
    table: Mutex<LruCache<K, Bucket>>,
}

impl<K: Hash + Eq> Buckets<K> {
    /// Buckets that hold `per_minute` tokens and refill at that rate, for at
    /// most `keys` keys.
    #[must_use]
    pub fn per_minute(per_minute: u32, keys: NonZeroUsize) -> Self {
        Self { rate: Rate::per_minute(per_minute), table: Mutex::new(LruCache::new(keys)) }
    }

    /// Takes one token, or says how long until there is one.
    ///
    /// # Errors
    /// The time until the key has a token again.
    pub fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut table = self.table.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let full = Bucket { tokens: self.rate.capacity, at: now };
        table.get_or_insert_mut(key, || full).take(self.rate, now)
    }
}

/// A single bucket, for something that has an owner already.
#[derive(Debug)]
pub struct Allowance {
    rate: Rate,
    bucket: Bucket,
}

impl Allowance {
    /// A full bucket of `per_minute` tokens that refills at that rate.
    #[must_use]
    pub fn per_minute(per_minute: u32, now: Instant) -> Self {
        let rate = Rate::per_minute(per_minute);
        Self { rate, bucket: Bucket { tokens: rate.capacity, at: now } }
    }

    /// Whether there was a token to take.
    pub fn take(&mut self, now: Instant) -> bool {
        self.bucket.take(self.rate, now).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(per_minute: u32) -> Buckets<&'static str> {
        Buckets::per_minute(per_minute, NonZeroUsize::new(2).unwrap())
    }

    #[test]
    fn a_burst_is_allowed_then_refused_then_refilled() {
        let (buckets, start) = (buckets(6), Instant::now());
        for _ in 0..6 {
            assert!(buckets.take("a", start).is_ok());
        }
        let wait = buckets.take("a", start).unwrap_err();
        assert!(wait <= Duration::from_secs(10) && wait > Duration::from_secs(9));
        assert!(buckets.take("a", start + wait + Duration::from_millis(1)).is_ok());
    }

    #[test]
    fn an_allowance_is_a_bucket_of_its_own() {
        let start = Instant::now();
        let mut allowance = Allowance::per_minute(2, start);
        assert!(allowance.take(start) && allowance.take(start) && !allowance.take(start));
        assert!(allowance.take(start + Duration::from_secs(31)));
    }

    #[test]
    fn keys_do_not_share() {
        let (buckets, now) = (buckets(1), Instant::now());
        assert!(buckets.take("a", now).is_ok());
        assert!(buckets.take("a", now).is_err());
        assert!(buckets.take("b", now).is_ok());
    }

    #[test]
    fn the_table_is_bounded_and_forgets_the_oldest() {
        let (buckets, now) = (buckets(1), Instant::now());
        for key in ["a", "b", "c"] {
            assert!(buckets.take(key, now).is_ok());
        }
        assert!(buckets.take("a", now).is_ok(), "forgotten, hence full again");
    }
}
