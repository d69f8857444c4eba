//! Frames as text and back.
//!
//! What it is for: the protocol's types without serde, whose code would weigh
//! more than the rest of the widget. The browser parses the JSON and hands
//! the value over flattened ([`Value`]); frames to send are written as JSON.
//! Both directions are tested on the host against the gateway's own
//! serialisation.
//!
//! What it must never do: panic, or accept a half-understood frame.

mod decode;
mod encode;
mod value;

pub use decode::{DecodeError, server_frame};
pub use encode::{Object, client_frame};
pub use value::Value;

pub(crate) use encode::{digits, push_number};
