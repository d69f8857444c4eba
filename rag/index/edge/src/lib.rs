//! The vector index in process, on Qdrant's embedded engine.
//!
//! [`EdgeIndex`] is the port's face: requests go through a bounded queue to
//! one thread that owns the folder, so that an entry is replaced between two
//! searches and never during one. Searches take well under a millisecond; the
//! thread is not the bottleneck of a firm's FAQ.
//!
//! The folder is a cache. It is locked against a second process, and after an
//! unclean stop it no longer vouches for itself (its stamp reads `None`), so
//! that the caller clears and rebuilds it. Only `shard` names types of the
//! engine.

mod folder;
mod shard;
mod store;
mod worker;

use async_trait::async_trait;
use comptoir_index::{
    Hit, IndexError, IndexStamp, Point, SearchRequest, SiteId, VectorIndex, check_points,
    check_replacement, settle,
};
use std::path::Path;
use store::Store;
use uuid::Uuid;
use worker::Worker;

/// Points per write, so that searches wait a few milliseconds at most.
const BATCH: usize = 64;

/// An index in a folder of this machine. Dropping it stops its thread, makes
/// everything durable and releases the folder, which may take a few tens of
/// milliseconds.
pub struct EdgeIndex {
    dimensions: usize,
    worker: Worker,
}

impl EdgeIndex {
    /// Opens the index in `folder`, or makes an empty one there.
    ///
    /// Blocks for the time of reading the index (tens of milliseconds).
    ///
    /// # Errors
    /// [`IndexError::AlreadyOpen`] when another handle holds the folder,
    /// [`IndexError::Corrupt`] or [`IndexError::Dimensions`] when it must be
    /// [recreated](Self::recreate), [`IndexError::Io`] when it cannot be used.
    pub fn open(folder: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let folder = folder.to_owned();
        let worker = Worker::start(move || Store::open(&folder, dimensions))?;
        Ok(Self { dimensions, worker })
    }

    /// Throws away whatever `folder` holds and makes an empty index there.
    ///
    /// # Errors
    /// As [`Self::open`], without the damage.
    pub fn recreate(folder: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let folder = folder.to_owned();
        let worker = Worker::start(move || Store::recreate(&folder, dimensions))?;
        Ok(Self { dimensions, worker })
    }
}

#[async_trait]
impl VectorIndex for EdgeIndex {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        check_points(&points, self.dimensions)?;
        let mut rest = points;
        while !rest.is_empty() {
            let later = rest.split_off(rest.len().min(BATCH));
            let batch = std::mem::replace(&mut rest, later);
            self.worker.write(move |store| store.upsert(batch)).await?;
        }
        Ok(())
    }

    async fn replace_entry(
        &self,
        site: &SiteId,
        entry: Uuid,
        points: Vec<Point>,
    ) -> Result<(), IndexError> {
        check_replacement(site, entry, &points, self.dimensions)?;
        let site = site.clone();
        self.worker.write(move |store| store.replace_entry(&site, entry, points)).await
    }

    async fn delete_entry(&self, site: &SiteId, entry: Uuid) -> Result<(), IndexError> {
        let site = site.clone();
        self.worker.write(move |store| store.delete_entry(&site, entry)).await
    }

    async fn delete_site(&self, site: &SiteId) -> Result<(), IndexError> {
        let site = site.clone();
        self.worker.write(move |store| store.delete_site(&site)).await
    }

    async fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError> {
        let site = site.clone();
        self.worker.read(move |store| store.ids(&site)).await
    }

    async fn remove(&self, ids: Vec<Uuid>) -> Result<(), IndexError> {
        self.worker.write(move |store| store.remove(ids)).await
    }

    /// The folder is locked against a second process.
    fn is_shared(&self) -> bool {
        false
    }

    async fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError> {
        request.leg.validate(self.dimensions)?;
        let hits = self.worker.read(move |store| store.search(request)).await?;
        Ok(settle(hits))
    }

    async fn count(&self, site: &SiteId) -> Result<u64, IndexError> {
        let site = site.clone();
        self.worker.read(move |store| store.count(&site)).await
    }

    async fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        self.worker.read(|store| store.stamp()).await
    }

    async fn set_stamp(&self, stamp: IndexStamp) -> Result<(), IndexError> {
        self.worker.write(move |store| store.set_stamp(&stamp)).await
    }

    async fn clear(&self) -> Result<(), IndexError> {
        self.worker.write(Store::clear).await
    }

    async fn flush(&self) -> Result<(), IndexError> {
        self.worker.write(Store::flush).await
    }
}
