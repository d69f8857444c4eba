//! How far an indexing is, for people who wait for it. It must never hold one
//! up: whoever looks gets the last number told.

use std::sync::atomic::{AtomicU8, Ordering};

/// Told while nothing runs.
const IDLE: u8 = u8::MAX;

/// The percent of the running indexing. When two sites are indexed at once,
/// the one that told last is shown.
#[derive(Debug)]
pub(super) struct Gauge(AtomicU8);

impl Default for Gauge {
    fn default() -> Self {
        Self(AtomicU8::new(IDLE))
    }
}

impl Gauge {
    /// The percent done; `None` while nothing is indexed.
    pub(super) fn percent(&self) -> Option<u8> {
        Some(self.0.load(Ordering::Relaxed)).filter(|percent| *percent != IDLE)
    }

    /// Begins an indexing, which ends when the guard is dropped: it may fail
    /// or be given up at any point.
    pub(super) fn begin(&self) -> Running<'_> {
        let running = Running(&self.0);
        running.at(0, 1);
        running
    }
}

/// An indexing in progress.
pub(super) struct Running<'a>(&'a AtomicU8);

impl Running<'_> {
    /// Tells that `done` of `total` texts are embedded.
    pub(super) fn at(&self, done: usize, total: usize) {
        let percent = (done.saturating_mul(100) / total.max(1)).min(100);
        self.0.store(u8::try_from(percent).unwrap_or(100), Ordering::Relaxed);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Gauge;

    #[test]
    fn a_number_is_told_exactly_while_something_runs() {
        let gauge = Gauge::default();
        assert_eq!(gauge.percent(), None);
        let running = gauge.begin();
        assert_eq!(gauge.percent(), Some(0));
        running.at(1, 3);
        assert_eq!(gauge.percent(), Some(33));
        // A site without a text, and one that grew while it was read.
        running.at(0, 0);
        assert_eq!(gauge.percent(), Some(0));
        running.at(7, 3);
        assert_eq!(gauge.percent(), Some(100));
        drop(running);
        assert_eq!(gauge.percent(), None);
    }
}
