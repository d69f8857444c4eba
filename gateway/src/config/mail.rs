//! Letters: the mail server, and how answers come back.

use super::secret::Secret;
use super::{ConfigError, Warning};
use comptoir_notify::mail::Security;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A signed ticket of 47 letters goes behind the mailbox and a `+`; the part
/// before the `@` has 64 letters at most.
const LONGEST_REPLY_BOX: usize = 16;

/// The mail server and the addresses used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Name of the SMTP server; empty sends no letters.
    pub host: String,
    /// Its port; 0 is the usual one of `tls`.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// User, if the server asks for one.
    pub user: Option<String>,
    /// The user's secret.
    pub password: Option<Secret>,
    /// Address of the sender.
    pub from: String,
    /// A certificate to trust beside the system's, PEM.
    pub certificate: Option<PathBuf>,
    /// Mailbox whose letters are handed to `POST /mail/inbound`; the server
    /// must deliver `box+anything@domain` to it. Empty: letters say that they
    /// cannot be answered.
    pub replies: Option<String>,
    /// What the program that hands letters in must say, as a bearer token.
    pub inbound_token: Option<Secret>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 0,
            tls: MailTls::Tls,
            user: None,
            password: None,
            from: String::new(),
            certificate: None,
            replies: None,
            inbound_token: None,
        }
    }
}

/// When people are told outside the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Whose pages were not open for so long, in seconds, is away; and what
    /// stays unread for so long is told.
    pub away_seconds: u32,
}

impl Default for Notify {
    fn default() -> Self {
        Self { away_seconds: 60 }
    }
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after a greeting, or no letter (port 587).
    Starttls,
    /// None (port 25): for a server on this machine.
    None,
}

impl From<MailTls> for Security {
    fn from(tls: MailTls) -> Self {
        match tls {
            MailTls::Tls => Self::Tls,
            MailTls::Starttls => Self::StartTls,
            MailTls::None => Self::None,
        }
    }
}

impl Mail {
    /// Whether letters can be sent.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.host.is_empty()
    }

    /// The port in force.
    #[must_use]
    pub fn port(&self) -> u16 {
        match (self.port, self.tls) {
            (0, MailTls::Tls) => 465,
            (0, MailTls::Starttls) => 587,
            (0, MailTls::None) => 25,
            (port, MailTls::Tls | MailTls::Starttls | MailTls::None) => port,
        }
    }

    /// The first value that makes no sense.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, problem: &str| {
            Err(ConfigError::Value { section: "mail", key, problem: problem.to_owned() })
        };
        if self.is_on() && !is_address(&self.from) {
            return wrong("from", "expected the sender's address, name@domain");
        }
        if self.user.is_some() != self.password.is_some() {
            return wrong("password", "expected with user, and user with it");
        }
        let Some(replies) = &self.replies else { return Ok(()) };
        let local = replies.split('@').next().unwrap_or_default();
        if !is_address(replies) || local.len() > LONGEST_REPLY_BOX || local.contains('+') {
            return wrong(
                "replies",
                "expected an address whose part before the @ has 16 letters at most",
            );
        }
        if self.inbound_token.as_ref().is_none_or(|token| token.expose().len() < 16) {
            return wrong("inbound_token", "expected at least 16 characters beside replies");
        }
        Ok(())
    }

    /// What is legal but risky.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let is_here = ["localhost", "127.0.0.1", "::1"].contains(&self.host.as_str());
        let is_bare = self.is_on() && self.tls == MailTls::None && !is_here;
        let bare = is_bare.then(|| {
            Warning(
                "[mail] tls = \"none\": conversations and the secret go to the mail server \
                 unprotected"
                    .to_owned(),
            )
        });
        bare.into_iter().collect()
    }
}

fn is_address(text: &str) -> bool {
    text.is_ascii() && comptoir_session::frames::is_email(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            host: "smtp.example".to_owned(),
            from: "atelier@firm.example".to_owned(),
            ..Mail::default()
        }
    }

    fn wrong(mail: &Mail) -> &'static str {
        match mail.check() {
            Ok(()) => "",
            Err(ConfigError::Value { key, .. }) => key,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_server_needs_a_sender_and_a_reply_box_its_token() {
        assert_eq!(wrong(&Mail::default()), "");
        assert_eq!(wrong(&mail()), "");
        assert_eq!(wrong(&Mail { from: "atelier".to_owned(), ..mail() }), "from");
        assert_eq!(wrong(&Mail { user: Some("u".to_owned()), ..mail() }), "password");
        let replies = |replies: &str| Mail { replies: Some(replies.to_owned()), ..mail() };
        assert_eq!(wrong(&replies("a-very-long-mailbox@firm.example")), "replies");
        assert_eq!(wrong(&replies("reponse@firm.example")), "inbound_token");
        let token = Some(Secret::from("sixteen letters and more"));
        assert_eq!(wrong(&Mail { inbound_token: token, ..replies("reponse@firm.example") }), "");
    }

    #[test]
    fn the_usual_ports_and_the_warning() {
        let with = |tls| Mail { tls, ..mail() };
        let ports = [MailTls::Tls, MailTls::Starttls, MailTls::None].map(|tls| with(tls).port());
        assert_eq!(ports, [465, 587, 25]);
        assert_eq!(Mail { port: 2525, ..mail() }.port(), 2525);
        assert_eq!(with(MailTls::None).warnings().len(), 1);
        let here = Mail { host: "localhost".to_owned(), ..with(MailTls::None) };
        assert!(here.warnings().is_empty() && mail().warnings().is_empty());
    }
}
