//! Between our values and the engine's.

use comptoir_index::{Field, Hit, IndexError, Point, SiteId};
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::external::serde_json::{Map, Value};
use qdrant_edge::{
    Condition, Distance, EdgeConfig, EdgeOptimizersConfig, EdgeSparseVectorParams,
    EdgeVectorParams, FieldCondition, Filter, JsonPath, Match, Modifier, NamedQuery,
    OperationError, Payload, PointId, PointStruct, PointStructPersisted, QueryEnum, QueryRequest,
    ScoredPoint, ScoringQuery, SearchParams, Vector, VectorInternal, Vectors, WalOptions,
    WithPayloadInterface, WithVector,
};
use uuid::Uuid;

pub(super) const DENSE: &str = "dense";
pub(super) const SPARSE: &str = "sparse";

/// A firm's FAQ is searched exhaustively: exact, and still well under a
/// millisecond. A graph would only be built beyond this size (in KiB).
const GRAPH_FROM_KIB: usize = 1_000_000;

/// The engine's default of 32 MiB per log file is for servers.
const LOG_FILE: usize = 4 * 1024 * 1024;

pub(super) fn config(dimensions: usize) -> EdgeConfig {
    EdgeConfig::builder()
        .vector(DENSE, EdgeVectorParams::builder(dimensions, Distance::Cosine).build())
        .sparse_vector(SPARSE, EdgeSparseVectorParams::builder().modifier(Modifier::Idf).build())
        .optimizers(EdgeOptimizersConfig {
            default_segment_number: Some(1),
            indexing_threshold: Some(GRAPH_FROM_KIB),
            ..EdgeOptimizersConfig::default()
        })
        .wal_options(WalOptions { segment_capacity: LOG_FILE, ..WalOptions::default() })
        .build()
}

pub(super) fn stored(point: Point) -> Result<PointStructPersisted, IndexError> {
    let mut vectors = Vec::with_capacity(2);
    if !point.dense.is_empty() {
        vectors.push((DENSE, Vector::new_dense(point.dense)));
    }
    if !point.sparse.is_empty() {
        let sparse = Vector::new_sparse(point.sparse.indices, point.sparse.values);
        vectors.push((SPARSE, sparse.map_err(|e| engine(&e))?));
    }
    let payload: Map<String, Value> = [
        ("site", Value::from(point.site.as_str())),
        ("entry", Value::from(point.entry.to_string())),
        ("lang", Value::from(point.lang)),
        ("field", Value::from(point.field.as_str())),
        ("version", Value::from(point.entry_version)),
        ("published", Value::from(point.published)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let point = PointStruct::new(
        PointId::Uuid(point.id),
        Vectors::new_named(vectors),
        Value::Object(payload),
    );
    Ok(point.into())
}

pub(super) fn query(
    name: &str,
    vector: VectorInternal,
    filter: Filter,
    limit: usize,
) -> QueryRequest {
    QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(vector, name)))),
        filter: Some(filter),
        score_threshold: None,
        limit,
        offset: 0,
        params: Some(SearchParams { exact: true, ..SearchParams::default() }),
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(true),
    }
}

pub(super) fn hit(found: ScoredPoint) -> Result<Hit, IndexError> {
    let payload: Payload = found.payload.unwrap_or_default();
    let text = |name: &str| payload.0.get(name).and_then(Value::as_str);
    let entry = text("entry").and_then(|id| Uuid::parse_str(id).ok());
    let field = text("field").and_then(Field::from_name);
    let version = payload.0.get("version").and_then(Value::as_i64);
    match (entry, field, version) {
        (Some(entry), Some(field), Some(entry_version)) => {
            Ok(Hit { entry, entry_version, field, score: found.score })
        }
        _ => Err(IndexError::Corrupt("a point without its payload".to_owned())),
    }
}

pub(super) fn of_entry(site: &SiteId, entry: Uuid) -> Result<Vec<Condition>, IndexError> {
    Ok(vec![keyword("site", site.as_str())?, keyword("entry", &entry.to_string())?])
}

pub(super) fn keyword(name: &str, value: &str) -> Result<Condition, IndexError> {
    let matching = Match::from(value.to_owned());
    Ok(Condition::Field(FieldCondition::new_match(path(name)?, matching)))
}

pub(super) fn all(conditions: Vec<Condition>) -> Filter {
    Filter { must: Some(conditions), ..Filter::new() }
}

pub(super) fn path(name: &str) -> Result<JsonPath, IndexError> {
    name.parse().map_err(|()| IndexError::Engine(format!("{name} is no payload path")))
}

/// The engine compares ranges as floating-point numbers. Versions count edits
/// and stay far below the 53 bits that are exact.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 edits of one entry")]
pub(super) fn ordered(version: i64) -> OrderedFloat<f64> {
    OrderedFloat(version as f64)
}

pub(super) fn engine(error: &OperationError) -> IndexError {
    if let OperationError::WrongVectorDimension { expected_dim, received_dim } = error {
        return IndexError::Dimensions { expected: *expected_dim, got: *received_dim };
    }
    if let OperationError::InconsistentStorage { description } = error {
        return IndexError::Corrupt(description.clone());
    }
    IndexError::Engine(brief(error))
}

pub(super) fn damaged(error: &OperationError) -> IndexError {
    IndexError::Corrupt(brief(error))
}

/// Some of the engine's messages carry a backtrace; the first line says it.
pub(super) fn brief(error: &OperationError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
