//! An index in memory that can be told to misbehave.

use async_trait::async_trait;
use comptoir_index::contract::Factory;
use comptoir_index::{
    Hit, IndexError, IndexStamp, Leg, Point, SearchRequest, SiteId, VectorIndex, check_points,
    check_replacement, settle,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use uuid::Uuid;

/// One way to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    FindsDrafts,
    IgnoresSite,
    IgnoresLanguage,
    IgnoresFields,
    NoInverseFrequency,
    KeepsOldPoints,
    LateVersionWins,
    GapWhileReplacing,
    MixesVersions,
    ForgetsStamp,
    ForgetsPoints,
    DeletesAcrossSites,
    ClearsNothing,
    RemovesNothing,
    TakesAnyVector,
    WorstFirst,
}

#[derive(Default)]
struct Content {
    points: BTreeMap<Uuid, Point>,
    stamp: Option<IndexStamp>,
}

pub struct Memory {
    dimensions: usize,
    fault: Fault,
    content: Mutex<Content>,
}

impl Memory {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().expect("no panic under the lock")
    }

    fn write(&self, points: Vec<Point>) {
        self.content().points.extend(points.into_iter().map(|point| (point.id, point)));
    }

    fn remove(&self, gone: impl Fn(&Point) -> bool) {
        self.content().points.retain(|_, point| !gone(point));
    }

    /// The weight of each query term, by its dimension.
    fn rarities(&self, leg: &Leg, all: &[Point]) -> BTreeMap<u32, f32> {
        let Leg::Sparse(query) = leg else {
            return BTreeMap::new();
        };
        let flat = self.has(Fault::NoInverseFrequency);
        let weigh = |index: u32| if flat { 1.0 } else { rarity(index, all) };
        query.indices.iter().map(|index| (*index, weigh(*index))).collect()
    }

    fn score(&self, leg: &Leg, point: &Point, rarities: &BTreeMap<u32, f32>) -> Option<f32> {
        let score = match leg {
            Leg::Dense(_) if point.dense.is_empty() => return None,
            Leg::Dense(query) => cosine(query, &point.dense),
            Leg::Sparse(_) => {
                let weights = point.sparse.indices.iter().zip(&point.sparse.values);
                weights
                    .filter_map(|(index, value)| Some(value * rarities.get(index)?))
                    .reduce(|a, b| a + b)?
            }
        };
        Some(if self.has(Fault::WorstFirst) { -score } else { score })
    }

    fn matches(&self, request: &SearchRequest, point: &Point) -> bool {
        (point.published || self.has(Fault::FindsDrafts))
            && (point.site == request.site || self.has(Fault::IgnoresSite))
            && (request.lang.as_ref().is_none_or(|lang| *lang == point.lang)
                || self.has(Fault::IgnoresLanguage))
            && (request.fields.is_empty()
                || request.fields.contains(&point.field)
                || self.has(Fault::IgnoresFields))
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "a handful of points")]
fn rarity(index: u32, all: &[Point]) -> f32 {
    let count = all.iter().filter(|point| !point.sparse.is_empty()).count() as f32;
    let with = all.iter().filter(|point| point.sparse.indices.contains(&index)).count() as f32;
    ((count - with + 0.5) / (with + 0.5)).ln_1p()
}

/// Lets the other tasks of the test run.
async fn breathe() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[async_trait]
impl VectorIndex for Memory {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        if !self.has(Fault::TakesAnyVector) {
            check_points(&points, self.dimensions)?;
        }
        self.write(points);
        Ok(())
    }

    async fn replace_entry(
        &self,
        site: &SiteId,
        entry: Uuid,
        points: Vec<Point>,
    ) -> Result<(), IndexError> {
        check_replacement(site, entry, &points, self.dimensions)?;
        breathe().await;
        let ours = |point: &Point| point.entry == entry && point.site == *site;
        let version = points.iter().map(|point| point.entry_version).max();
        let newer = self
            .content()
            .points
            .values()
            .any(|point| ours(point) && Some(point.entry_version) > version);
        if newer && version.is_some() && !self.has(Fault::LateVersionWins) {
            return Ok(());
        }
        let ids: Vec<Uuid> = points.iter().map(|point| point.id).collect();
        if self.has(Fault::GapWhileReplacing) {
            self.remove(ours);
            breathe().await;
        }
        self.write(points);
        if self.has(Fault::MixesVersions) {
            breathe().await;
        }
        if !self.has(Fault::KeepsOldPoints) {
            self.remove(|point| ours(point) && !ids.contains(&point.id));
        }
        Ok(())
    }

    async fn delete_entry(&self, site: &SiteId, entry: Uuid) -> Result<(), IndexError> {
        let anywhere = self.has(Fault::DeletesAcrossSites);
        self.remove(|point| point.entry == entry && (anywhere || point.site == *site));
        Ok(())
    }

    async fn delete_site(&self, site: &SiteId) -> Result<(), IndexError> {
        self.remove(|point| point.site == *site);
        Ok(())
    }

    async fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError> {
        let anywhere = self.has(Fault::IgnoresSite);
        let content = self.content();
        let ours = content.points.values().filter(|point| anywhere || point.site == *site);
        Ok(ours.map(|point| point.id).collect())
    }

    async fn remove(&self, ids: Vec<Uuid>) -> Result<(), IndexError> {
        let keeps = self.has(Fault::RemovesNothing);
        self.remove(|point| !keeps && ids.contains(&point.id));
        Ok(())
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError> {
        request.leg.validate(self.dimensions)?;
        breathe().await;
        let all: Vec<Point> = self.content().points.values().cloned().collect();
        let rarities = self.rarities(&request.leg, &all);
        let mut hits: Vec<Hit> = all
            .iter()
            .filter(|point| self.matches(&request, point))
            .filter_map(|point| {
                let score = self.score(&request.leg, point, &rarities)?;
                Some(Hit {
                    entry: point.entry,
                    entry_version: point.entry_version,
                    field: point.field,
                    score,
                })
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits.truncate(request.limit);
        Ok(if self.has(Fault::MixesVersions) { hits } else { settle(hits) })
    }

    async fn count(&self, site: &SiteId) -> Result<u64, IndexError> {
        Ok(self.content().points.values().filter(|point| point.site == *site).count() as u64)
    }

    async fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        Ok(self.content().stamp.clone())
    }

    async fn set_stamp(&self, stamp: IndexStamp) -> Result<(), IndexError> {
        self.content().stamp = Some(stamp);
        Ok(())
    }

    async fn clear(&self) -> Result<(), IndexError> {
        if !self.has(Fault::ClearsNothing) {
            *self.content() = Content::default();
        }
        Ok(())
    }

    async fn flush(&self) -> Result<(), IndexError> {
        Ok(())
    }
}

/// Makes indexes with one fault. They stay in memory: reopening one gives it
/// back, less what the fault forgets.
pub struct Faulty {
    pub fault: Fault,
    /// The indexes made, so that reopening can reach their content.
    pub made: Mutex<Vec<Arc<Memory>>>,
}

#[async_trait]
impl Factory for Faulty {
    async fn fresh(&self, dimensions: usize) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let memory = Arc::new(Memory { dimensions, fault: self.fault, content: Mutex::default() });
        self.made.lock().expect("no panic under the lock").push(Arc::clone(&memory));
        Ok(memory)
    }

    async fn reopen(
        &self,
        index: Arc<dyn VectorIndex>,
    ) -> Result<Arc<dyn VectorIndex>, IndexError> {
        // Cases reopen the index they made last.
        if let Some(memory) = self.made.lock().expect("no panic under the lock").last() {
            if self.fault == Fault::ForgetsStamp {
                memory.content().stamp = None;
            }
            if self.fault == Fault::ForgetsPoints {
                memory.content().points.clear();
            }
        }
        Ok(index)
    }
}
