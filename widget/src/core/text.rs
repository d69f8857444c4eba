//! Plain text, cut into lines and checked. Never into markup.

use comptoir_protocol::{ContactChannel, MAX_CONTACT_CHARS};

use crate::cut;
use crate::prelude::*;

/// A paragraph or a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Whether it began with `- ` or `• `.
    pub bullet: bool,
    /// What follows.
    pub text: &'a str,
}

/// The lines of a text that are not empty.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    cut::parts(text, b'\n').map(trimmed).filter(|l| !l.is_empty()).map(|line| {
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("• "));
        Line { bullet: item.is_some(), text: item.unwrap_or(line) }
    })
}

/// A displayed number as a `tel:` address.
#[must_use]
pub fn tel(number: &str) -> String {
    let mut href = String::from("tel:");
    for byte in number.bytes().filter(|b| b.is_ascii_digit() || *b == b'+') {
        href.push(char::from(byte));
    }
    href
}

/// The text without white space at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_ascii()
}

/// The value as it may travel when it can be an address or number of this
/// kind at all. The gateway looks closer; this spares the visitor a wait.
pub(super) fn checked_contact(channel: ContactChannel, value: &str) -> Option<&str> {
    let value = trimmed(value);
    let plausible = match channel {
        ContactChannel::Email => value.bytes().skip(1).any(|b| b == b'@'),
        ContactChannel::Phone => value.bytes().filter(u8::is_ascii_digit).count() > 8,
    };
    (plausible && value.len() <= MAX_CONTACT_CHARS).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContactChannel::{Email, Phone};

    #[test]
    fn lists_and_paragraphs() {
        let found: Vec<_> = lines("Nos horaires :\n- lundi\r\n  • mardi\n\nÀ bientôt")
            .map(|l| (l.bullet, l.text))
            .collect();
        let expected =
            [(false, "Nos horaires :"), (true, "lundi"), (true, "mardi"), (false, "À bientôt")];
        assert_eq!(found, expected);
    }

    #[test]
    fn contacts_are_plausible_or_refused() {
        assert_eq!(checked_contact(Email, " a.b@exemple.fr "), Some("a.b@exemple.fr"));
        assert_eq!(checked_contact(Phone, "02 41 00 00 00"), Some("02 41 00 00 00"));
        for (channel, bad) in [(Email, ""), (Email, "@b.fr"), (Phone, "12"), (Phone, "a@b.fr")] {
            assert_eq!(checked_contact(channel, bad), None, "{bad}");
        }
        assert_eq!(checked_contact(Email, &format!("{}@b.fr", "a".repeat(200))), None);
    }

    #[test]
    fn numbers_become_addresses() {
        assert_eq!(tel("+33 (0)2 41.00"), "tel:+3302".to_owned() + "4100");
    }
}
