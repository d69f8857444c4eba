//! No question without an end: what a dead process left open is found and
//! taken up. No conversation without one either: what fell silent is ended.
//! No visitor who waits for a person is forgotten.

use super::World;
use crate::actor::Command;
use crate::api::ChatError;
use crate::policy::due;
use comptoir_storage::model::Page;
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Conversations read at a time.
const PAGE: u32 = 500;

/// Whose clock it was that touched a question last, it may have gone back since:
/// questions are read as far ahead as this.
const AHEAD: Duration = Duration::from_secs(24 * 3_600);

/// Wakes every conversation with an unfinished question that was `is_left` at
/// its last change. One that is being answered ignores it.
pub(super) async fn take_up(
    world: &Arc<World>,
    is_left: impl Fn(Timestamp) -> bool,
) -> Result<usize, ChatError> {
    let (mut seen, mut woken) = (HashSet::new(), 0);
    let before = later(world.clock.now(), AHEAD);
    loop {
        // Those just woken are still unfinished and come first again.
        let limit = PAGE.saturating_add(u32::try_from(seen.len()).unwrap_or(u32::MAX));
        let found = world.storage.unfinished(before, limit).await?;
        let fresh: Vec<_> = found.into_iter().filter(|found| seen.insert(found.key)).collect();
        if fresh.is_empty() {
            return Ok(woken);
        }
        for conversation in fresh.into_iter().filter(|found| is_left(found.updated_at)) {
            woken += 1;
            world.wake(conversation.key, Command::Resume);
        }
    }
}

/// Whether nobody can still be at work on a question touched `at` this time,
/// which lies in the future when the clock went back.
fn is_left(at: Timestamp, now: Timestamp, patience: Duration) -> bool {
    at < earlier(now, patience) || at > later(now, patience)
}

fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Ends conversations with the machine that fell silent; at most a page at a
/// time, the next round takes the next.
pub(super) async fn end_silent(world: &Arc<World>) -> Result<usize, ChatError> {
    let before = earlier(world.clock.now(), world.limits.silence);
    let found = world.storage.silent(before, PAGE).await?;
    for conversation in &found {
        world.wake(conversation.key, Command::Silence { before });
    }
    Ok(found.len())
}

/// Wakes every conversation whose wait for a person is due for its next step.
/// What is due follows from what is stored, so that nothing is lost with a
/// process; the conversation decides again, so that nothing is done twice.
pub(super) async fn attend_waiting(world: &Arc<World>) -> Result<usize, ChatError> {
    let now = world.clock.now();
    let (mut page, mut woken) = (Page::first(PAGE), 0);
    loop {
        let waiting = world.storage.unattended(now, page.clone()).await?;
        let Some(last) = waiting.last() else { return Ok(woken) };
        page.after = Some(last.key);
        for conversation in waiting {
            let site = world.site(&conversation.site).await?;
            if due(&conversation.head.holder, &site.settings, now).is_some() {
                woken += 1;
                world.wake(conversation.key, Command::TimePassed);
            }
        }
    }
}

/// Looks after those who wait for a person regularly, until the process stops.
pub(super) async fn attend(world: Arc<World>) {
    loop {
        tokio::select! {
            () = world.soft.cancelled() => return,
            () = tokio::time::sleep(world.limits.attend) => {}
        }
        match attend_waiting(&world).await {
            Ok(0) => {}
            Ok(found) => tracing::info!(conversations = found, "nobody came in time"),
            Err(error) => tracing::warn!(error = %error, "cannot look after who waits"),
        }
    }
}

/// Looks for unfinished questions and silent conversations regularly, until
/// the process stops.
pub(super) async fn run(world: Arc<World>) {
    loop {
        tokio::select! {
            () = world.soft.cancelled() => return,
            () = tokio::time::sleep(world.limits.sweep) => {}
        }
        let patience = world.limits.answer_deadline + world.limits.sweep;
        let now = world.clock.now();
        match take_up(&world, |at| is_left(at, now, patience)).await {
            Ok(0) => {}
            Ok(found) => tracing::warn!(conversations = found, "questions were left open"),
            Err(error) => tracing::warn!(error = %error, "cannot look for open questions"),
        }
        match end_silent(&world).await {
            Ok(0) => {}
            Ok(found) => tracing::info!(conversations = found, "silent conversations are ended"),
            Err(error) => tracing::warn!(error = %error, "cannot look for silent conversations"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_touched_in_the_future_is_left_too() {
        let (now, patience) = (Timestamp::from_second(100_000).unwrap(), Duration::from_secs(60));
        let is_left = |second| is_left(Timestamp::from_second(second).unwrap(), now, patience);
        assert!(is_left(100_000 - 61) && is_left(100_000 + 61));
        assert!(!is_left(100_000 - 59) && !is_left(100_000) && !is_left(100_000 + 59));
    }
}
