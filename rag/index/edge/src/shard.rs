//! The engine, in our terms. The only module that names its types.

mod convert;

use comptoir_index::{Hit, IndexError, Leg, MAX_LIMIT, Point, SearchRequest, SiteId};
use convert::{
    DENSE, SPARSE, all, config, damaged, engine, hit, keyword, of_entry, ordered, path, query,
    stored,
};
use qdrant_edge::{
    BoolIndexParams, Condition, CountRequest, CreateIndex, EdgeShard, FieldCondition,
    FieldIndexOperations, Filter, HasIdCondition, KeywordIndexParams, Match, PayloadFieldSchema,
    PayloadSchemaParams, PointId, PointInsertOperations, PointOperations, Range, Record,
    ScrollRequest, UpdateOperation, Vector, VectorInternal, WithPayloadInterface,
};
use std::path::Path;
use uuid::Uuid;

/// One open shard.
pub(crate) struct Shard {
    inner: EdgeShard,
}

impl Shard {
    /// Opens the shard at `path`, or makes one.
    pub(crate) fn open(path: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let inner = if path.join("segments").exists() {
            let inner = EdgeShard::load(path, None).map_err(|e| damaged(&e))?;
            let found = inner.config().vectors.get(DENSE).map(|params| params.size);
            match found {
                Some(size) if size == dimensions => inner,
                Some(size) => {
                    return Err(IndexError::Dimensions { expected: dimensions, got: size });
                }
                None => return Err(IndexError::Corrupt("no dense vectors".to_owned())),
            }
        } else {
            std::fs::create_dir_all(path)?;
            EdgeShard::new(path, config(dimensions)).map_err(|e| engine(&e))?
        };
        let shard = Self { inner };
        shard.create_indexes()?;
        Ok(shard)
    }

    /// Gives the shard up without closing it: closing one that has panicked
    /// could panic again or write what it should not.
    pub(crate) fn abandon(self) {
        std::mem::forget(self.inner);
    }

    pub(crate) fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        let points = points.into_iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        self.update(PointOperations::UpsertPoints(PointInsertOperations::PointsList(points)))
    }

    /// Whether a version above `version` is stored.
    pub(crate) fn has_newer(
        &self,
        site: &SiteId,
        entry: Uuid,
        version: i64,
    ) -> Result<bool, IndexError> {
        let above = Range { lt: None, gt: Some(ordered(version)), gte: None, lte: None };
        let mut conditions = of_entry(site, entry)?;
        conditions.push(Condition::Field(FieldCondition::new_range(path("version")?, above)));
        Ok(self.count_where(all(conditions))? > 0)
    }

    pub(crate) fn delete_entry_except(
        &self,
        site: &SiteId,
        entry: Uuid,
        keep: &[Uuid],
    ) -> Result<(), IndexError> {
        let kept: HasIdCondition = keep.iter().copied().map(PointId::Uuid).collect();
        let filter = Filter {
            must: Some(of_entry(site, entry)?),
            must_not: Some(vec![Condition::HasId(kept)]),
            ..Filter::new()
        };
        self.update(PointOperations::DeletePointsByFilter(filter))
    }

    pub(crate) fn delete_site(&self, site: &SiteId) -> Result<(), IndexError> {
        let filter = all(vec![keyword("site", site.as_str())?]);
        self.update(PointOperations::DeletePointsByFilter(filter))
    }

    pub(crate) fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError> {
        let filter = all(vec![keyword("site", site.as_str())?]);
        let limit = usize::try_from(self.count(site)?).unwrap_or(usize::MAX);
        let all_at_once = ScrollRequest {
            filter: Some(filter),
            limit: Some(limit.max(1)),
            with_payload: Some(WithPayloadInterface::Bool(false)),
            ..ScrollRequest::default()
        };
        let (found, _) = self.inner.scroll(all_at_once).map_err(|e| engine(&e))?;
        let id = |record: Record| match record.id {
            PointId::Uuid(id) => Some(id),
            PointId::NumId(_) => None,
        };
        Ok(found.into_iter().filter_map(id).collect())
    }

    pub(crate) fn remove(&self, ids: Vec<Uuid>) -> Result<(), IndexError> {
        let ids = ids.into_iter().map(PointId::Uuid).collect();
        self.update(PointOperations::DeletePoints { ids })
    }

    pub(crate) fn count(&self, site: &SiteId) -> Result<u64, IndexError> {
        self.count_where(all(vec![keyword("site", site.as_str())?]))
    }

    pub(crate) fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError> {
        let mut conditions = vec![
            keyword("site", request.site.as_str())?,
            Condition::Field(FieldCondition::new_match(path("published")?, Match::from(true))),
        ];
        if let Some(lang) = &request.lang {
            conditions.push(keyword("lang", lang)?);
        }
        if !request.fields.is_empty() {
            let names: Vec<String> =
                request.fields.iter().map(|field| field.as_str().to_owned()).collect();
            conditions.push(Condition::Field(FieldCondition::new_match(
                path("field")?,
                Match::from(names),
            )));
        }
        let (name, vector) = match request.leg {
            Leg::Dense(dense) => (DENSE, Vector::new_dense(dense)),
            Leg::Sparse(sparse) if sparse.is_empty() => return Ok(Vec::new()),
            Leg::Sparse(sparse) => {
                (SPARSE, Vector::new_sparse(sparse.indices, sparse.values).map_err(|e| engine(&e))?)
            }
        };
        let limit = request.limit.min(MAX_LIMIT);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let found = self
            .inner
            .query(query(name, VectorInternal::from(vector), all(conditions), limit))
            .map_err(|e| engine(&e))?;
        found.into_iter().map(hit).collect()
    }

    /// Lets the engine drop the remains of deleted points.
    pub(crate) fn tidy(&self) -> Result<(), IndexError> {
        self.inner.optimize().map(|_| ()).map_err(|e| engine(&e))
    }

    /// Makes changes durable. The engine panics when it cannot.
    pub(crate) fn flush(&self) {
        self.inner.flush();
    }

    fn create_indexes(&self) -> Result<(), IndexError> {
        let keyword = || PayloadSchemaParams::Keyword(KeywordIndexParams::default());
        let fields = [
            (
                "site",
                PayloadSchemaParams::Keyword(KeywordIndexParams {
                    is_tenant: Some(true),
                    ..KeywordIndexParams::default()
                }),
            ),
            ("entry", keyword()),
            ("lang", keyword()),
            ("field", keyword()),
            ("published", PayloadSchemaParams::Bool(BoolIndexParams::default())),
        ];
        let present = self.inner.info().payload_schema;
        for (name, params) in fields {
            let field_name = path(name)?;
            if present.contains_key(&field_name) {
                continue;
            }
            let index = CreateIndex {
                field_name,
                field_schema: Some(PayloadFieldSchema::FieldParams(params)),
            };
            self.inner
                .update(UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(
                    index,
                )))
                .map_err(|e| engine(&e))?;
        }
        Ok(())
    }

    fn update(&self, operation: PointOperations) -> Result<(), IndexError> {
        self.inner.update(UpdateOperation::PointOperation(operation)).map_err(|e| engine(&e))
    }

    fn count_where(&self, filter: Filter) -> Result<u64, IndexError> {
        self.inner
            .count(CountRequest { filter: Some(filter), exact: true })
            .map(|count| count as u64)
            .map_err(|e| engine(&e))
    }
}
