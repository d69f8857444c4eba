//! A letter as a message of RFC 5322: headers that cannot be forged, text and
//! HTML.

use super::Letter;
use super::html::{html, plain};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::{Address, error::Error as BuildError};

/// Longest subject and name.
const MOST_LETTERS: usize = 200;

/// Why a letter is none.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// An address is none.
    #[error("not an address")]
    Address,
    /// The parts do not make a message.
    #[error("the letter cannot be written")]
    Build(#[from] BuildError),
}

/// Says that no person wrote this, so that no machine answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The same for Exchange, which does not know the standard.
#[derive(Clone)]
struct NoAutoResponse;

impl Header for NoAutoResponse {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "All".to_owned())
    }
}

/// Writes a letter. `from` is the installation's address.
///
/// # Errors
/// See [`MessageError`].
pub fn message(from: &str, letter: &Letter) -> Result<Message, MessageError> {
    let builder = Message::builder()
        .from(Mailbox::new(Some(one_line(&letter.from_name)), address(from)?))
        .to(Mailbox::new(None, address(&letter.to)?))
        .subject(one_line(&letter.subject))
        .message_id(Some(format!("<{}>", one_word(&letter.id))))
        .in_reply_to(format!("<{}>", one_word(&letter.thread)))
        .references(format!("<{}>", one_word(&letter.thread)))
        .header(AutoSubmitted)
        .header(NoAutoResponse);
    let builder = match &letter.reply_to {
        Some(back) => builder.reply_to(Mailbox::new(None, address(back)?)),
        None => builder,
    };
    let parts = MultiPart::alternative_plain_html(plain(&letter.body), html(&letter.body));
    Ok(builder.multipart(parts)?)
}

fn address(text: &str) -> Result<Address, MessageError> {
    // The library's check lets some control characters through in quotes.
    let is_plain = !text.contains(|c: char| c.is_control() || c.is_whitespace());
    if is_plain {
        text.parse().map_err(|_| MessageError::Address)
    } else {
        Err(MessageError::Address)
    }
}

/// Words on one line, whatever they were.
fn one_line(text: &str) -> String {
    let plain = text.split(|c: char| c.is_control() || c.is_whitespace());
    let line = plain.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(MOST_LETTERS).collect()
}

/// An id: nothing that could end it.
fn one_word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Body;
    use proptest::prelude::*;

    fn letter(words: &str) -> Letter {
        Letter {
            from_name: words.to_owned(),
            to: "lise@example.org".to_owned(),
            reply_to: Some("reponse+abc@example.org".to_owned()),
            id: format!("n.{words}@example.org"),
            thread: "c.1@example.org".to_owned(),
            subject: words.to_owned(),
            body: Body { intro: vec![words.to_owned()], ..Body::default() },
        }
    }

    /// Names of the headers, in order.
    fn headers(letter: &Letter) -> Vec<String> {
        let message = message("atelier@example.org", letter).expect("written").formatted();
        let text = String::from_utf8(message).expect("mail is ASCII");
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        let is_start = |line: &&str| !line.starts_with([' ', '\t']);
        let names = head
            .split("\r\n")
            .filter(is_start)
            .map(|line| line.split(':').next().unwrap_or_default().to_owned());
        names.collect()
    }

    #[test]
    fn a_line_break_makes_no_header() {
        let plain = headers(&letter("Bonjour"));
        assert!(plain.contains(&"Auto-Submitted".to_owned()), "{plain:?}");
        for evil in [
            "a\r\nBcc: all@example.org",
            "a\nBcc: x@example.org",
            "a\r\n\r\n<html>",
            "a\u{2028}Bcc: x",
        ] {
            assert_eq!(headers(&letter(evil)), plain, "{evil:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in
            ["", "lise", "lise@", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"]
        {
            let letter = Letter { to: bad.to_owned(), ..letter("x") };
            assert!(
                matches!(message("atelier@example.org", &letter), Err(MessageError::Address)),
                "{bad:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_people_are_called_the_headers_are_the_same(words in "\\PC{0,60}|[\\x00-\\x7f]{0,60}") {
            prop_assert_eq!(headers(&letter(&words)), headers(&letter("Bonjour")));
        }
    }
}
