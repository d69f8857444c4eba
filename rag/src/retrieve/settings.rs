//! Weights of retrieval, as data. One setting for all firms, measured on
//! several FAQs at once; see the README's table.

/// How signals are weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetrievalSettings {
    /// Question and alternatives, by meaning.
    pub dense_question: f32,
    /// Question and answer together, by meaning.
    pub dense_whole: f32,
    /// Terms of questions and keywords.
    pub lexical_head: f32,
    /// Terms of everything.
    pub lexical_all: f32,
    /// Word by word, by meaning.
    pub words: f32,
    /// How much of an entry's general nearness is taken off.
    pub hub: f32,
    /// What the visitor asked before, for questions that lean on it.
    pub before: f32,
    /// What was answered before.
    pub answered: f32,
    /// The visitor's own words beside their translation.
    pub original: f32,
    /// Characters of earlier turns that count.
    pub longest_context: usize,
    /// Points asked per leg.
    pub limit: usize,
    /// Entries returned.
    pub results: usize,
}

impl Default for RetrievalSettings {
    fn default() -> Self {
        Self {
            dense_question: 1.0,
            dense_whole: 0.75,
            lexical_head: 0.5,
            lexical_all: 1.0,
            words: 0.5,
            hub: 0.5,
            before: 0.4,
            answered: 0.3,
            original: 0.5,
            longest_context: 600,
            limit: 400,
            results: 12,
        }
    }
}
