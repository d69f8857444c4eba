//! Pure policies: what a visitor's words call for, when people are there, what
//! must be hidden before it leaves the conversation.
//!
//! Text, settings and time enter as arguments; a verdict leaves. Nothing here
//! reads a clock, a file or a conversation.

mod clean;
mod holidays;
mod hours;
mod lexicon;
mod mask;
mod pattern;
mod presence;
mod smalltalk;
mod triage;
mod waiting;
mod words;

pub use clean::clean;
pub use holidays::is_public_holiday;
pub use hours::{Opening, Reopening, open_between, opening};
pub use mask::mask;
pub use presence::{PRESENT_WITHIN, is_really_available, really_available};
pub use smalltalk::{Smalltalk, YesNo, yes_or_no};
pub use triage::{Danger, PolicySettings, Triage, called_for, default_escalation_words, triage};
pub use waiting::due;
