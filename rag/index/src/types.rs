//! The values that cross the port.

use crate::IndexError;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The layout of points and payloads. A change here makes every stored index
/// stale (see [`IndexStamp`]).
pub const SCHEMA_VERSION: u32 = 1;

/// The most points one entry may have: question, answer and alternatives.
pub const MAX_ENTRY_POINTS: usize = 256;

/// The most hits one search returns, whatever its limit says.
pub const MAX_LIMIT: usize = 1_000;

/// The firm whose entries are searched. Never searched across.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SiteId(String);

impl SiteId {
    /// Wraps an identifier as the database knows it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The part of an entry that a point stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The question as the owner wrote it.
    Question,
    /// Another way to ask it.
    Alternative,
    /// The answer.
    Answer,
}

impl Field {
    /// The name stored with a point.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Alternative => "alternative",
            Self::Answer => "answer",
        }
    }

    /// The field stored under `name`, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Question, Self::Alternative, Self::Answer]
            .into_iter()
            .find(|field| field.as_str() == name)
    }
}

/// A sparse vector: weights of terms, each dimension at most once.
///
/// On points the weights are the document side of the lexical score (for
/// BM25: saturated, length-normalised term frequency); in queries usually 1
/// per term. The engine multiplies by the inverse document frequency.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sparse {
    /// Dimensions, from [`crate::term_id`].
    pub indices: Vec<u32>,
    /// One weight per dimension.
    pub values: Vec<f32>,
}

impl Sparse {
    /// A vector from weights in any order. The weights of a repeated dimension
    /// are added; zero and non-finite sums are dropped.
    #[must_use]
    pub fn from_weights(weights: impl IntoIterator<Item = (u32, f32)>) -> Self {
        let mut summed = std::collections::BTreeMap::<u32, f32>::new();
        for (index, weight) in weights {
            *summed.entry(index).or_default() += weight;
        }
        let (indices, values) =
            summed.into_iter().filter(|(_, value)| value.is_finite() && *value != 0.0).unzip();
        Self { indices, values }
    }

    /// Whether nothing can match it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Checks what the engines take for granted.
    ///
    /// # Errors
    /// [`IndexError::InvalidVector`].
    pub fn validate(&self) -> Result<(), IndexError> {
        if self.indices.len() != self.values.len() {
            return Err(IndexError::InvalidVector("as many weights as dimensions"));
        }
        if self.values.iter().any(|value| !value.is_finite()) {
            return Err(IndexError::InvalidVector("a weight is not finite"));
        }
        let mut sorted = self.indices.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(IndexError::InvalidVector("a dimension is repeated"));
        }
        Ok(())
    }
}

/// One vector pair of one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Unique over all sites; see [`crate::point_id`].
    pub id: Uuid,
    /// Whose entry it is.
    pub site: SiteId,
    /// The entry.
    pub entry: Uuid,
    /// Language tag of the text, such as `fr`.
    pub lang: String,
    /// Which part of the entry.
    pub field: Field,
    /// The version of the entry, growing with every edit.
    pub entry_version: i64,
    /// Only published points are ever found.
    pub published: bool,
    /// Empty when there is no embedder: the dense leg will not find it.
    pub dense: Vec<f32>,
    /// Empty when no term is left: the sparse leg will not find it.
    pub sparse: Sparse,
}

impl Point {
    /// Checks both vectors against the index.
    ///
    /// # Errors
    /// [`IndexError::Dimensions`] or [`IndexError::InvalidVector`].
    pub fn validate(&self, dimensions: usize) -> Result<(), IndexError> {
        if !self.dense.is_empty() {
            validate_dense(&self.dense, dimensions)?;
        }
        self.sparse.validate()
    }
}

/// What to compare with.
#[derive(Debug, Clone, PartialEq)]
pub enum Leg {
    /// Cosine similarity with an embedding.
    Dense(Vec<f32>),
    /// Weighted overlap of terms.
    Sparse(Sparse),
}

impl Leg {
    /// Checks the query vector against the index.
    ///
    /// # Errors
    /// [`IndexError::Dimensions`] or [`IndexError::InvalidVector`].
    pub fn validate(&self, dimensions: usize) -> Result<(), IndexError> {
        match self {
            Self::Dense(dense) => validate_dense(dense, dimensions),
            Self::Sparse(sparse) => sparse.validate(),
        }
    }
}

fn validate_dense(dense: &[f32], dimensions: usize) -> Result<(), IndexError> {
    if dense.len() != dimensions {
        return Err(IndexError::Dimensions { expected: dimensions, got: dense.len() });
    }
    if dense.iter().any(|value| !value.is_finite()) {
        return Err(IndexError::InvalidVector("a component is not finite"));
    }
    Ok(())
}

/// One search of one leg among the published points of one site.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// The site.
    pub site: SiteId,
    /// Only this language, or all of them.
    pub lang: Option<String>,
    /// Only these fields; empty for all.
    pub fields: Vec<Field>,
    /// What to compare with.
    pub leg: Leg,
    /// How many points at most; cut to [`MAX_LIMIT`]. Several may belong to
    /// one entry.
    pub limit: usize,
}

/// One point found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The entry it belongs to.
    pub entry: Uuid,
    /// The version of the entry that was indexed. A caller that has a newer
    /// one at hand should drop the hit.
    pub entry_version: i64,
    /// Which part of the entry.
    pub field: Field,
    /// Cosine similarity (-1 to 1) on the dense leg, an unbounded BM25-like
    /// sum on the sparse one. The two do not compare.
    pub score: f32,
}

/// What an index was built from, stored inside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexStamp {
    /// Identifier of the embedding model.
    pub embedder: String,
    /// Its dimensions.
    pub dimensions: usize,
    /// [`SCHEMA_VERSION`] at the time, combined as the caller sees fit with
    /// the version of its own text analysis.
    pub schema: u32,
    /// How far in the database's history the index has come.
    pub revision: i64,
}

impl IndexStamp {
    /// Whether vectors built for `self` compare with queries built for
    /// `wanted`. When not, the index must be rebuilt. The revision does not
    /// count: it says which entries to index again, not that all are wrong.
    #[must_use]
    pub fn is_compatible(&self, wanted: &Self) -> bool {
        self.embedder == wanted.embedder
            && self.dimensions == wanted.dimensions
            && self.schema == wanted.schema
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, IndexStamp, Sparse};

    #[test]
    fn weights_are_summed_and_sorted() {
        let sparse = Sparse::from_weights([(9, 1.0), (2, 0.5), (9, 1.5), (4, 0.0), (5, f32::NAN)]);
        assert_eq!(sparse, Sparse { indices: vec![2, 9], values: vec![0.5, 2.5] });
        assert!(sparse.validate().is_ok());
    }

    #[test]
    fn impossible_sparse_vectors_are_refused() {
        for (indices, values) in
            [(vec![1, 1], vec![1.0, 1.0]), (vec![1], vec![]), (vec![1], vec![f32::INFINITY])]
        {
            assert!(Sparse { indices, values }.validate().is_err());
        }
    }

    #[test]
    fn field_names_come_back() {
        for field in [Field::Question, Field::Alternative, Field::Answer] {
            assert_eq!(Field::from_name(field.as_str()), Some(field));
        }
        assert_eq!(Field::from_name("title"), None);
    }

    #[test]
    fn a_stamp_of_another_model_forces_a_rebuild() {
        let stamp = IndexStamp { embedder: "a".into(), dimensions: 4, schema: 1, revision: 7 };
        assert!(stamp.is_compatible(&IndexStamp { revision: 9, ..stamp.clone() }));
        assert!(!stamp.is_compatible(&IndexStamp { embedder: "b".into(), ..stamp.clone() }));
        assert!(!stamp.is_compatible(&IndexStamp { dimensions: 5, ..stamp.clone() }));
        assert!(!stamp.is_compatible(&IndexStamp { schema: 2, ..stamp.clone() }));
    }
}
