//! Filling the index for a site, also while others fill or search it.
//!
//! Nothing is emptied first. Points have ids made from what they stand for, so
//! what another node or an earlier start has written is recognised, only what
//! is missing is written, and what is stale is removed last.

use super::vectors::key;
use super::{ANALYSIS, EntryTexts, Knowledge, Known, SiteState, points};
use crate::RagError;
use comptoir_embed::Embedder;
use comptoir_index::{IndexStamp, Point, SCHEMA_VERSION, SiteId};
use std::collections::HashSet;
use uuid::Uuid;

/// Names the kind of index that an embedder's vectors belong into: nodes with
/// another embedder, or another version of ours, must not share one.
#[must_use]
pub fn kind(embedder: &dyn Embedder) -> String {
    let stamp = stamp_of(embedder, 0);
    let name = format!("{}\n{}\n{}", stamp.embedder, stamp.dimensions, stamp.schema);
    format!("{:016x}", key(&name) >> 64)
}

fn stamp_of(embedder: &dyn Embedder, revision: i64) -> IndexStamp {
    IndexStamp {
        embedder: embedder.id().to_owned(),
        dimensions: embedder.dimensions(),
        schema: SCHEMA_VERSION * 1_000 + ANALYSIS,
        revision,
    }
}

impl Knowledge {
    /// Makes the index hold a snapshot. Whether it holds nothing else: when
    /// entries have changed since `revision`, what looks stale may be newer,
    /// and stays.
    pub(super) async fn write_whole(
        &self,
        site: &SiteId,
        state: &SiteState,
        revision: i64,
    ) -> Result<bool, RagError> {
        let mut wanted = Vec::new();
        for known in state.entries.values() {
            wanted.extend(self.points(site, known).await?);
        }
        let ids: HashSet<Uuid> = wanted.iter().map(|point| point.id).collect();
        let present: HashSet<Uuid> = self.index.ids(site).await?.into_iter().collect();
        wanted.retain(|point| !present.contains(&point.id));
        if !wanted.is_empty() {
            self.index.upsert(wanted).await?;
        }
        let stale: Vec<Uuid> = present.difference(&ids).copied().collect();
        if stale.is_empty() {
            return Ok(true);
        }
        // Asked after the ids were read: had one of them been written for a
        // newer entry, the revision would have moved on.
        if self.source.revision(site).await? != revision {
            return Ok(false);
        }
        self.index.remove(stale).await?;
        Ok(true)
    }

    /// An entry's points.
    pub(super) async fn points(
        &self,
        site: &SiteId,
        known: &Known,
    ) -> Result<Vec<Point>, RagError> {
        let texts = EntryTexts::of(&known.doc);
        let vectors = self.vectors.of_entries(&texts.all(), &|_| {}).await?;
        Ok(points::of(site, known, vectors))
    }

    /// Makes sure, once, that the index holds nothing of another kind.
    pub(super) async fn check_stamp(&self) -> Result<(), RagError> {
        self.stamped
            .get_or_try_init(|| async {
                let wanted = stamp_of(self.vectors.embedder().as_ref(), 0);
                match self.index.stamp().await? {
                    Some(found) if found.is_compatible(&wanted) => {}
                    // Another node may be filling it at this moment.
                    None if self.index.is_shared() => self.index.set_stamp(wanted).await?,
                    Some(_) | None => {
                        self.index.clear().await?;
                        self.index.set_stamp(wanted).await?;
                    }
                }
                Ok::<(), RagError>(())
            })
            .await?;
        Ok(())
    }

    /// Notes how far the index is.
    pub(super) async fn stamp(&self, revision: i64) -> Result<(), RagError> {
        let stamp = stamp_of(self.vectors.embedder().as_ref(), revision);
        Ok(self.index.set_stamp(stamp).await?)
    }
}
