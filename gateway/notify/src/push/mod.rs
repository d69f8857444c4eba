//! Browser push: RFC 8030 (delivery), RFC 8291 (encryption), RFC 8292 (VAPID).
//!
//! How data enters and leaves: a [`Note`] for a device comes in; it is
//! encrypted for that browser alone and posted to the browser's push service,
//! which learns who is woken and when, and nothing else.
//!
//! What it must never do: carry a visitor's words, follow a redirect, or post
//! to an address without TLS (except on a machine that tests itself).

mod encrypt;
mod service;
mod vapid;

pub use encrypt::{EncryptError, encrypt};
pub use service::PushService;
pub use vapid::{Vapid, VapidError};

use async_trait::async_trait;
use comptoir_storage::model::Device;
use jiff::Timestamp;
use serde::Serialize;

/// What a woken browser shows. No word of a visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Page to open, a path of the desk.
    pub url: String,
    /// A newer note of the same tag takes the older one's place.
    pub tag: String,
    /// Language of the lines.
    pub lang: String,
}

/// Why a note did not reach a push service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushFailure {
    /// The browser is gone for good: it must be forgotten.
    Gone,
    /// The service could not be reached or is busy, maybe until then.
    Unreachable(Option<Timestamp>),
    /// The service refused for good.
    Refused,
    /// The device's key is not one.
    BadKey,
}

/// Where notes leave.
#[async_trait]
pub trait Door: Send + Sync + 'static {
    /// Hands a note to the browser's push service.
    ///
    /// # Errors
    /// See [`PushFailure`].
    async fn send(&self, device: &Device, note: &Note, now: Timestamp) -> Result<(), PushFailure>;
}
