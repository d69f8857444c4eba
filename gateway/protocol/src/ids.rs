//! Identifiers on the wire. Newtypes, so that one cannot stand for another.

use alloc::{borrow::ToOwned as _, string::String};

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
        #[cfg_attr(feature = "serde", serde(transparent))]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id! {
    /// A conversation, made by the gateway (UUID v7, hyphenated).
    ConversationId
}
text_id! {
    /// Made by the client for each thing it sends, unique within its
    /// conversation. Sending it again is a retry and yields the same event.
    ClientId
}
text_id! {
    /// One streamed reply: ties ephemeral deltas to the completed message.
    AnswerId
}
text_id! {
    /// Incarnation of a conversation's log. A client whose epoch differs must
    /// drop what it holds and take the snapshot.
    Epoch
}

/// Position of an event in its conversation: 1, 2, 3, … without gaps, given
/// inside the commit that stores the event. 0 means "nothing seen yet".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Seq(pub u64);

impl Seq {
    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
