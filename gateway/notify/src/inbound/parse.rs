//! A letter that came in, as far as it matters here.

use super::quote::own_words;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders as _};
use sha2::{Digest as _, Sha256};

/// A letter that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Who wrote it, lowercase.
    pub from: String,
    /// What may be tickets: from the addresses it was sent to, then from the
    /// letters it answers.
    pub tickets: Vec<String>,
    /// The same for the same letter, however often it comes.
    pub id: String,
    /// What was written, without quotes and signatures.
    pub text: String,
    /// Whether a machine wrote it (RFC 3834 and what came before).
    pub is_automatic: bool,
    /// Whether something was attached.
    pub has_attachments: bool,
}

impl Incoming {
    /// Reads a raw message; none when it is not one, or nobody's.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let from = addresses(message.from()).into_iter().next()?;
        // A letter without an id is known by all of it.
        let id = message.message_id().map_or(raw, str::as_bytes);
        let text = message.body_text(0).unwrap_or_default();
        Some(Self {
            is_automatic: is_automatic(&message, &from),
            from,
            tickets: tickets(&message),
            id: hex::encode(&Sha256::digest(id)[..16]),
            text: own_words(&text),
            has_attachments: message.attachments().any(|part| !is_trifle(part)),
        })
    }
}

/// A signature's picture, a business card, a calendar reply: nobody misses it.
fn is_trifle(part: &mail_parser::MessagePart<'_>) -> bool {
    part.content_id().is_some() && part.attachment_name().is_none()
}

fn addresses(list: Option<&Address<'_>>) -> Vec<String> {
    let all = list.into_iter().flat_map(Address::iter);
    all.filter_map(|one| one.address.as_deref()).map(|text| text.trim().to_lowercase()).collect()
}

fn tickets(message: &Message<'_>) -> Vec<String> {
    let extra = ["Delivered-To", "X-Original-To", "Envelope-To"];
    let extra = extra.into_iter().flat_map(|name| values(message, name));
    let sent_to = [addresses(message.to()), addresses(message.cc())];
    let plus = sent_to.into_iter().flatten().chain(extra).filter_map(|address| {
        let (local, _) = address.rsplit_once('@')?;
        local.rsplit_once('+').map(|(_, ticket)| ticket.to_owned())
    });
    let answered = [message.in_reply_to(), message.references()].into_iter().flat_map(texts);
    // Our ids are `n.NOTIFICATION.TICKET@…`.
    let signed = answered.filter_map(|id| {
        let (local, _) = id.rsplit_once('@')?;
        local.rsplit_once('.').map(|(_, ticket)| ticket.to_lowercase())
    });
    plus.chain(signed).collect()
}

/// What all headers of a name say. Compared as text: which names the library
/// knows as its own is its affair, and changes.
fn values(message: &Message<'_>, name: &str) -> Vec<String> {
    let named = message.headers().iter().filter(|header| header.name().eq_ignore_ascii_case(name));
    named.flat_map(|header| texts(header.value())).collect()
}

fn texts(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.trim().to_owned()],
        HeaderValue::TextList(list) => list.iter().map(|text| text.trim().to_owned()).collect(),
        HeaderValue::Address(list) => addresses(Some(list)),
        HeaderValue::DateTime(_)
        | HeaderValue::ContentType(_)
        | HeaderValue::Received(_)
        | HeaderValue::Empty => Vec::new(),
    }
}

/// Whether no person wrote it: it must be neither passed on nor answered.
fn is_automatic(message: &Message<'_>, from: &str) -> bool {
    let value = |name| values(message, name).first().map(|text| text.to_lowercase());
    let submitted = value("Auto-Submitted").is_some_and(|text| !text.starts_with("no"));
    let precedence = value("Precedence")
        .is_some_and(|text| ["bulk", "junk", "list", "auto_reply"].contains(&text.as_str()));
    let replies =
        ["X-Autoreply", "X-Autorespond", "X-Auto-Reply"].iter().any(|n| value(n).is_some());
    let is_list = !matches!(message.list_id(), HeaderValue::Empty);
    let is_report = message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart") && kind.subtype() == Some("report")
    });
    // The library takes an empty way back for none at all.
    let bounced = message
        .headers_raw()
        .any(|(name, value)| name.eq_ignore_ascii_case("Return-Path") && value.trim() == "<>");
    let machine = ["mailer-daemon@", "postmaster@", "noreply@", "no-reply@"];
    submitted
        || precedence
        || replies
        || is_list
        || is_report
        || bounced
        || machine.iter().any(|start| from.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(head: &str, body: &str) -> Vec<u8> {
        format!(
            "From: Basile Morel <Basile@Trebuchet.example>\r\nTo: reponse+mzxw6ytboi@comptoir.example\r\n\
             Subject: Re: Une personne vous attend\r\nMessage-ID: <abc@mail.example>\r\n{head}\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}"
        )
        .replace("\r\n\r\nMIME", "\r\nMIME")
        .into_bytes()
    }

    fn parse(head: &str, body: &str) -> Incoming {
        Incoming::parse(&letter(head, body)).expect("a letter")
    }

    #[test]
    fn a_letter_says_who_to_which_conversation_and_what() {
        let read = parse("In-Reply-To: <n.1.gezdg@comptoir.example>", "Demain.\r\n> Quand ?\r\n");
        assert_eq!(read.from, "basile@trebuchet.example");
        assert_eq!(read.tickets, ["mzxw6ytboi", "gezdg"]);
        assert_eq!(read.text, "Demain.");
        assert!(!read.is_automatic && !read.has_attachments);
        assert_eq!(read.id.len(), 32);
        assert_eq!(parse("", "autre").id, read.id, "the same letter, whatever its text");
    }

    #[test]
    fn a_ticket_is_found_in_whatever_address_the_letter_was_brought_to() {
        for head in ["Delivered-To", "X-Original-To", "Envelope-To", "Cc"] {
            let read = parse(&format!("{head}: reponse+gezdg@comptoir.example"), "Demain.");
            assert!(read.tickets.contains(&"gezdg".to_owned()), "{head}: {:?}", read.tickets);
        }
    }

    #[test]
    fn what_no_person_wrote_is_known_by_its_headers() {
        for head in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated; owner=x",
            "Precedence: bulk",
            "X-Autoreply: yes",
            "List-Id: <a.example>",
            "Return-Path: <>",
        ] {
            assert!(parse(head, "Je suis absent.").is_automatic, "{head}");
        }
        assert!(!parse("Auto-Submitted: no", "Bonjour.").is_automatic);
        let report = b"From: MAILER-DAEMON@mail.example\r\nTo: reponse+a@comptoir.example\r\n\r\nUndelivered";
        assert!(Incoming::parse(report).expect("a letter").is_automatic);
    }

    #[test]
    fn html_alone_is_read_and_attachments_are_seen() {
        let raw = "From: a@b.example\r\nTo: reponse+a@c.example\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
            <p>Demain.</p><p>-- <br>Basile</p>\r\n--x\r\nContent-Type: image/png; name=photo.png\r\n\
            Content-Disposition: attachment; filename=photo.png\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            aGVsbG8=\r\n--x--\r\n";
        let read = Incoming::parse(raw.as_bytes()).expect("a letter");
        assert!(read.text.starts_with("Demain."), "{}", read.text);
        assert!(read.has_attachments);
    }

    #[test]
    fn what_is_no_letter_is_none() {
        for raw in [&b""[..], b"\0\0\0", b"To: a@b.example\r\n\r\nx", &[0xff; 100]] {
            assert_eq!(Incoming::parse(raw), None);
        }
    }
}
