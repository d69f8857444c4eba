//! How many durable commits a backend makes in a second.

use crate::world::{World, says};
use comptoir_storage::Storage;
use futures::future::join_all;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitRate {
    /// Committers at once, each in a conversation of its own.
    pub committers: u32,
    /// Commits of one visitor message made by all of them.
    pub commits: u32,
    /// From the first commit's start to the last one's end.
    pub total: Duration,
    /// Time of one commit, half of them.
    pub p50: Duration,
    /// Time of one commit, ninety-nine in a hundred.
    pub p99: Duration,
}

impl fmt::Display for CommitRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = f64::from(self.commits) / self.total.as_secs_f64();
        write!(
            f,
            "{} at once: {rate:.0} commits/s, p50 {:.2} ms, p99 {:.2} ms",
            self.committers,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3,
        )
    }
}

/// Measures `committers` visitors who each write `each` messages.
///
/// # Panics
/// When a commit fails, or an acknowledged message is not stored.
pub async fn commit_rate(storage: Arc<dyn Storage>, committers: u32, each: u32) -> CommitRate {
    let world = World::new(&storage).await;
    let mut keys = Vec::new();
    for _ in 0..committers {
        keys.push(world.begin(0).await.key);
    }
    let start = Instant::now();
    let times = join_all(keys.iter().map(|key| async {
        let mut times = Vec::new();
        for number in 0..each {
            let text = format!("Bonjour, ma chaudière affiche le code {number}.");
            let commit = {
                let stored = world.stored(*key).await;
                let events = vec![says(&text)];
                comptoir_storage::model::Commit { events, ..crate::world::commit_on(&stored, 1) }
            };
            let begun = Instant::now();
            world.storage.commit(&commit).await.expect("committed");
            times.push(begun.elapsed());
        }
        times
    }))
    .await;
    let total = start.elapsed();
    for key in &keys {
        assert_eq!(world.stored(*key).await.last_seq.0, u64::from(each), "messages stored");
    }
    let mut times: Vec<Duration> = times.into_iter().flatten().collect();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    CommitRate { committers, commits: committers * each, total, p50: at(50), p99: at(99) }
}
