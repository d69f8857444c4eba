//! The chat widget that stands on other people's pages.
//!
//! What it is for: a visitor asks, reads a streamed answer, reaches a person.
//! [`core`] decides (state, update, effects), [`view`] says what is to be
//! seen, [`wire`] turns frames into types and back, [`texts`] holds the
//! sentences, [`driver`] joins them. The shell, `js/shell.js`, is the hands:
//! it owns the socket, the timers, the storage and the elements, and decides
//! nothing.
//!
//! How data enters and leaves: as text, both ways, through
//! [`driver::Driver::act`]. No browser object crosses the border, so there is
//! no glue for any, and everything on this side runs in tests on the host.
//!
//! What it must never do: write to storage, open a socket or load anything
//! before the first open; make markup of text; let a message leave before the
//! AI notice was displayed; count bytes carelessly.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod cut;
mod prelude;

pub mod core;
pub mod driver;
pub mod texts;
pub mod view;
pub mod wire;

#[cfg(target_arch = "wasm32")]
mod wasm;
