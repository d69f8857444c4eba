//! Taking turns: a big model or a browser needs the machine for itself.
//!
//! Under cargo's own runner all scenarios share a process, so a lock is
//! enough; nextest gives each its own process and reads the groups of
//! `.config/nextest.toml` instead.

use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// The machine is yours until this is dropped.
pub struct Heavy {
    _turn: MutexGuard<'static, ()>,
}

/// Waits for the machine. A scenario that failed before does not hold it.
pub async fn heavy() -> Heavy {
    Heavy { _turn: TURN.lock().await }
}
