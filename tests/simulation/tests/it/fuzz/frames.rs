//! Both decoders: the gateway's of a client's frames, the widget's of the
//! gateway's.

use super::fuzz;
use comptoir_chat::VisitorAction;
use comptoir_protocol::{ClientFrame, ErrorCode, MAX_CLIENT_ID_BYTES, MAX_MESSAGE_CHARS, examples};
use comptoir_session::frames::{Said, read};
use comptoir_widget::wire::{DecodeError, Value, server_frame};

#[path = "../../../../../widget/tests/it/flatten.rs"]
mod flatten;

fn is_id(id: &str) -> bool {
    (1..=MAX_CLIENT_ID_BYTES).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

/// What the gateway makes of it; what gets through is clean and within limits.
fn gateway(text: &str) -> (Option<ErrorCode>, u8) {
    match read(text) {
        Err((code, id)) => {
            assert!(id.is_none_or(|id| is_id(id.as_str())), "an id that was not checked");
            (Some(code), 0)
        }
        Ok(Said::Hello(_)) => (None, 1),
        Ok(Said::Ping) => (None, 2),
        Ok(Said::Action(action)) => {
            assert!(action.client_id().is_none_or(|id| is_id(id.as_str())), "an unchecked id");
            if let VisitorAction::Send { text, .. } = &action {
                let clean = |c: char| c == '\n' || c == '\t' || !c.is_control();
                assert!(!text.trim().is_empty() && text.chars().count() <= MAX_MESSAGE_CHARS);
                assert!(text.chars().all(clean), "a control character got through");
            }
            (None, 3 + kind(&action))
        }
    }
}

fn kind(action: &VisitorAction) -> u8 {
    match action {
        VisitorAction::NoticeShown { .. } => 0,
        VisitorAction::Send { .. } => 1,
        VisitorAction::Human { .. } => 2,
        VisitorAction::Contact { .. } => 3,
        VisitorAction::Feedback { .. } => 4,
        VisitorAction::Typing { .. } => 5,
        VisitorAction::Read { .. } => 6,
        VisitorAction::Close { .. } => 7,
        VisitorAction::Mail { .. } => panic!("letters come by mail, never in a frame"),
    }
}

/// What is read is read the same when written again.
fn round_trip(text: &str) {
    if let Ok(frame) = serde_json::from_str::<ClientFrame>(text) {
        let again = serde_json::to_string(&frame).expect("what was read can be written");
        let known: ClientFrame = serde_json::from_str(&again).expect("and read again");
        assert_eq!(known, frame);
    }
}

#[test]
fn frames_are_read_or_refused() {
    let clients = examples::client_frames().into_iter().map(|frame| serde_json::to_vec(&frame));
    let mut corpus: Vec<Vec<u8>> = clients.map(|frame| frame.expect("a frame")).collect();
    let servers = examples::server_frames().into_iter().map(|frame| serde_json::to_value(&frame));
    corpus.extend(servers.map(|frame| flatten::flat(&frame.expect("a frame")).into_bytes()));
    fuzz("frames", corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        round_trip(&text);
        let (code, kind) = gateway(&text);
        let shown = match server_frame(&Value::parse(&text)) {
            Ok(frame) => format!("{:?}", std::mem::discriminant(&frame)),
            Err(DecodeError::UnknownEvent(_)) => "an unknown event".to_owned(),
            Err(DecodeError::Malformed) => "malformed".to_owned(),
        };
        (format!("{code:?} {shown}"), kind, text.len().checked_ilog2())
    });
}
