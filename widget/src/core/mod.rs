//! The widget's decisions, without a browser.
//!
//! What it is for: everything that can go wrong between a visitor and the
//! gateway is decided here and tested on the host: order, loss, repetition,
//! resume, the notice gate, what the visitor sees next.
//!
//! How data enters and leaves: [`update`] takes the [`State`], one [`Msg`] and
//! the moment [`Now`], changes the state and returns [`Effect`]s for the shell
//! to carry out. [`crate::view`] reads the state.
//!
//! What it must never do: read a clock, make an id, roll dice, touch the DOM;
//! those are arguments or effects.

mod answer;
mod backoff;
mod link;
mod log;
mod msg;
mod outbox;
mod state;
mod text;
mod update;

pub use answer::Answer;
pub use backoff::{heartbeat_ms, reconnect_ms};
pub use link::{Link, Phase};
pub use log::Log;
pub use msg::{Effect, Msg, Now, Signal, Timer};
pub use outbox::{Item, Outbox, Stage};
pub use state::{Identity, Notice, Page, Panel, State, Typing, Wait};
pub use text::{Line, lines, tel};
pub use update::update;
