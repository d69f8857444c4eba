//! Points and requests of the cases, with as little ceremony as possible.

use crate::{Field, Hit, Leg, Point, SearchRequest, SiteId, Sparse, point_id, term_id};
use uuid::Uuid;

/// Dimensions of the small cases.
pub(super) const DIMENSIONS: usize = 8;

pub(super) fn site(name: &str) -> SiteId {
    SiteId::new(name)
}

pub(super) fn entry(number: u128) -> Uuid {
    Uuid::from_u128(0x00c0_0000_0000_0000_0000_0000_0000_0000 + number)
}

/// A unit vector along one axis.
pub(super) fn axis(at: usize) -> Vec<f32> {
    let mut dense = vec![0.0; DIMENSIONS];
    dense[at % DIMENSIONS] = 1.0;
    dense
}

/// One unit of weight per term.
pub(super) fn terms(words: &[&str]) -> Sparse {
    Sparse::from_weights(words.iter().map(|word| (term_id(word), 1.0)))
}

/// A published French question of version 1; cases change what they test.
pub(super) fn question(site: &SiteId, number: u128, dense: Vec<f32>, words: &[&str]) -> Point {
    versioned(site, number, 1, dense, words)
}

pub(super) fn versioned(
    site: &SiteId,
    number: u128,
    version: i64,
    dense: Vec<f32>,
    words: &[&str],
) -> Point {
    Point {
        id: point_id(entry(number), version, Field::Question, 0),
        site: site.clone(),
        entry: entry(number),
        lang: "fr".to_owned(),
        field: Field::Question,
        entry_version: version,
        published: true,
        dense,
        sparse: terms(words),
    }
}

/// The same point standing for another part of its entry.
pub(super) fn as_field(point: Point, field: Field, ordinal: u32) -> Point {
    Point { id: point_id(point.entry, point.entry_version, field, ordinal), field, ..point }
}

pub(super) fn dense_search(site: &SiteId, dense: Vec<f32>) -> SearchRequest {
    search(site, Leg::Dense(dense))
}

pub(super) fn term_search(site: &SiteId, words: &[&str]) -> SearchRequest {
    search(site, Leg::Sparse(terms(words)))
}

fn search(site: &SiteId, leg: Leg) -> SearchRequest {
    SearchRequest { site: site.clone(), lang: None, fields: Vec::new(), leg, limit: 50 }
}

/// The entries of hits, in their order.
pub(super) fn entries(hits: &[Hit]) -> Vec<Uuid> {
    hits.iter().map(|hit| hit.entry).collect()
}
