//! Waiting times, with jitter so that a restarted gateway is not stormed.

const FIRST_MS: u32 = 500;
const LONGEST_MS: u32 = 30_000;
const HEARTBEAT_MS: u32 = 20_000;

/// Milliseconds before the next attempt, `attempts` having failed (0 for
/// none). Doubles up to half a minute; `dice` in 0..1 takes off up to half.
#[must_use]
pub fn reconnect_ms(attempts: u32, dice: f64) -> u32 {
    let ceiling = (FIRST_MS << attempts.min(6)).min(LONGEST_MS);
    let half = ceiling / 2;
    half + (f64::from(half) * dice) as u32
}

/// Milliseconds until the next heartbeat: 20 to 30 s.
#[must_use]
pub fn heartbeat_ms(dice: f64) -> u32 {
    HEARTBEAT_MS + (f64::from(HEARTBEAT_MS / 2) * dice) as u32
}
