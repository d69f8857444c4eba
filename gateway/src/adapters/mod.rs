//! Adapters between the ports of conversations, pipeline and desk, and the
//! real world.

mod answerer;
mod desk;
mod engine_off;
mod entries;
mod outbox;
mod rehearsal;
mod system;
mod tickets;

pub use answerer::{FaqAnswerer, NoAnswerer, reply};
pub use desk::{DeskPreview, DeskSystem};
pub use engine_off::EngineOff;
pub use entries::StoredEntries;
pub use outbox::OutboxNumbers;
pub use rehearsal::DeskRehearsal;
pub use system::{SystemClock, SystemIds};
pub use tickets::LetterTickets;
