//! An owner's test questions: what is right, what came of one, and what would
//! change, as data that a page can put into plain words.
//!
//! Replies enter as what a visitor would read ([`Seen`]); verdicts and
//! differences leave. Facts are compared with the same reading that the guard
//! uses ([`crate::facts`]), so that "85 €" and "85 euros" are one fact. Pure:
//! who asks the pipeline, and on which knowledge, is the caller's matter. It
//! must never judge style: another wording of the same facts breaks nothing.

mod adapt;
mod compare;
mod statement;
#[cfg(test)]
mod tests;
mod verdict;

pub use adapt::adapted;
pub use compare::{Difference, difference};
pub use statement::{facts_in_words, states};
pub use verdict::{Expected, Problem, Way, problems};

use uuid::Uuid;

/// What came of a question, as a visitor would see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The way it went.
    pub way: Way,
    /// What a visitor would read.
    pub text: String,
    /// Entries the text rests on, best first: id and question.
    pub cited: Vec<(Uuid, String)>,
}
