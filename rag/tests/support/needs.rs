//! Sentences of our own with the need they show.

use comptoir_rag::knowledge::Vectors;
use comptoir_rag::people::{Example, Need};
use comptoir_text::{Analyzer, Lang, guess_lang};

/// What the head was fitted on.
pub const FITTED: &str = include_str!("../../calibration/people.tsv");
/// What nothing was fitted on.
pub const UNSEEN: &str = include_str!("../data/people_unseen.tsv");

/// The sentences of a file as retrieval embeds them.
pub async fn embedded(file: &'static str) -> Vec<(Example, &'static str)> {
    let vectors = Vectors::new(super::embedder(), None);
    let mut out = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, text) = line.split_once('\t').expect("a need and a sentence");
        let need = Need::ALL.into_iter().find(|need| need.word() == word);
        assert!(need.is_some() || word == "bot", "{line}");
        let plain = Analyzer::for_lang(guess_lang(text, Lang::Fr)).expand(text);
        let vector = vectors.of_visitor(&[plain]).await.expect("an embedding").swap_remove(0);
        out.push((Example { vector: vector.to_vec(), need }, text));
    }
    out
}
