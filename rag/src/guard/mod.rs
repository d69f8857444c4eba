//! The fact guard: between the model's words and the visitor.
//!
//! Pieces of text enter as the model writes them; sentences leave once every
//! claim in them stands in the cited entries. A sentence that claims anything
//! else stops the reply, and nothing of it has been shown. What was shown
//! before is true, so the caller may replace or keep it.
//!
//! The guard does not judge style and does not repair. It must never pass a
//! text on because it failed to understand it: what cannot be read as
//! supported is unsupported.

mod common;
mod sentence;
mod source;
mod stream;
#[cfg(test)]
mod tests;

pub use source::{Refusal, Sources};
pub use stream::{Guard, Passed, Stop};
