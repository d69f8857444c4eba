//! French-first text analysis, shared by retrieval and by the conversation's
//! routing rules, so that both read a visitor's words in the same way.
//!
//! Text enters as `&str` and leaves as folded strings, tokens with byte
//! offsets, index terms or a language. Everything is a pure function of its
//! arguments: no I/O, no clock, no state.
//!
//! It must never be the text that people see or that a model is asked to
//! continue: folding loses accents and case on purpose.

mod abbreviations;
mod analyzer;
mod fold;
mod lang;
mod lang_data;
mod number;
mod stopwords;
mod token;
mod typo;
mod web;

pub use analyzer::Analyzer;
pub use fold::fold;
pub use lang::{Guess, Lang, guess, guess_lang};
pub use token::{Token, tokens};
pub use typo::{distance, similar_token, trigrams};
