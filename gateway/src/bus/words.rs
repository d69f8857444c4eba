//! Notes as messages of the channel, and back.

use comptoir_chat::Note;
use comptoir_storage::MAX_MESSAGE_BYTES;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What one node says to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Message {
    /// Who says it: an id of this bus's own.
    pub(super) from: Uuid,
    /// What.
    pub(super) says: Said,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// Something happened.
    Note(Note),
    /// I live.
    Beat,
    /// I had to give up notes.
    Lost,
}

/// A message as text; none when it is too long to be sent.
pub(super) fn text(from: Uuid, says: Said) -> Option<String> {
    let text = serde_json::to_string(&Message { from, says }).ok()?;
    (text.len() <= MAX_MESSAGE_BYTES).then_some(text)
}

/// A text as a message; none when it is not one, such as what a newer version
/// says.
pub(super) fn message(text: &str) -> Option<Message> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_chat::{Live, NoteKind, PIECE_CHARS};
    use comptoir_protocol::{AnswerId, Seq, Typist};
    use comptoir_storage::model::{ConversationKey, SiteId};

    fn kinds() -> Vec<NoteKind> {
        let (key, site) =
            (ConversationKey(Uuid::now_v7()), SiteId::parse(&"s".repeat(40)).unwrap());
        let live = |what| NoteKind::Live { key, what };
        // The longest there can be, in the letters that take the most room.
        let text = "\u{1}".repeat(PIECE_CHARS);
        let answer = AnswerId(Uuid::now_v7().to_string());
        vec![
            NoteKind::Conversation { site: site.clone(), key, seq: Seq(u64::MAX), calls: true },
            NoteKind::Settings { site },
            NoteKind::Access,
            live(Live::Wanted),
            live(Live::Delta { answer, to: Seq(u64::MAX), offset: u32::MAX, text }),
            live(Live::Typing { who: Typist::Agent, name: Some("Zoé".to_owned()), on: true }),
            live(Live::Queued { position: 3, wait_ms: 900 }),
        ]
    }

    #[test]
    fn every_note_fits_and_comes_back_as_it_was() {
        for what in kinds() {
            let note = Note { from: Uuid::now_v7(), what };
            let sent = text(Uuid::nil(), Said::Note(note.clone())).expect("short enough");
            let heard = message(&sent).expect("a message");
            assert_eq!(heard, Message { from: Uuid::nil(), says: Said::Note(note) });
        }
    }

    #[test]
    fn what_is_no_message_is_none_and_what_is_too_long_is_not_sent() {
        for odd in ["", "{}", "[1]", r#"{"from":"x","says":"beat"}"#, r#"{"says":"dance"}"#] {
            assert_eq!(message(odd), None, "{odd}");
        }
        let key = ConversationKey(Uuid::now_v7());
        let name = Some("é".repeat(MAX_MESSAGE_BYTES));
        let what =
            NoteKind::Live { key, what: Live::Typing { who: Typist::Agent, name, on: true } };
        assert_eq!(text(Uuid::nil(), Said::Note(Note { from: Uuid::nil(), what })), None);
    }
}
