//! Hashing of passwords, a few at a time: each takes 19 MB and tens of
//! milliseconds of a core, so that strangers could drain both.

use std::sync::Arc;
use tokio::sync::Semaphore;

/// Passwords hashed at the same time.
const AT_ONCE: usize = 2;

/// Requests that may be hashing or waiting for it.
const PLACES: usize = 32;

/// All places are taken: try again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being hashed")]
pub struct Busy;

/// The few who may hash, and a short queue.
#[derive(Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
    hands: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), hands: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Hashing {
    /// Runs a job off the async threads when its turn comes.
    ///
    /// # Errors
    /// `Busy` when the queue is full, or the job panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Busy)?;
        let hand = Arc::clone(&self.hands).acquire_owned().await.map_err(|_| Busy)?;
        let work = move || {
            let done = job();
            // Held by the work, not by the request: one given up still costs.
            drop((place, hand));
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn two_work_at_once_and_a_full_queue_says_busy() {
        let hashing = Hashing::default();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs = (0..PLACES + 8).map(|_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            hashing.run(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(std::time::Duration::from_millis(2));
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        let done = join_all(jobs).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), PLACES);
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert_eq!(hashing.run(|| 7).await, Ok(7), "places come back");
    }
}
