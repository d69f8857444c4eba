//! From an analysed entry to the points of the index.

use super::bm25::Bag;
use super::state::Known;
use super::vectors::{Vector, key};
use crate::document::EntryDoc;
use comptoir_index::{Field, MAX_ENTRY_POINTS, Point, SiteId, Sparse, point_id, term_id};
use comptoir_text::Analyzer;
use uuid::Uuid;

/// One point per question, alternative and answer. `vectors` are those of the
/// entry's texts: question, whole, then alternatives.
pub(super) fn of(site: &SiteId, known: &Known, vectors: Vec<Vector>) -> Vec<Point> {
    let doc = &known.doc;
    let analyzer = Analyzer::for_lang(doc.lang);
    let mut vectors = vectors.into_iter();
    // A database that was set back gives known versions another content:
    // whatever a point is made of is in its id.
    let source = Uuid::from_u128(doc.id.as_u128() ^ key(&content(doc)));
    let point = |field: Field, ordinal: u32, dense: Vector, bag: &Bag| Point {
        id: point_id(source, doc.version, field, ordinal),
        site: site.clone(),
        entry: doc.id,
        lang: doc.lang.code().to_owned(),
        field,
        entry_version: doc.version,
        published: doc.live,
        dense: dense.to_vec(),
        sparse: Sparse::from_weights(bag.weights().map(|(term, weight)| (term_id(term), weight))),
    };
    let mut out = Vec::new();
    if let Some(dense) = vectors.next() {
        out.push(point(Field::Question, 0, dense, &known.head));
    }
    if let Some(dense) = vectors.next() {
        out.push(point(Field::Answer, 0, dense, &known.all));
    }
    for (ordinal, (text, dense)) in (0..).zip(doc.alternatives.iter().zip(vectors)) {
        let bag = Bag::new(analyzer.terms(text));
        out.push(point(Field::Alternative, ordinal, dense, &bag));
    }
    out.truncate(MAX_ENTRY_POINTS);
    out
}

/// Everything that vectors and terms of an entry are made from.
fn content(doc: &EntryDoc) -> String {
    let mut parts = vec![doc.lang.code(), doc.question.as_str(), doc.answer.as_str()];
    for list in [&doc.alternatives, &doc.keywords] {
        parts.push("");
        parts.extend(list.iter().map(String::as_str));
    }
    parts.join("\n")
}
