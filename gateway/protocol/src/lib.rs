//! Wire types of the visitor protocol, version 1.
//!
//! What it is for: gateway, widget, admin live views and tests all speak these
//! types, so a field is renamed in one place or not at all. `README.md` beside
//! this crate shows every frame with an example.
//!
//! How data enters and leaves: text WebSocket messages, one JSON object each,
//! tagged by `t`. [`ClientFrame`] flows from a visitor to the gateway,
//! [`ServerFrame`] back. Durable facts are [`Event`]s, numbered per
//! conversation by [`Seq`]; everything else is ephemeral and may be lost.
//!
//! What it must never do: no I/O, no async, no browser or server types. It
//! compiles to wasm, and without the `serde` feature has no dependency at all.

// Without serde it needs no `std` either: the widget is counted in bytes.
#![cfg_attr(not(feature = "serde"), no_std)]

extern crate alloc;

mod client;
mod event;
#[cfg(feature = "serde")]
pub mod examples;
mod ids;
mod limits;
mod server;
mod site;

pub use client::{ClientFrame, ContactChannel, Hello};
pub use event::{
    AnswerStatus, Citation, CloseReason, Event, FeedbackValue, HandoverReason, NumberedEvent,
    Offer, Route,
};
pub use ids::{AnswerId, ClientId, ConversationId, Epoch, Seq};
pub use limits::{
    MAX_CLIENT_ID_BYTES, MAX_CONTACT_CHARS, MAX_FRAME_BYTES, MAX_MESSAGE_CHARS, PROTOCOL_VERSION,
};
pub use server::{
    AnswerSoFar, ByeCode, ConversationState, ErrorCode, Resume, ServerFrame, Typist, Welcome,
};
pub use site::{OpeningState, SiteCard};
