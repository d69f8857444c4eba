//! The latest of a series of times, and how they spread.

use std::collections::VecDeque;
use std::time::Duration;

use crate::Latency;

/// Times looked at; older ones say little about now.
const KEPT: usize = 256;

/// The latest times.
#[derive(Debug, Default)]
pub(super) struct Latest(VecDeque<Duration>);

impl Latest {
    /// Adds one.
    pub(super) fn note(&mut self, time: Duration) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(time);
    }

    /// How they spread.
    pub(super) fn latency(&self) -> Latency {
        let mut times: Vec<Duration> = self.0.iter().copied().collect();
        times.sort_unstable();
        let share = |percent: usize| {
            let last = times.len().saturating_sub(1);
            times.get((times.len() * percent / 100).min(last)).copied().unwrap_or_default()
        };
        Latency { count: times.len(), p50: share(50), p95: share(95) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slow_end_of_the_latest_times() {
        let mut latest = Latest::default();
        assert_eq!(latest.latency(), Latency::default());
        for millis in (1..=400).rev() {
            latest.note(Duration::from_millis(millis));
        }
        let found = latest.latency();
        assert_eq!(found.count, KEPT);
        assert_eq!((found.p50.as_millis(), found.p95.as_millis()), (129, 244));
    }
}
