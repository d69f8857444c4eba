//! What all requests share at the door: who tried too often, who may hash,
//! and news of somebody's access.

use super::hashing::Hashing;
use super::throttle::Throttle;
use std::time::Duration;
use tokio::sync::Notify;

/// How often an open stream looks again whether its person may still see it:
/// the command line changes access in another process.
pub const RECHECK: Duration = Duration::from_secs(30);

/// One per process.
#[derive(Debug)]
pub struct Door {
    /// Slows down guessing of passwords.
    pub(crate) throttle: Throttle,
    /// Bounds what hashing may take.
    pub(crate) hashing: Hashing,
    /// Whether `X-Forwarded-For` of a proxy in front is believed.
    pub(crate) trust_proxy: bool,
    access: Notify,
}

impl Door {
    /// A door where nobody has tried yet.
    #[must_use]
    pub fn new(trust_proxy: bool) -> Self {
        Self {
            throttle: Throttle::default(),
            hashing: Hashing::default(),
            trust_proxy,
            access: Notify::new(),
        }
    }

    /// Somebody's access has ended: open streams look again.
    pub(crate) fn access_changed(&self) {
        self.access.notify_waiters();
    }

    /// Ends once `is_over` says so; asks at each change of access, and `every`
    /// so often.
    pub(crate) async fn access_over(&self, every: Duration, is_over: impl AsyncFn() -> bool) {
        loop {
            // Either way it is time to ask.
            drop(tokio::time::timeout(every, self.access.notified()).await);
            if is_over().await {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn access_is_looked_at_again_and_again() {
        let asked = Cell::new(0);
        let is_over = async || {
            asked.set(asked.get() + 1);
            asked.get() == 3
        };
        Door::new(false).access_over(Duration::from_millis(1), is_over).await;
        assert_eq!(asked.get(), 3);
    }

    #[tokio::test]
    async fn a_change_of_access_is_looked_at_at_once() {
        let door = Door::new(false);
        let over = door.access_over(Duration::from_secs(3_600), async || true);
        let change = async { door.access_changed() };
        let both = async { tokio::join!(biased; over, change) };
        tokio::time::timeout(Duration::from_secs(20), both).await.expect("at once");
    }
}
