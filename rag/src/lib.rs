//! Answers: from a visitor's question to words that the firm's FAQ supports.
//!
//! A question comes in with the turns before it ([`pipeline::Ask`]). It is
//! analysed and looked up ([`retrieve`]), looked at for a need of a person
//! ([`people`]), the best entries are judged ([`confidence`]), one of three ways is chosen ([`plan`]): the entry's own
//! words, a text written by the model and checked in the stream ([`guard`]),
//! or a person. A stream of [`pipeline::Piece`]s goes out.
//!
//! Entries come through [`document::EntrySource`] and are kept searchable by
//! [`knowledge`]. For owners there is more: what would be answered after a
//! change ([`checks`]), which questions are one ([`groups`]), how else an entry
//! may be asked for ([`phrasings`]). This crate knows neither conversations nor HTTP nor SQL. It
//! must never show a fact that no cited entry states, call the model without
//! entries, or fail a visitor because a model is missing.

pub mod checks;
pub mod confidence;
pub mod document;
mod error;
pub mod eval;
pub mod facts;
#[cfg(test)]
mod fixtures;
pub mod groups;
pub mod guard;
pub mod knowledge;
pub mod people;
pub mod phrasings;
pub mod pipeline;
pub mod plan;
pub mod prompt;
pub mod retrieve;

pub use comptoir_index::SiteId;
pub use error::RagError;
