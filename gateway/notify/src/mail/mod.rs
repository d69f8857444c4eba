//! Letters: written from a conversation, sent over SMTP.
//!
//! How data enters and leaves: [`letters`] makes a [`Letter`] from a
//! [`Transcript`]; [`Smtp`] turns it into a message of text and HTML and hands
//! it to the mail server.
//!
//! What it must never do: let a line break of somebody's words become a header
//! or a line of HTML, or name an address in a log.

mod html;
pub mod letters;
mod message;
mod smtp;
mod transcript;

pub use message::{MessageError, message};
pub use smtp::{Security, Smtp, SmtpError, SmtpSettings};
pub use transcript::{Line, Transcript, Voice};

use async_trait::async_trait;

/// A letter, in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Name shown as the sender; the address is the installation's.
    pub from_name: String,
    /// To whom.
    pub to: String,
    /// Where an answer goes, when letters can come back.
    pub reply_to: Option<String>,
    /// Message id without angle brackets: the same on every attempt, so that a
    /// mail program shows a letter once that was sent twice.
    pub id: String,
    /// Message id that groups the letters of a conversation.
    pub thread: String,
    /// Subject.
    pub subject: String,
    /// The body.
    pub body: Body,
}

/// The parts of a letter, top to bottom; both forms are made from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// Language.
    pub lang: String,
    /// "Reply above this line", when letters can come back.
    pub above: Option<String>,
    /// First paragraphs.
    pub intro: Vec<String>,
    /// A link as a button: its words and its address.
    pub button: Option<(String, String)>,
    /// Paragraphs under the button.
    pub after: Vec<String>,
    /// Heading of the conversation, a note, and its lines.
    pub transcript: Option<Transcript>,
    /// Small print.
    pub footer: Vec<String>,
}

/// Why a letter was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostFailure {
    /// The address is none, or the server refused it or the letter for good.
    Refused,
    /// The address cannot be one.
    NoAddress,
    /// The server could not be reached or cannot take it now.
    Unreachable,
}

/// Where letters leave.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    /// Hands a letter to the mail server.
    ///
    /// # Errors
    /// See [`PostFailure`].
    async fn send(&self, letter: &Letter) -> Result<(), PostFailure>;
}
