//! No question without an end: what a dead process left open is found and
//! taken up. No conversation without one either: what fell silent is ended.
//! No visitor who waits for a person is forgotten. And what other nodes tell is
//! passed on.

use super::World;
use super::bus::{Note, NoteKind};
use crate::actor::Command;
use crate::api::ChatError;
use crate::policy::due;
use comptoir_storage::model::Page;
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Conversations read at a time.
const PAGE: u32 = 500;

/// Wakes every conversation with an unfinished question last changed before
/// `before`. One that is being answered ignores it.
pub(super) async fn take_up(world: &Arc<World>, before: Timestamp) -> Result<usize, ChatError> {
    let mut woken = HashSet::new();
    loop {
        // Those just woken are still unfinished and come first again.
        let limit = PAGE.saturating_add(u32::try_from(woken.len()).unwrap_or(u32::MAX));
        let found = world.storage.unfinished(before, limit).await?;
        let fresh: Vec<_> = found.into_iter().filter(|found| woken.insert(found.key)).collect();
        if fresh.is_empty() {
            return Ok(woken.len());
        }
        for conversation in fresh {
            // A full mailbox means that it is at work already.
            let _ = world.mailbox(conversation.key).try_send(Command::Resume);
        }
    }
}

/// Ends conversations with the machine that fell silent; at most a page at a
/// time, the next round takes the next.
pub(super) async fn end_silent(world: &Arc<World>) -> Result<usize, ChatError> {
    let before = world.clock.now().checked_sub(world.limits.silence).unwrap_or(Timestamp::MIN);
    let found = world.storage.silent(before, PAGE).await?;
    for conversation in &found {
        // Waits for nobody: a full mailbox means that it is not silent.
        let _ = world.mailbox(conversation.key).try_send(Command::Silence { before });
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
                // A full mailbox means that it is at work; the next round comes soon.
                let _ = world.mailbox(conversation.key).try_send(Command::TimePassed);
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
        let before = world.clock.now().checked_sub(patience).unwrap_or(Timestamp::MIN);
        match take_up(&world, before).await {
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

/// Passes on what other nodes tell, until the process stops.
pub(super) async fn listen(world: Arc<World>, mut notes: broadcast::Receiver<Note>) {
    loop {
        let heard = tokio::select! {
            () = world.soft.cancelled() => return,
            heard = notes.recv() => heard,
        };
        match heard {
            Ok(note) if note.from == world.node => {}
            Ok(Note { site, what: NoteKind::Settings, .. }) => world.forget_site(&site),
            Ok(Note { site, what: NoteKind::Conversation { key, calls }, .. }) => {
                world.tell_inboxes(&site, key, calls);
                if let Some(mailbox) = world.awake(key) {
                    let _ = mailbox.try_send(Command::CatchUp);
                }
            }
            Err(RecvError::Lagged(_)) => {
                world.forget_sites();
                for mailbox in world.all_awake() {
                    let _ = mailbox.try_send(Command::CatchUp);
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}
