//! Between our values and the protocol's.

use comptoir_index::{Field, Hit, IndexError, IndexStamp, Point, SearchRequest, SiteId};
use qdrant_client::Payload;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::{
    Condition, Filter, NamedVectors, PointId, PointStruct, Range, RetrievedPoint, ScoredPoint,
    Value, Vector,
};
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) const DENSE: &str = "dense";
pub(crate) const SPARSE: &str = "sparse";

/// The payload key of the one point that is no point: it belongs to no site,
/// so no search and no count meets it.
const STAMP: &str = "stamp";

pub(crate) fn stored(point: Point) -> PointStruct {
    let mut vectors = HashMap::new();
    if !point.dense.is_empty() {
        vectors.insert(DENSE.to_owned(), Vector::new_dense(point.dense));
    }
    if !point.sparse.is_empty() {
        let sparse = Vector::new_sparse(point.sparse.indices, point.sparse.values);
        vectors.insert(SPARSE.to_owned(), sparse);
    }
    let payload = Payload::from(HashMap::from([
        ("site", Value::from(point.site.as_str())),
        ("entry", Value::from(point.entry.to_string())),
        ("lang", Value::from(point.lang)),
        ("field", Value::from(point.field.as_str())),
        ("version", Value::from(point.entry_version)),
        ("published", Value::from(point.published)),
    ]));
    PointStruct::new(point.id.to_string(), NamedVectors::from(vectors), payload)
}

pub(crate) fn hit(found: &ScoredPoint) -> Result<Hit, IndexError> {
    let entry = text(&found.payload, "entry").and_then(|id| Uuid::parse_str(id).ok());
    let field = text(&found.payload, "field").and_then(Field::from_name);
    let version = number(&found.payload, "version");
    match (entry, field, version) {
        (Some(entry), Some(field), Some(entry_version)) => {
            Ok(Hit { entry, entry_version, field, score: found.score })
        }
        _ => Err(IndexError::Corrupt("a point without its payload".to_owned())),
    }
}

fn text<'a>(payload: &'a HashMap<String, Value>, name: &str) -> Option<&'a str> {
    let kind = payload.get(name)?.kind.as_ref()?;
    if let Kind::StringValue(text) = kind { Some(text) } else { None }
}

fn number(payload: &HashMap<String, Value>, name: &str) -> Option<i64> {
    let kind = payload.get(name)?.kind.as_ref()?;
    if let Kind::IntegerValue(number) = kind { Some(*number) } else { None }
}

pub(crate) fn all_of(conditions: Vec<Condition>) -> Filter {
    Filter { must: conditions, ..Filter::default() }
}

pub(crate) fn site_filter(site: &SiteId) -> Filter {
    all_of(vec![keyword("site", site.as_str())])
}

pub(crate) fn entry_filter(site: &SiteId, entry: Uuid) -> Filter {
    all_of(vec![keyword("site", site.as_str()), keyword("entry", &entry.to_string())])
}

/// Points of the entry with a version above `version`.
pub(crate) fn newer_filter(site: &SiteId, entry: Uuid, version: i64) -> Filter {
    version_filter(site, entry, Range { gt: Some(ordered(version)), ..Range::default() })
}

/// Points of the entry with `version` or an older one.
pub(crate) fn up_to_filter(site: &SiteId, entry: Uuid, version: i64) -> Filter {
    version_filter(site, entry, Range { lte: Some(ordered(version)), ..Range::default() })
}

fn version_filter(site: &SiteId, entry: Uuid, versions: Range) -> Filter {
    let mut filter = entry_filter(site, entry);
    filter.must.push(Condition::range("version", versions));
    filter
}

#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 edits of one entry")]
fn ordered(version: i64) -> f64 {
    version as f64
}

/// A point's id; none for one that is not ours.
pub(crate) fn id(id: Option<PointId>) -> Option<Uuid> {
    match id?.point_id_options? {
        PointIdOptions::Uuid(id) => Uuid::parse_str(&id).ok(),
        PointIdOptions::Num(_) => None,
    }
}

pub(crate) fn search_filter(request: &SearchRequest) -> Filter {
    let mut conditions =
        vec![keyword("site", request.site.as_str()), Condition::matches("published", true)];
    if let Some(lang) = &request.lang {
        conditions.push(keyword("lang", lang));
    }
    if !request.fields.is_empty() {
        let names: Vec<String> =
            request.fields.iter().map(|field| field.as_str().to_owned()).collect();
        conditions.push(Condition::matches("field", names));
    }
    all_of(conditions)
}

fn keyword(name: &str, value: &str) -> Condition {
    Condition::matches(name, value.to_owned())
}

pub(crate) fn stamp_id() -> PointId {
    PointId::from(Uuid::nil().to_string())
}

pub(crate) fn stamp_point(stamp: &IndexStamp) -> Result<PointStruct, IndexError> {
    let text = serde_json::to_string(stamp).map_err(|e| IndexError::Engine(e.to_string()))?;
    let payload = Payload::from(HashMap::from([(STAMP, Value::from(text))]));
    let no_vectors = NamedVectors::from(HashMap::<String, Vector>::new());
    Ok(PointStruct::new(stamp_id(), no_vectors, payload))
}

/// The stamp in its point; one that cannot be read is none.
pub(crate) fn stamp(point: &RetrievedPoint) -> Option<IndexStamp> {
    serde_json::from_str(text(&point.payload, STAMP)?).ok()
}
