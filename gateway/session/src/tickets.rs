//! The tickets of letters: who holds one opens the conversation it names,
//! without the secret of the browser that began it.

use comptoir_storage::model::ConversationKey;

/// Reads tickets.
pub trait Tickets: Send + Sync + 'static {
    /// The conversation that this token opens; none when it is no ticket, or
    /// no longer good.
    fn opens(&self, token: &str) -> Option<ConversationKey>;
}

/// Where no letters are sent, no ticket is taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTickets;

impl Tickets for NoTickets {
    fn opens(&self, _: &str) -> Option<ConversationKey> {
        None
    }
}
