//! Visitors first: what owners and the house ask of pipeline and model waits
//! until no visitor is being answered, and steps back when one comes.
//!
//! The answerer counts visitors while their answers last. Work that steps back
//! is dropped, which frees its place in the engine at once, and begins anew; it
//! must never keep a visitor waiting for longer than a step of the engine.

use std::time::Duration;
use tokio::sync::watch;

/// How often work steps back before it is carried through.
const STEPS_BACK: usize = 3;

/// Longest wait for a quiet moment; on a busy day work goes on beside visitors,
/// at most one question at a time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Visitors who are being answered now. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Visitors(watch::Sender<usize>);

impl Default for Visitors {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// One visitor's answer; it ends when this is dropped.
#[derive(Debug)]
pub struct Served(watch::Sender<usize>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Visitors {
    /// A visitor's answer begins.
    #[must_use]
    pub fn serve(&self) -> Served {
        self.0.send_modify(|count| *count += 1);
        Served(self.0.clone())
    }

    /// Does `work` behind visitors.
    pub async fn behind<T, F: Future<Output = T>>(&self, work: impl FnMut() -> F) -> T {
        self.behind_within(PATIENCE, work).await
    }

    async fn behind_within<T, F: Future<Output = T>>(
        &self,
        patience: Duration,
        mut work: impl FnMut() -> F,
    ) -> T {
        let mut count = self.0.subscribe();
        for _ in 0..STEPS_BACK {
            let quiet = count.wait_for(|count| *count == 0);
            if tokio::time::timeout(patience, quiet).await.is_err() {
                break;
            }
            tokio::select! {
                done = work() => return done,
                _ = count.wait_for(|count| *count > 0) => {}
            }
        }
        work().await
    }
}

#[cfg(test)]
mod tests {
    use super::Visitors;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test]
    async fn work_begins_when_nobody_is_being_answered() {
        let visitors = Visitors::default();
        let served = visitors.serve();
        let begun = AtomicUsize::new(0);
        let work = visitors.behind(|| async { begun.fetch_add(1, Ordering::Relaxed) });
        tokio::pin!(work);
        assert!(futures::poll!(&mut work).is_pending());
        assert_eq!(begun.load(Ordering::Relaxed), 0);
        drop(served);
        work.await;
        assert_eq!(begun.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn work_steps_back_for_a_visitor_and_begins_anew() {
        let visitors = Visitors::default();
        let (begun, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let gate = tokio::sync::Notify::new();
        let work = visitors.behind(|| async {
            begun.fetch_add(1, Ordering::Relaxed);
            gate.notified().await;
            done.fetch_add(1, Ordering::Relaxed);
        });
        tokio::pin!(work);
        assert!(futures::poll!(&mut work).is_pending());
        let served = visitors.serve();
        assert!(futures::poll!(&mut work).is_pending());
        gate.notify_one();
        assert!(futures::poll!(&mut work).is_pending());
        assert_eq!(done.load(Ordering::Relaxed), 0, "it stepped back");
        drop(served);
        work.await;
        assert_eq!((begun.load(Ordering::Relaxed), done.load(Ordering::Relaxed)), (2, 1));
    }

    #[tokio::test]
    async fn on_a_busy_day_work_is_done_all_the_same() {
        let visitors = Visitors::default();
        let _served = visitors.serve();
        assert_eq!(visitors.behind_within(Duration::ZERO, || async { 7 }).await, 7);
    }
}
