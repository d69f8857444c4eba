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
    pub fn access_changed(&self) {
        self.access.notify_waiters();
    }

    /// Waits until it is time to look again whether somebody may still see an
    /// open stream: at a change of access, and `every` so often.
    pub(crate) async fn look_again(&self, every: Duration) {
        drop(tokio::time::timeout(every, self.access.notified()).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    async fn at_once(waiting: impl Future<Output = ()>) {
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("long before");
    }

    #[tokio::test]
    async fn access_is_looked_at_again_by_itself() {
        at_once(Door::new(false).look_again(Duration::from_millis(1))).await;
    }

    #[tokio::test]
    async fn a_change_of_access_is_looked_at_at_once() {
        let door = Door::new(false);
        let change = async { door.access_changed() };
        at_once(async {
            tokio::join!(biased; door.look_again(LONG), change);
        })
        .await;
    }
}
