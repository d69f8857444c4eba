//! The seam between nodes: what one node commits, the others hear of.
//!
//! Notes carry no content. A node that hears one reads storage, so a lost note
//! delays an update and loses nothing.

use comptoir_storage::model::{ConversationKey, SiteId};
use tokio::sync::broadcast;
use uuid::Uuid;

/// What nodes tell each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Node that says it; a node ignores its own.
    pub from: Uuid,
    /// Whose.
    pub site: SiteId,
    /// What happened.
    pub what: NoteKind,
}

/// Kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A conversation changed.
    Conversation {
        /// Which.
        key: ConversationKey,
        /// Whether a person is needed or written to.
        calls: bool,
    },
    /// The site's settings changed.
    Settings,
}

/// Carries notes between nodes. One subscription per node.
pub trait Bus: Send + Sync + 'static {
    /// Sends a note to all other nodes; never waits.
    fn publish(&self, note: Note);

    /// Notes from now on. A receiver that lags must catch up with everything.
    fn subscribe(&self) -> broadcast::Receiver<Note>;
}

/// The bus of a single process: nodes are `Chat`s over the same bus. With one
/// of them nobody listens, and nothing is sent.
#[derive(Debug, Clone)]
pub struct InProcessBus {
    notes: broadcast::Sender<Note>,
}

impl Default for InProcessBus {
    fn default() -> Self {
        Self { notes: broadcast::Sender::new(1_024) }
    }
}

impl Bus for InProcessBus {
    fn publish(&self, note: Note) {
        // Nobody listening is fine.
        let _ = self.notes.send(note);
    }

    fn subscribe(&self) -> broadcast::Receiver<Note> {
        self.notes.subscribe()
    }
}
