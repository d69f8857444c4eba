//! Whether steps take longer than they should, for so long that other work must be on the cores.
//! Pure: times are arguments.

use std::time::{Duration, Instant};

use crate::scheduler::Costs;

/// Steps that take this many times what they took in the trial are slow.
const SLOW: f32 = 1.5;
/// Steps before a verdict.
const STEPS: u32 = 24;
/// Between two trials.
const REST: Duration = Duration::from_secs(60);
/// After this long with fewer threads, more are tried again.
const HOPE: Duration = Duration::from_secs(300);

/// Watches the time of steps.
#[derive(Debug)]
pub(crate) struct Pace {
    costs: Costs,
    ratio: f32,
    steps: u32,
    tried: Instant,
    is_reduced: bool,
}

impl Pace {
    /// A watch that knows what steps took at `now`.
    pub(crate) fn new(costs: Costs, now: Instant) -> Self {
        Self { costs, ratio: 1.0, steps: 0, tried: now, is_reduced: false }
    }

    /// Hears of a step that writes.
    pub(crate) fn note(&mut self, width: usize, took: Duration) {
        let expected = self.costs.of(width).max(1.0);
        let ratio = took.as_secs_f32() * 1e6 / expected;
        self.ratio += 0.1 * (ratio.min(20.0) - self.ratio);
        self.steps = self.steps.saturating_add(1);
    }

    /// Whether another number of threads should be tried.
    pub(crate) fn wants_trial(&self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.tried);
        let is_slow = self.steps >= STEPS && self.ratio > SLOW;
        since >= REST && (is_slow || (self.is_reduced && since >= HOPE))
    }

    /// Hears of the outcome of a trial.
    pub(crate) fn tried(&mut self, is_reduced: bool, now: Instant) {
        (self.ratio, self.steps) = (1.0, 0);
        (self.tried, self.is_reduced) = (now, is_reduced);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(steps: u32, millis: u64) -> (Pace, Instant) {
        let start = Instant::now();
        let mut pace = Pace::new(Costs::new(vec![(1, 40_000.0)]), start);
        for _ in 0..steps {
            pace.note(1, Duration::from_millis(millis));
        }
        (pace, start)
    }

    #[test]
    fn steps_that_stay_slow_ask_for_a_trial_and_a_few_do_not() {
        let (slow, start) = after(40, 90);
        assert!(slow.wants_trial(start + REST));
        assert!(!slow.wants_trial(start + REST / 2), "the last trial was a moment ago");
        let (brief, start) = after(10, 90);
        assert!(!brief.wants_trial(start + REST));
        let (well, start) = after(100, 44);
        assert!(!well.wants_trial(start + REST));
    }

    #[test]
    fn what_was_given_up_is_tried_again_later() {
        let (mut pace, start) = after(40, 90);
        pace.tried(true, start + REST);
        assert!(!pace.wants_trial(start + REST + REST));
        assert!(pace.wants_trial(start + REST + HOPE));
        pace.tried(false, start + REST + HOPE);
        assert!(!pace.wants_trial(start + REST + HOPE + HOPE));
    }
}
