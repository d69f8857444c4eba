//! Signed tickets: what a letter carries so that its link, or the answer to
//! it, finds the conversation again.
//!
//! A ticket names a conversation, says for what it is good and until which
//! day, and is signed with the installation's key. It fits into the local part
//! of an e-mail address (64 letters, of which mail servers may change the
//! case): base32, lowercase, 47 letters.

use comptoir_storage::model::ConversationKey;
use jiff::Timestamp;
use ring::hmac;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Bytes that are signed: purpose, conversation, last day.
const BODY: usize = 1 + 16 + 2;

/// Bytes of the signature kept: 80 bits, the least RFC 2104 allows. Each guess
/// costs a request.
const TAG: usize = 10;

const SECONDS_A_DAY: i64 = 86_400;

/// For what a ticket is good; one is never good for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The visitor opens the conversation again.
    Resume,
    /// A person of the firm answers by mail.
    AgentReply,
    /// The visitor answers by mail.
    VisitorReply,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Resume, Self::AgentReply, Self::VisitorReply];

    const fn byte(self) -> u8 {
        match self {
            Self::Resume => 1,
            Self::AgentReply => 2,
            Self::VisitorReply => 3,
        }
    }
}

/// Why a ticket is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Not a ticket of this installation.
    #[error("not a ticket of ours")]
    Unknown,
    /// Its last day is over.
    #[error("the ticket has expired")]
    Expired,
}

/// Signs and reads tickets.
#[derive(Clone)]
pub struct Signer(hmac::Key);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// Signs with this secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A ticket that is good until the end of the day of `until`, in UTC.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, key: ConversationKey, until: Timestamp) -> String {
        let day = u16::try_from(until.as_second().div_euclid(SECONDS_A_DAY)).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(BODY + TAG);
        bytes.push(purpose.byte());
        bytes.extend_from_slice(key.0.as_bytes());
        bytes.extend_from_slice(&day.to_be_bytes());
        let tag = hmac::sign(&self.0, &bytes);
        bytes.extend(tag.as_ref().iter().take(TAG));
        encode(&bytes)
    }

    /// What a ticket is good for, and in which conversation.
    ///
    /// # Errors
    /// `Unknown` when it is not ours, `Expired` when its last day is over.
    pub fn read(
        &self,
        ticket: &str,
        now: Timestamp,
    ) -> Result<(Purpose, ConversationKey), TicketError> {
        let bytes = decode(ticket).filter(|bytes| bytes.len() == BODY + TAG);
        let bytes = bytes.ok_or(TicketError::Unknown)?;
        let (body, tag) = bytes.split_at(BODY);
        let right = hmac::sign(&self.0, body);
        let is_ours = right.as_ref().iter().take(TAG).copied().collect::<Vec<_>>().ct_eq(tag);
        if !bool::from(is_ours) {
            return Err(TicketError::Unknown);
        }
        let [purpose, rest @ ..] = body else { return Err(TicketError::Unknown) };
        let (key, day) = rest.split_at(16);
        let known = Purpose::ALL.into_iter().find(|known| known.byte() == *purpose);
        let purpose = known.ok_or(TicketError::Unknown)?;
        let key = Uuid::from_slice(key).map_err(|_| TicketError::Unknown)?;
        let day = day.iter().fold(0, |day, byte| day << 8 | i64::from(*byte));
        if now.as_second().div_euclid(SECONDS_A_DAY) > day {
            return Err(TicketError::Expired);
        }
        Ok((purpose, ConversationKey(key)))
    }
}

/// RFC 4648 base32 in lowercase, without padding.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u16, 0u32);
    let letter = |value: u16| char::from(LETTERS[usize::from(value & 31)]);
    for byte in bytes {
        held = held << 8 | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

/// Any case; anything else is not one.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0u16, 0u32);
    for letter in text.bytes() {
        let letter = letter.to_ascii_lowercase();
        let value = LETTERS.iter().position(|known| *known == letter)?;
        held = held << 5 | u16::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 255).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // What is left over is padding and must be nothing.
    (held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: ConversationKey = ConversationKey(Uuid::from_u128(0x0192_7a5e_c0de));

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_ticket_is_good_for_its_purpose_until_its_last_day() {
        let signer = Signer::new(b"a secret of the installation");
        let ticket = signer.sign(Purpose::Resume, KEY, at("2026-03-03T10:00:00Z"));
        assert_eq!(ticket.len(), 47, "it fits behind `reply+` in an address");
        let read = |now| signer.read(&ticket, at(now));
        assert_eq!(read("2026-03-03T23:59:59Z"), Ok((Purpose::Resume, KEY)));
        assert_eq!(read("2026-03-04T00:00:00Z"), Err(TicketError::Expired));
        let shouted = ticket.to_uppercase();
        assert_eq!(signer.read(&shouted, at("2026-03-03T10:00:00Z")), Ok((Purpose::Resume, KEY)));
    }

    #[test]
    fn another_installation_s_ticket_is_unknown() {
        let now = at("2026-03-03T10:00:00Z");
        let ticket = Signer::new(b"one").sign(Purpose::Resume, KEY, now);
        assert_eq!(Signer::new(b"two").read(&ticket, now), Err(TicketError::Unknown));
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (plain, coded) in
            [("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foobar", "mzxw6ytboi")]
        {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).as_deref(), Some(plain.as_bytes()));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_changed_it_is_no_ticket_any_more(at in 0usize..47, letter in "[a-z2-7]") {
            let now = Timestamp::UNIX_EPOCH;
            let signer = Signer::new(b"a secret");
            let ticket = signer.sign(Purpose::AgentReply, KEY, now);
            let mut changed = ticket.clone();
            changed.replace_range(at..=at, &letter);
            let read = signer.read(&changed, now);
            if changed == ticket {
                prop_assert_eq!(read, Ok((Purpose::AgentReply, KEY)));
            } else {
                prop_assert_eq!(read, Err(TicketError::Unknown));
            }
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,80}") {
            prop_assert!(Signer::new(b"x").read(&text, Timestamp::UNIX_EPOCH).is_err());
        }
    }
}
