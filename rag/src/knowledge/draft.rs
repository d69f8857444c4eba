//! Knowledge as it would be: the snapshot with a change applied, beside the one
//! that visitors are served from.
//!
//! A draft shares embeddings and index with the knowledge it was made from and
//! lays its changed entries over them in memory. It must never write: neither
//! to the index nor to the kept vectors, and it follows no source.

use super::points;
use super::state::{EntryTexts, SiteState};
use super::{Knowledge, cosine};
use crate::RagError;
use crate::document::{EntryDoc, EntrySource, SourceError};
use async_trait::async_trait;
use comptoir_index::{
    Hit, IndexError, IndexStamp, Leg, MAX_LIMIT, Point, SearchRequest, SiteId, Sparse, VectorIndex,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Points of one entry that may stand before others in a search.
const POINTS_PER_ENTRY: usize = 4;

impl Knowledge {
    /// What the site would know with `changes`: entries in a version that is
    /// not published, or with `live` false when they would be gone. Without
    /// changes it is what visitors are served from now, held still.
    ///
    /// # Errors
    /// When storage, index or embedder fail.
    pub async fn drafted(&self, site: &SiteId, changes: &[EntryDoc]) -> Result<Self, RagError> {
        let base = self.state(site).await?;
        let frozen = Arc::new(Frozen::default());
        let touched: HashSet<Uuid> = changes.iter().map(|doc| doc.id).collect();
        let over =
            Arc::new(Over { below: Arc::clone(self.index()), touched, points: OnceLock::new() });
        let source: Arc<dyn EntrySource> = Arc::clone(&frozen) as _;
        let index: Arc<dyn VectorIndex> = Arc::clone(&over) as _;
        let draft = Self::new(source, index, Arc::clone(&self.vectors));
        let state = if changes.is_empty() {
            SiteState::clone(&base)
        } else {
            let mut docs: BTreeMap<Uuid, EntryDoc> =
                base.entries.iter().map(|(id, known)| (*id, EntryDoc::clone(&known.doc))).collect();
            for doc in changes {
                if doc.live {
                    docs.insert(doc.id, doc.clone());
                } else {
                    docs.remove(&doc.id);
                }
            }
            let synonyms = self.source().synonyms(site).await?;
            draft.prepare(docs.into_values().collect(), base.revision, &synonyms).await?
        };
        let mut laid = Vec::new();
        for doc in changes {
            if let Some(known) = state.entries.get(&doc.id) {
                let vectors = draft.vectors.of_entries(&EntryTexts::of(doc).all(), &|_| {}).await?;
                laid.extend(points::of(site, known, vectors));
            }
        }
        let docs = state.entries.values().map(|known| (known.doc.id, Arc::clone(&known.doc)));
        // Both were made above and are filled once.
        let _ = frozen.docs.set(docs.collect());
        let _ = over.points.set(laid);
        draft.publish(site, state);
        Ok(draft)
    }
}

/// Entries held still: nothing changes, nothing is followed.
#[derive(Default)]
struct Frozen {
    docs: OnceLock<HashMap<Uuid, Arc<EntryDoc>>>,
}

#[async_trait]
impl EntrySource for Frozen {
    async fn changes_since(
        &self,
        _site: &SiteId,
        _revision: i64,
        _limit: usize,
    ) -> Result<Vec<EntryDoc>, SourceError> {
        Ok(Vec::new())
    }

    async fn by_ids(&self, _site: &SiteId, ids: &[Uuid]) -> Result<Vec<EntryDoc>, SourceError> {
        let docs = self.docs.get();
        let found = ids.iter().filter_map(|id| docs?.get(id));
        Ok(found.map(|doc| EntryDoc::clone(doc)).collect())
    }

    async fn revision(&self, _site: &SiteId) -> Result<i64, SourceError> {
        Ok(0)
    }
}

/// An index with some entries covered by others.
struct Over {
    below: Arc<dyn VectorIndex>,
    touched: HashSet<Uuid>,
    points: OnceLock<Vec<Point>>,
}

impl Over {
    fn own(&self, request: &SearchRequest) -> Vec<Hit> {
        let fits = |point: &&Point| {
            (request.fields.is_empty() || request.fields.contains(&point.field))
                && request.lang.as_ref().is_none_or(|lang| *lang == point.lang)
        };
        let points = self.points.get().map(Vec::as_slice).unwrap_or_default();
        points.iter().filter(fits).filter_map(|point| hit(point, &request.leg)).collect()
    }
}

/// A point's own score; the sparse one lacks what depends on other points, and
/// only tells whether anything is shared.
fn hit(point: &Point, leg: &Leg) -> Option<Hit> {
    let score = match leg {
        Leg::Dense(query) => (!point.dense.is_empty()).then(|| cosine(&point.dense, query))?,
        Leg::Sparse(query) => Some(overlap(&point.sparse, query)).filter(|score| *score > 0.0)?,
    };
    let (entry, entry_version, field) = (point.entry, point.entry_version, point.field);
    Some(Hit { entry, entry_version, field, score })
}

fn overlap(point: &Sparse, query: &Sparse) -> f32 {
    let weight = |wanted: u32| {
        let place = point.indices.iter().position(|index| *index == wanted);
        place.and_then(|place| point.values.get(place)).copied().unwrap_or(0.0)
    };
    query.indices.iter().zip(&query.values).map(|(index, value)| value * weight(*index)).sum()
}

#[async_trait]
impl VectorIndex for Over {
    fn dimensions(&self) -> usize {
        self.below.dimensions()
    }

    async fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError> {
        let mut hits = self.own(&request);
        let covered = self.touched.len().saturating_mul(POINTS_PER_ENTRY);
        let limit = request.limit;
        let below = SearchRequest { limit: (limit + covered).min(MAX_LIMIT), ..request };
        let found = self.below.search(below).await?;
        hits.extend(found.into_iter().filter(|hit| !self.touched.contains(&hit.entry)));
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.entry.cmp(&b.entry)));
        hits.truncate(limit);
        Ok(hits)
    }

    async fn count(&self, site: &SiteId) -> Result<u64, IndexError> {
        self.below.count(site).await
    }

    async fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError> {
        self.below.ids(site).await
    }

    fn is_shared(&self) -> bool {
        self.below.is_shared()
    }

    async fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        self.below.stamp().await
    }

    // A draft is only read.

    async fn upsert(&self, _points: Vec<Point>) -> Result<(), IndexError> {
        Ok(())
    }

    async fn replace_entry(
        &self,
        _site: &SiteId,
        _entry: Uuid,
        _points: Vec<Point>,
    ) -> Result<(), IndexError> {
        Ok(())
    }

    async fn delete_entry(&self, _site: &SiteId, _entry: Uuid) -> Result<(), IndexError> {
        Ok(())
    }

    async fn delete_site(&self, _site: &SiteId) -> Result<(), IndexError> {
        Ok(())
    }

    async fn remove(&self, _ids: Vec<Uuid>) -> Result<(), IndexError> {
        Ok(())
    }

    async fn set_stamp(&self, _stamp: IndexStamp) -> Result<(), IndexError> {
        Ok(())
    }

    async fn clear(&self) -> Result<(), IndexError> {
        Ok(())
    }

    async fn flush(&self) -> Result<(), IndexError> {
        Ok(())
    }
}
