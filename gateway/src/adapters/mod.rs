//! Adapters between the conversation's ports and the real world.

mod answerer;
mod entries;
mod system;

pub use answerer::FaqAnswerer;
pub use entries::StoredEntries;
pub use system::{SystemClock, SystemIds};
