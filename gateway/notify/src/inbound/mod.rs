//! Letters that come back: whoever answers a letter of ours writes into the
//! conversation.
//!
//! How data enters and leaves: a raw message comes in from the webhook;
//! [`receive`] finds the conversation by the signed ticket in the address it
//! was sent to, checks that the sender is of that conversation, and hands the
//! words to it. What could not be done is told to the sender in one sentence.
//!
//! What it must never do: believe a sender without a ticket, answer a machine,
//! or take the same letter twice (the client id is made from the letter's own).

mod parse;
mod quote;

pub use parse::Incoming;
pub use quote::own_words;

use crate::mail::Post;
use crate::mail::letters::{Envelope, Trouble, back};
use crate::ticket::{Purpose, Signer};
use crate::worker::Addresses;
use comptoir_chat::policy::clean;
use comptoir_chat::{AgentAction, AgentInput, Chat, ChatError, Clock, VisitorAction};
use comptoir_protocol::{ClientId, ContactChannel, MAX_MESSAGE_CHARS};
use comptoir_storage::model::{Agent, Conversation, Site};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;

/// Messages one letter may become; more is a book.
const MOST_MESSAGES: usize = 5;

/// What letters come in to.
#[derive(Clone)]
pub struct Mailroom {
    /// Rows.
    pub storage: Arc<dyn Storage>,
    /// Conversations.
    pub chat: Chat,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Reads tickets.
    pub signer: Signer,
    /// Where sentences to the sender leave, if letters can be sent.
    pub post: Option<Arc<dyn Post>>,
    /// The installation's addresses.
    pub addresses: Addresses,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is in the conversation.
    Delivered,
    /// The sender was told what was not possible.
    SentBack,
    /// A machine wrote it.
    Automatic,
    /// It is no letter, names no conversation of ours, or too late.
    Unknown,
    /// The sender is not of that conversation.
    Stranger,
    /// It holds no words.
    Empty,
}

/// Why a letter must be brought again later.
#[derive(Debug, thiserror::Error)]
pub enum InboundError {
    /// Storage failed.
    #[error("storage failed")]
    Storage(#[from] StorageError),
    /// The conversation is busy, or the process stops.
    #[error("the conversation cannot take it now")]
    Chat(#[source] ChatError),
}

/// Who wrote.
enum Sender {
    Agent(Box<Agent>),
    Visitor,
}

/// Takes a letter in.
///
/// # Errors
/// When it must be brought again later; nothing was kept twice then.
pub async fn receive(room: &Mailroom, raw: &[u8]) -> Result<Received, InboundError> {
    let Some(letter) = Incoming::parse(raw) else { return Ok(Received::Unknown) };
    if letter.is_automatic {
        return Ok(Received::Automatic);
    }
    let now = room.clock.now();
    let read = letter.tickets.iter().find_map(|ticket| room.signer.read(ticket, now).ok());
    let Some((purpose, key)) = read else { return Ok(Received::Unknown) };
    let Some(conversation) = room.storage.conversation(key).await? else {
        return Ok(Received::Unknown);
    };
    let Some(site) = room.storage.site(&conversation.site).await? else {
        return Ok(Received::Unknown);
    };
    let sender = match purpose {
        Purpose::AgentReply => {
            agent(room, &letter, &site).await?.map(|agent| Sender::Agent(Box::new(agent)))
        }
        Purpose::VisitorReply => is_visitor(&letter, &conversation).then_some(Sender::Visitor),
        Purpose::Resume => None,
    };
    let Some(sender) = sender else { return Ok(Received::Stranger) };
    let texts = pieces(&clean(&letter.text));
    if texts.is_empty() && !letter.has_attachments {
        return Ok(Received::Empty);
    }
    for (at, text) in texts.iter().enumerate() {
        let id = ClientId(format!("mail-{}-{at}", letter.id));
        match put(room, &conversation, &sender, id, text.clone()).await {
            // The same letter came before, in another wording of its carrier.
            Ok(()) | Err(ChatError::IdReused) => {}
            Err(error) => {
                return refused(room, &site, &conversation, &sender, &letter, error).await;
            }
        }
    }
    if letter.has_attachments {
        let trouble =
            if texts.is_empty() { Trouble::OnlyAttachments } else { Trouble::Attachments };
        send_back(room, &site, &conversation, &sender, &letter, &trouble).await;
    }
    Ok(if texts.is_empty() { Received::SentBack } else { Received::Delivered })
}

/// The person of this firm who has that address.
async fn agent(
    room: &Mailroom,
    letter: &Incoming,
    site: &Site,
) -> Result<Option<Agent>, StorageError> {
    let agent = room.storage.agent_by_email(&letter.from).await?;
    Ok(agent.filter(|agent| agent.site == site.id && agent.disabled_at.is_none()))
}

/// Whether the sender has the address that the visitor left.
fn is_visitor(letter: &Incoming, conversation: &Conversation) -> bool {
    conversation.head.contact.as_ref().is_some_and(|contact| {
        contact.channel == ContactChannel::Email && contact.value.to_lowercase() == letter.from
    })
}

async fn put(
    room: &Mailroom,
    conversation: &Conversation,
    sender: &Sender,
    id: ClientId,
    text: String,
) -> Result<(), ChatError> {
    let receipt = match sender {
        Sender::Agent(agent) => {
            let action = AgentAction::Reply { id, text };
            let input = AgentInput { agent: agent.id, name: agent.name.clone(), action };
            room.chat.agent(conversation.key, input).await
        }
        Sender::Visitor => {
            room.chat.visitor(conversation.key, VisitorAction::Mail { id, text }).await
        }
    };
    receipt.map(drop)
}

/// What cannot be done now is brought again; what can never be is told.
async fn refused(
    room: &Mailroom,
    site: &Site,
    conversation: &Conversation,
    sender: &Sender,
    letter: &Incoming,
    error: ChatError,
) -> Result<Received, InboundError> {
    let trouble = match error {
        ChatError::HeldBy { name } => Trouble::Held(name),
        ChatError::Storage(error) => return Err(error.into()),
        busy @ (ChatError::Busy { .. } | ChatError::Stopping) => {
            return Err(InboundError::Chat(busy));
        }
        ChatError::Closed
        | ChatError::UnknownSite
        | ChatError::UnknownConversation
        | ChatError::NotYours
        | ChatError::NoticeRequired
        | ChatError::IdReused
        | ChatError::NotPossible => match sender {
            Sender::Agent(_) => Trouble::Closed,
            Sender::Visitor => Trouble::ClosedForVisitor,
        },
    };
    send_back(room, site, conversation, sender, letter, &trouble).await;
    Ok(Received::SentBack)
}

/// Tells the sender, once; a sentence that gets lost is not tried again, for
/// the letter itself would be.
async fn send_back(
    room: &Mailroom,
    site: &Site,
    conversation: &Conversation,
    sender: &Sender,
    letter: &Incoming,
    trouble: &Trouble,
) {
    let Some(post) = &room.post else { return };
    let (lang, link) = match sender {
        Sender::Agent(agent) => (agent.lang.clone(), room.addresses.desk(conversation.key)),
        Sender::Visitor => {
            let origin = site.settings.allowed_origins.first().cloned().unwrap_or_default();
            (conversation.head.lang.clone(), format!("{origin}{}", conversation.page))
        }
    };
    let envelope = Envelope {
        firm: site.settings.firm.clone(),
        to: letter.from.clone(),
        reply_to: None,
        id: room.addresses.message_id(&format!("b.{}", letter.id)),
        thread: room.addresses.thread(conversation.key),
        lang,
        link,
    };
    if post.send(&back(envelope, trouble)).await.is_err() {
        tracing::warn!(conversation.id = %conversation.key, "a sender was not told");
    }
}

/// A text in messages that are not too long, broken at lines where possible.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && pieces.len() < MOST_MESSAGES {
        let end = rest.char_indices().nth(MAX_MESSAGE_CHARS).map_or(rest.len(), |(end, _)| end);
        let (head, _) = rest.split_at(end);
        let end = if end == rest.len() { end } else { head.rfind('\n').unwrap_or(end) };
        let (head, tail) = rest.split_at(end);
        pieces.push(head.trim().to_owned());
        rest = tail.trim();
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_long_letter_becomes_whole_messages(text in "([a-zé ]{0,900}\n?){0,12}") {
            let pieces = pieces(&text);
            prop_assert!(pieces.iter().all(|piece| (1..=MAX_MESSAGE_CHARS).contains(&piece.chars().count())));
            if pieces.len() < MOST_MESSAGES {
                let letters = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(letters(&pieces.concat()), letters(&text));
            }
        }
    }

    #[test]
    fn words_are_broken_only_where_there_is_no_line() {
        let line = format!("{}\n{}", "a".repeat(3_999), "b".repeat(3_000));
        assert_eq!(pieces(&line).iter().map(String::len).collect::<Vec<_>>(), [3_999, 3_000]);
        assert_eq!(
            pieces(&"a".repeat(9_000)).iter().map(String::len).collect::<Vec<_>>(),
            [4_000, 4_000, 1_000]
        );
        assert_eq!(pieces("  \n "), Vec::<String>::new());
    }
}
