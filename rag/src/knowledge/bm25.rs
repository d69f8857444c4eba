//! Exact lexical scores over one site's entries, kept in memory: the index
//! finds candidates, this says how well they match *within this site*.

use std::collections::HashMap;

/// Saturation of repeated terms.
const K: f32 = 1.2;

/// Terms of one text with their counts.
#[derive(Debug, Clone, Default)]
pub struct Bag {
    counts: HashMap<String, f32>,
    length: f32,
}

impl Bag {
    /// Counts `terms`.
    pub fn new(terms: impl IntoIterator<Item = String>) -> Self {
        let mut bag = Self::default();
        for term in terms {
            *bag.counts.entry(term).or_default() += 1.0;
            bag.length += 1.0;
        }
        bag
    }

    /// Whether the text holds `term`.
    #[must_use]
    pub fn holds(&self, term: &str) -> bool {
        self.counts.contains_key(term)
    }

    /// Terms with saturated counts, for the sparse vectors of the index.
    pub fn weights(&self) -> impl Iterator<Item = (&str, f32)> {
        self.counts.iter().map(|(term, count)| (term.as_str(), count * (K + 1.0) / (count + K)))
    }
}

/// Corpus statistics of one field.
#[derive(Debug, Clone, Default)]
pub struct Bm25 {
    documents: f32,
    found_in: HashMap<String, f32>,
    mean_length: f32,
    normalise: f32,
}

impl Bm25 {
    /// Statistics over `bags`; `normalise` (0 to 1) says how much a long text
    /// is held against its matches.
    pub fn new<'a>(bags: impl Iterator<Item = &'a Bag>, normalise: f32) -> Self {
        let mut out = Self { normalise, ..Self::default() };
        let mut total = 0.0;
        for bag in bags {
            out.documents += 1.0;
            total += bag.length;
            for term in bag.counts.keys() {
                *out.found_in.entry(term.clone()).or_default() += 1.0;
            }
        }
        out.mean_length = (total / out.documents.max(1.0)).max(1.0);
        out
    }

    /// How much a term tells; an unknown one tells as much as the rarest.
    #[must_use]
    pub fn idf(&self, term: &str) -> f32 {
        let found = self.found_in.get(term).copied().unwrap_or(0.0);
        (1.0 + (self.documents - found + 0.5) / (found + 0.5)).ln()
    }

    /// Whether any text of the site holds `term`.
    #[must_use]
    pub fn knows(&self, term: &str) -> bool {
        self.found_in.contains_key(term)
    }

    /// Every term of the site.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.found_in.keys().map(String::as_str)
    }

    /// The score of `bag` for weighted query terms.
    #[must_use]
    pub fn score(&self, bag: &Bag, query: &[(String, f32)]) -> f32 {
        query
            .iter()
            .filter_map(|(term, weight)| {
                let count = bag.counts.get(term)?;
                let length = 1.0 - self.normalise + self.normalise * bag.length / self.mean_length;
                Some(weight * self.idf(term) * count * (K + 1.0) / (count + K * length))
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bag, Bm25};

    #[test]
    fn rare_terms_and_short_texts_win() {
        let bags = [
            Bag::new(["prix", "gaz"].map(String::from)),
            Bag::new(["prix", "fioul"].map(String::from)),
            Bag::new(["prix", "gaz", "pose", "delai", "garantie"].map(String::from)),
        ];
        let field = Bm25::new(bags.iter(), 0.5);
        let gaz = [("gaz".to_owned(), 1.0), ("prix".to_owned(), 1.0)];
        assert!(field.score(&bags[0], &gaz) > field.score(&bags[2], &gaz));
        assert!(field.score(&bags[2], &gaz) > field.score(&bags[1], &gaz));
        assert!(field.idf("fioul") > field.idf("gaz"));
        assert!(field.idf("inconnu") > field.idf("fioul"));
        assert!(!field.knows("inconnu"));
    }
}
