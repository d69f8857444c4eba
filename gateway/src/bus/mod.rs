//! The bus between gateways at one database.
//!
//! What it is for: what one node commits, the others hear of within
//! milliseconds; what they may not have heard, they are told to read again.
//!
//! How data enters and leaves: notes of the conversation go into a bounded
//! queue and leave in batches over the database's channel; what the channel
//! brings goes to this node's one subscriber. Every node also says once a
//! second that it lives. That is how a node learns that its own ear is broken
//! (it does not hear itself), and that another one died, maybe between a
//! commit and its note: both are told as [`Heard::Missed`].
//!
//! What it must never do: make a commit wait, or forget a note without
//! saying so. Notes of what is not kept are dropped first, silently.

mod ear;
mod join;
mod peers;
#[cfg(test)]
mod tests;
mod voice;
mod words;

pub(crate) use join::{between_gateways, follow_access};

use crate::metrics::Metrics;
use comptoir_chat::{Bus, Clock, Heard, Note, NoteKind};
use comptoir_storage::{Channel, StorageError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Notes that wait to be sent.
const OUTGOING: usize = 4_096;

/// Notes that wait for this node's subscriber.
const INCOMING: usize = 4_096;

/// How often a node says that it lives.
const BEAT: Duration = Duration::from_secs(1);

/// A node not heard for this long is gone.
const SILENCE: Duration = Duration::from_secs(4);

/// What the bus stands on.
pub struct BusParts {
    /// Where messages go.
    pub channel: Arc<dyn Channel>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Counters.
    pub metrics: Metrics,
    /// Ends it; what waits is still sent.
    pub stop: CancellationToken,
    /// Knows its tasks.
    pub tracker: TaskTracker,
}

/// A bus over a database's channel.
pub struct DatabaseBus {
    outgoing: mpsc::Sender<Note>,
    heard: broadcast::Sender<Heard>,
    /// Whether a note had to be given up since the last batch.
    lost: Arc<AtomicBool>,
}

impl DatabaseBus {
    /// Begins to listen and to speak.
    ///
    /// # Errors
    /// `Backend` when the channel cannot be reached.
    pub async fn start(parts: BusParts) -> Result<Self, StorageError> {
        let BusParts { channel, clock, metrics, stop, tracker } = parts;
        let node = Uuid::now_v7();
        let (outgoing, notes) = mpsc::channel(OUTGOING);
        let heard = broadcast::Sender::new(INCOMING);
        let lost = Arc::new(AtomicBool::new(false));
        // Before anything is loaded, so that nothing can be missed at first.
        let first = channel.listen().await?;
        let ear = ear::Ear::new(Arc::clone(&channel), node, heard.clone(), clock, metrics);
        tracker.spawn(ear.run(first, stop.clone()));
        tracker.spawn(voice::run(channel, node, notes, Arc::clone(&lost), stop));
        Ok(Self { outgoing, heard, lost })
    }
}

impl Bus for DatabaseBus {
    fn publish(&self, note: Note) {
        let is_kept = !matches!(note.what, NoteKind::Live { .. });
        if !is_kept && self.outgoing.capacity() < OUTGOING / 2 {
            return;
        }
        if self.outgoing.try_send(note).is_err() && is_kept {
            self.lost.store(true, Ordering::Release);
        }
    }

    fn subscribe(&self) -> broadcast::Receiver<Heard> {
        self.heard.subscribe()
    }

    fn is_alone(&self) -> bool {
        false
    }
}
