//! Tickets of letters, as sessions ask for them.

use super::SystemClock;
use comptoir_chat::Clock as _;
use comptoir_notify::ticket::{Purpose, Signer};
use comptoir_session::Tickets;
use comptoir_storage::model::ConversationKey;

/// The installation's own tickets.
#[derive(Debug, Clone)]
pub struct LetterTickets(pub Signer);

impl Tickets for LetterTickets {
    fn opens(&self, token: &str) -> Option<ConversationKey> {
        match self.0.read(token, SystemClock.now()) {
            Ok((Purpose::Resume, key)) => Some(key),
            Ok((Purpose::AgentReply | Purpose::VisitorReply, _)) | Err(_) => None,
        }
    }
}
