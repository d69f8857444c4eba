//! Wire frames into parsed actions: the border where bad input ends.

use comptoir_chat::VisitorAction;
use comptoir_chat::policy::clean;
use comptoir_protocol::{
    ClientFrame, ClientId, ContactChannel, ErrorCode, Hello, MAX_CLIENT_ID_BYTES,
    MAX_CONTACT_CHARS, MAX_FRAME_BYTES, MAX_MESSAGE_CHARS,
};

/// What a client said, checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Opens or resumes.
    Hello(Hello),
    /// Something for the conversation.
    Action(VisitorAction),
    /// Heartbeat.
    Ping,
}

/// A refused frame: the code and the client's id when it was readable.
pub type Refused = (ErrorCode, Option<ClientId>);

/// Reads one text frame.
///
/// # Errors
/// A typed code for anything that is not a well-formed frame within limits.
pub fn read(text: &str) -> Result<Said, Refused> {
    if text.len() > MAX_FRAME_BYTES {
        return Err((ErrorCode::FrameTooLarge, None));
    }
    let frame: ClientFrame = serde_json::from_str(text).map_err(|_| (ErrorCode::BadFrame, None))?;
    match frame {
        ClientFrame::Hello(hello) => Ok(Said::Hello(hello)),
        ClientFrame::Ping => Ok(Said::Ping),
        ClientFrame::Send { id, text } => {
            let id = checked(id)?;
            message(&id, &text).map(|text| Said::Action(VisitorAction::Send { id, text }))
        }
        ClientFrame::Human { id } => Ok(Said::Action(VisitorAction::Human { id: checked(id)? })),
        ClientFrame::Contact { id, channel, value } => {
            let id = checked(id)?;
            let value = contact(channel, &value)
                .ok_or_else(|| (ErrorCode::BadContact, Some(id.clone())))?;
            Ok(Said::Action(VisitorAction::Contact { id, channel, value }))
        }
        ClientFrame::Feedback { id, message, value } => {
            Ok(Said::Action(VisitorAction::Feedback { id: checked(id)?, message, value }))
        }
        ClientFrame::NoticeShown { version, lang } => {
            Ok(Said::Action(VisitorAction::NoticeShown { version, lang }))
        }
        ClientFrame::Typing { on } => Ok(Said::Action(VisitorAction::Typing { on })),
        ClientFrame::Read { seq } => Ok(Said::Action(VisitorAction::Read { seq })),
        ClientFrame::Close { id } => Ok(Said::Action(VisitorAction::Close { id: checked(id)? })),
    }
}

fn checked(id: ClientId) -> Result<ClientId, Refused> {
    let valid = (1..=MAX_CLIENT_ID_BYTES).contains(&id.0.len())
        && id.0.bytes().all(|b| b.is_ascii_graphic());
    if valid { Ok(id) } else { Err((ErrorCode::BadFrame, None)) }
}

fn message(id: &ClientId, text: &str) -> Result<String, Refused> {
    let cleaned = clean(text);
    if cleaned.is_empty() {
        return Err((ErrorCode::EmptyMessage, Some(id.clone())));
    }
    if cleaned.chars().count() > MAX_MESSAGE_CHARS {
        return Err((ErrorCode::MessageTooLong, Some(id.clone())));
    }
    Ok(cleaned)
}

fn contact(channel: ContactChannel, value: &str) -> Option<String> {
    let value = clean(value);
    if value.chars().count() > MAX_CONTACT_CHARS {
        return None;
    }
    let valid = match channel {
        ContactChannel::Email => is_email(&value),
        ContactChannel::Phone => is_phone(&value),
    };
    valid.then_some(value)
}

/// Whether a text has the form of an e-mail address.
#[must_use]
pub fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !value.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ','))
        && !local.contains('@')
}

fn is_phone(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    (6..=15).contains(&digits)
        && value
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ErrorCode {
        read(text).unwrap_err().0
    }

    #[test]
    fn a_message_is_cleaned_but_keeps_its_lines() {
        let said = read(r#"{"t":"send","id":"a","text":" bon\u0000jour\r\n\u202eça\u200b va "}"#);
        let expected =
            VisitorAction::Send { id: ClientId::from("a"), text: "bonjour\nça va".to_owned() };
        assert_eq!(said, Ok(Said::Action(expected)));
    }

    #[test]
    fn bad_frames_have_typed_codes() {
        for text in ["", "[]", "null", "{", r#"{"t":"nope"}"#, r#"{"t":"send","id":1}"#] {
            assert_eq!(code(text), ErrorCode::BadFrame, "{text}");
        }
        assert_eq!(code(r#"{"t":"send","id":"a","text":" \u200b "}"#), ErrorCode::EmptyMessage);
        assert_eq!(code(r#"{"t":"send","id":"","text":"x"}"#), ErrorCode::BadFrame);
        let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(7_000));
        assert_eq!(code(&deep), ErrorCode::BadFrame);
        let long = format!(r#"{{"t":"send","id":"a","text":"{}"}}"#, "x".repeat(4_001));
        assert_eq!(code(&long), ErrorCode::MessageTooLong);
        let huge = format!(r#"{{"t":"send","id":"a","text":"{}"}}"#, "x".repeat(MAX_FRAME_BYTES));
        assert_eq!(code(&huge), ErrorCode::FrameTooLarge);
    }

    #[test]
    fn contacts_are_checked_for_form() {
        for good in ["lea@firme.example", "l.e+a@sous.firme.example"] {
            assert!(contact(ContactChannel::Email, good).is_some(), "{good}");
        }
        for bad in ["lea", "lea@firme", "@firme.example", "l ea@firme.example", "a@b@c.example"] {
            assert!(contact(ContactChannel::Email, bad).is_none(), "{bad}");
        }
        for good in ["01 99 00 12 34", "+33 1 99 00 12 34", "(01) 99.00.12.34"] {
            assert!(contact(ContactChannel::Phone, good).is_some(), "{good}");
        }
        for bad in ["12", "appelez-moi", "0199001234567890123"] {
            assert!(contact(ContactChannel::Phone, bad).is_none(), "{bad}");
        }
    }
}
