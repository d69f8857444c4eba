//! Waiting with a deadline.

use std::future::Future;
use std::time::Duration;

/// Between two looks at something that does not tell when it changes.
const BEAT: Duration = Duration::from_millis(20);

/// Waits for a future, at most this long.
///
/// # Panics
/// When the time is over; `what` says what did not happen.
pub async fn within<F: Future>(limit: Duration, what: &str, future: F) -> F::Output {
    match tokio::time::timeout(limit, future).await {
        Ok(output) => output,
        Err(_) => panic!("this did not happen within {limit:?}: {what}"),
    }
}

/// Looks again and again until there is something; for what has no event of
/// its own, such as a port that opens or a page of another process.
///
/// # Panics
/// When the time is over; `what` says what did not happen.
pub async fn until<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        let mut beat = tokio::time::interval(BEAT);
        loop {
            beat.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    within(limit, what, looking).await
}
