//! How badly the world behaves at the moment, shared by its parts.

use crate::dice::Dice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A way in which a part is broken on purpose, to see that it is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// The disk says "written" before it is; a crash loses the latest.
    ForgetfulDisk,
    /// The disk keeps no client ids: a retry is stored again.
    NoIdempotence,
    /// The network hands a frame of the gateway over before an earlier one.
    Overtaking,
    /// The network loses frames while the connection goes on.
    Holes,
}

/// Odds, in thousandths, and times, in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct Odds {
    /// A read of the disk fails.
    pub read_fails: u64,
    /// A read of the disk takes its time.
    pub read_waits: u64,
    /// A commit fails and nothing is written.
    pub commit_fails: u64,
    /// A commit is written, and its answer is a failure.
    pub commit_lies: u64,
    /// Longest time of the disk.
    pub disk_ms: u64,
    /// Longest time of the network, one way.
    pub line_ms: u64,
    /// A frame arrives twice.
    pub twice: u64,
    /// An answer fails, hangs, breaks off or finds no room.
    pub answer_fails: u64,
}

impl Odds {
    /// Nothing goes wrong any more.
    pub(crate) fn calm() -> Self {
        Self {
            read_fails: 0,
            read_waits: 0,
            commit_fails: 0,
            commit_lies: 0,
            disk_ms: 2,
            line_ms: 10,
            twice: 0,
            answer_fails: 0,
        }
    }
}

struct Inner {
    dice: Dice,
    odds: Odds,
    now_ms: u64,
    clock_ms: i64,
}

/// Shared by store, answers, clock and lines. Everything runs on one thread;
/// the lock is only there because the ports ask for `Sync`.
#[derive(Clone)]
pub(crate) struct Weather {
    inner: Arc<Mutex<Inner>>,
    pub sabotage: Option<Sabotage>,
}

impl Weather {
    pub(crate) fn new(dice: Dice, odds: Odds, sabotage: Option<Sabotage>) -> Self {
        let inner = Inner { dice, odds, now_ms: 0, clock_ms: 0 };
        Self { inner: Arc::new(Mutex::new(inner)), sabotage }
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something of these odds happens.
    pub(crate) fn happens(&self, of: impl FnOnce(&Odds) -> u64) -> bool {
        let mut inner = self.locked();
        let odds = of(&inner.odds);
        inner.dice.chance(odds)
    }

    /// A time up to this one, in milliseconds.
    pub(crate) fn takes(&self, of: impl FnOnce(&Odds) -> u64) -> u64 {
        let mut inner = self.locked();
        let most = of(&inner.odds);
        inner.dice.below(most + 1)
    }

    pub(crate) fn roll(&self) -> u64 {
        self.locked().dice.roll()
    }

    pub(crate) fn change(&self, odds: Odds) {
        self.locked().odds = odds;
    }

    /// Milliseconds since the world began; never jumps.
    pub(crate) fn now_ms(&self) -> u64 {
        self.locked().now_ms
    }

    pub(crate) fn move_on(&self, ms: u64) {
        self.locked().now_ms += ms;
    }

    /// Somebody sets the machine's clock.
    pub(crate) fn jump(&self, ms: i64) {
        self.locked().clock_ms += ms;
    }

    /// What the machine's clock says, in milliseconds after its beginning.
    pub(crate) fn clock_ms(&self) -> i64 {
        let inner = self.locked();
        inner.clock_ms + i64::try_from(inner.now_ms).unwrap_or(i64::MAX)
    }
}
