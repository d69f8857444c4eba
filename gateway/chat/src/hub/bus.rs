//! The seam between nodes: what one node commits, the others hear of.
//!
//! Notes of what is kept carry no content. A node that hears one reads
//! storage, so a lost note delays an update and loses nothing; a bus that may
//! have lost some says so ([`Heard::Missed`]), and everything is read again.
//! Notes of what is not kept ([`Live`]) carry their few words and may be lost.

use comptoir_protocol::{AnswerId, Seq, Typist};
use comptoir_storage::model::{ConversationKey, SiteId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

/// What nodes tell each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Node that says it; a node ignores its own.
    pub from: Uuid,
    /// What happened.
    pub what: NoteKind,
}

/// Kinds of notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoteKind {
    /// A conversation changed.
    Conversation {
        /// Whose.
        site: SiteId,
        /// Which.
        key: ConversationKey,
        /// Its last event.
        seq: Seq,
        /// Whether a person is needed or written to.
        calls: bool,
    },
    /// The site's settings changed.
    Settings {
        /// Whose.
        site: SiteId,
    },
    /// Somebody of a firm may see less than before.
    Access,
    /// Something that is not kept.
    Live {
        /// In which conversation.
        key: ConversationKey,
        /// What.
        what: Live,
    },
}

/// What happens in a conversation and is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "live", rename_all = "snake_case")]
pub enum Live {
    /// Somebody at this node wants to see the answer that another one writes.
    Wanted,
    /// Text of a running answer. Told only once it was wanted, from its
    /// beginning, and again from there whenever it is wanted again.
    Delta {
        /// Which answer.
        answer: AnswerId,
        /// To which question: late text of an earlier answer is none of it.
        to: Seq,
        /// Offset in UTF-16 code units.
        offset: u32,
        /// The text, at most [`PIECE_CHARS`] characters.
        text: String,
    },
    /// Someone types.
    Typing {
        /// Who.
        who: Typist,
        /// First name when a person.
        name: Option<String>,
        /// Whether typing goes on.
        on: bool,
    },
    /// The question waits for the engine. Told like text.
    Queued {
        /// Place in the queue.
        position: u32,
        /// Estimated wait in milliseconds.
        wait_ms: u32,
    },
}

/// Most characters of one [`Live::Delta`].
pub const PIECE_CHARS: usize = 1_000;

/// What a node hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A note.
    Note(Note),
    /// Notes may have been lost since then: read everything again.
    Missed {
        /// The last moment at which all were heard.
        since: Timestamp,
    },
}

/// Carries notes between nodes. One subscription per node.
pub trait Bus: Send + Sync + 'static {
    /// Sends a note to all other nodes; never waits.
    fn publish(&self, note: Note);

    /// What is heard from now on. A receiver that lags must catch up with
    /// everything.
    fn subscribe(&self) -> broadcast::Receiver<Heard>;

    /// Whether no other node can be there: then nothing is told, and no node
    /// has to ask before it answers.
    fn is_alone(&self) -> bool;
}

/// The bus of a single process.
#[derive(Debug, Clone)]
pub struct InProcessBus {
    heard: broadcast::Sender<Heard>,
    is_alone: bool,
}

impl Default for InProcessBus {
    /// For one node.
    fn default() -> Self {
        Self { heard: broadcast::Sender::new(1_024), is_alone: true }
    }
}

impl InProcessBus {
    /// For several nodes in this process: `Chat`s over the same bus.
    #[must_use]
    pub fn shared() -> Self {
        Self { is_alone: false, ..Self::default() }
    }

    /// Tells every node that notes may have been lost.
    pub fn missed(&self, since: Timestamp) {
        // Nobody listening is fine.
        let _ = self.heard.send(Heard::Missed { since });
    }
}

impl Bus for InProcessBus {
    fn publish(&self, note: Note) {
        // Nobody listening is fine.
        let _ = self.heard.send(Heard::Note(note));
    }

    fn subscribe(&self) -> broadcast::Receiver<Heard> {
        self.heard.subscribe()
    }

    fn is_alone(&self) -> bool {
        self.is_alone
    }
}
