//! One of several nodes: what the others tell is passed on, and what a dead one
//! left is taken up.

use super::World;
use super::bus::{Heard, NoteKind};
use crate::actor::Command;
use crate::api::ChatError;
use comptoir_storage::model::{ConversationFilter, Holder, Page, SiteId};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Questions taken up in one look; the next look takes the next.
const PAGE: u32 = 100;

/// Waiting conversations of a site that may call again after a gap.
const CALLS: u32 = 50;

/// A reader of this process that fell behind: how far back it looks for calls
/// it did not pass on.
const LAG: Duration = Duration::from_secs(60);

/// Looks for questions that no node answers, until the process stops.
pub(super) async fn take_up_regularly(world: Arc<World>) {
    loop {
        tokio::select! {
            () = world.soft.cancelled() => return,
            () = tokio::time::sleep(world.limits.take_up) => {}
        }
        match take_up(&world, world.limits.courtesy).await {
            Ok(0) => {}
            Ok(found) => tracing::warn!(conversations = found, "no node answers; taken up"),
            Err(error) => {
                tracing::warn!(error = %error, "cannot look for questions nobody answers");
            }
        }
    }
}

/// Wakes conversations whose question no node answers, unless they changed
/// just now; the first node to take the lease answers.
pub(super) async fn take_up(world: &Arc<World>, courtesy: Duration) -> Result<usize, ChatError> {
    let now = world.clock.now();
    let before = now.checked_sub(courtesy).unwrap_or(Timestamp::MIN);
    // As far away as a lease may end that a clock like this one's has given.
    let latest = now.checked_add(world.limits.lease * 2).unwrap_or(Timestamp::MAX);
    let found = world.storage.unanswered(now, latest, before, PAGE).await?;
    for key in &found {
        world.wake(*key, Command::Resume);
    }
    Ok(found.len())
}

/// Passes on what other nodes tell, until the process stops.
pub(super) async fn listen(world: Arc<World>, mut heard: broadcast::Receiver<Heard>) {
    loop {
        let next = tokio::select! {
            () = world.soft.cancelled() => return,
            next = heard.recv() => next,
        };
        match next {
            Ok(Heard::Note(note)) if note.from == world.node.0 => {}
            Ok(Heard::Note(note)) => pass_on(&world, note.what),
            Ok(Heard::Missed { since }) => catch_up(&world, since).await,
            Err(RecvError::Lagged(_)) => {
                let since = world.clock.now().checked_sub(LAG).unwrap_or(Timestamp::MIN);
                catch_up(&world, since).await;
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn pass_on(world: &World, what: NoteKind) {
    match what {
        NoteKind::Settings { site } => world.forget_site(&site),
        NoteKind::Access => {
            // Nobody listening is fine.
            let _ = world.access.send(());
        }
        NoteKind::Conversation { site, key, seq, calls } => {
            world.tell_inboxes(&site, key, calls);
            world.seats.ring(key, seq);
        }
        NoteKind::Live { key, what } => {
            if let Some(mailbox) = world.seats.awake(key) {
                // What is not kept may be lost.
                let _ = mailbox.try_send(Command::Live { what });
            }
        }
    }
}

/// Anything may have happened since: everything is looked at again. Calls that
/// nobody here heard are made now.
async fn catch_up(world: &World, since: Timestamp) {
    tracing::warn!(%since, "notes of other nodes may be lost; everything is read again");
    world.forget_sites();
    world.seats.ring_all();
    // Nobody listening is fine.
    let _ = world.access.send(());
    for site in world.watched() {
        if let Err(error) = redraw(world, &site, since).await {
            tracing::warn!(site.id = %site, error = %error, "an inbox may be behind");
        }
    }
}

async fn redraw(world: &World, site: &SiteId, since: Timestamp) -> Result<(), ChatError> {
    let page = Page::first(CALLS);
    let waiting = world.storage.inbox(site, ConversationFilter::Waiting, page).await?;
    let open = world.storage.inbox(site, ConversationFilter::Open, Page::first(1)).await?;
    for row in waiting.iter().chain(&open) {
        let called = match row.conversation.head.holder {
            Holder::Queued { since: waits, .. } => waits >= since,
            Holder::Bot | Holder::Human { .. } | Holder::Closed { .. } => false,
        };
        world.tell_inboxes(site, row.conversation.key, called);
    }
    Ok(())
}
