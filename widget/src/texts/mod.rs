//! The sentences a visitor reads.
//!
//! One JSON file per language beside this file, its keys in the order of
//! [`NAMES`]; the build command bundles each with the shell, so a visitor
//! downloads one language, and its sentences without the keys. Adding a
//! language is adding a file with the same keys.

use crate::cut;
use crate::prelude::*;

macro_rules! keys {
    ($($key:ident = $name:literal,)*) => {
        /// Names the sentences.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Key {
            $(#[doc = $name] $key,)*
        }

        /// Names in the catalog files, in the order of [`Key`].
        pub const NAMES: &[&str] = &[$($name,)*];
    };
}

keys! {
    Asked = "asked",
    Assistant = "assistant",
    Away = "away",
    Begin = "begin",
    Busy = "busy",
    Call = "call",
    Cancel = "cancel",
    Close = "close",
    Contact = "contact",
    ContactBad = "contact_bad",
    ContactIntro = "contact_intro",
    ContactLeft = "contact_left",
    ContactSend = "contact_send",
    Copied = "copied",
    Copy = "copy",
    Discard = "discard",
    Email = "email",
    End = "end",
    EndedAgent = "ended_agent",
    EndedIdle = "ended_idle",
    EndedVisitor = "ended_visitor",
    Failed = "failed",
    FailedLimit = "failed_limit",
    Human = "human",
    HumanShort = "human_short",
    Input = "input",
    Interrupted = "interrupted",
    Joined = "joined",
    Left = "left",
    Lost = "lost",
    Machine = "machine",
    Menu = "menu",
    Messages = "messages",
    Minutes = "minutes",
    No = "no",
    Notice = "notice",
    NoticeShort = "notice_short",
    Phone = "phone",
    Placeholder = "placeholder",
    Preparing = "preparing",
    Privacy = "privacy",
    Queue = "queue",
    Quick = "quick",
    Resumed = "resumed",
    Retry = "retry",
    Seconds = "seconds",
    Send = "send",
    Sending = "sending",
    Source = "source",
    Sources = "sources",
    ThanksNo = "thanks_no",
    ThanksYes = "thanks_yes",
    Title = "title",
    Typing = "typing",
    Verdict = "verdict",
    Waiting = "waiting",
    With = "with",
    Write = "write",
    Yes = "yes",
    You = "you",
}

/// Where a value goes in a sentence.
pub const GAP: u8 = 2;

/// The sentences of one language.
#[derive(Debug, Clone, Default)]
pub struct Texts(String);

impl Texts {
    /// From the sentences in the order of [`Key`], joined by `\x01`; a missing
    /// one is empty.
    #[must_use]
    pub fn new(joined: &str) -> Self {
        Self(joined.to_owned())
    }

    /// A sentence.
    #[must_use]
    pub fn get(&self, key: Key) -> &str {
        cut::parts(&self.0, 1).nth(key as usize).unwrap_or_default()
    }
}
