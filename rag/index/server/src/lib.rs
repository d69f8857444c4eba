//! The vector index on a Qdrant server or cluster, over gRPC.
//!
//! All sites share one collection, named by a configurable prefix; the site is
//! the tenant key of its payload index. Writes wait until they are visible.
//!
//! An entry is replaced by writing the new points first and removing the
//! older ones after, between searches, so that none finds it missing; hits of
//! two versions in one answer are settled here. Several nodes may index the
//! same entries at once: the points of a version are the same wherever they
//! are made, and nobody removes those of a newer one. A search on another node
//! may miss an entry for the milliseconds of its replacement.
//!
//! Nothing is decided here about what is indexed, and no server is started.

mod collection;
mod config;
mod convert;
mod error;

pub use config::ServerConfig;

use async_trait::async_trait;
use comptoir_index::{
    Hit, IndexError, IndexStamp, Leg, MAX_LIMIT, Point, SearchRequest, SiteId, VectorIndex,
    check_points, check_replacement, settle,
};
use convert::{
    DENSE, SPARSE, all_of, entry_filter, newer_filter, search_filter, site_filter, up_to_filter,
};
use error::{client, connecting};
use qdrant_client::Qdrant;
use qdrant_client::qdrant::{
    Condition, CountPointsBuilder, DeletePointsBuilder, Filter, GetPointsBuilder, PointId,
    PointStruct, PointsIdsList, Query, QueryPointsBuilder, ScrollPointsBuilder,
    UpsertPointsBuilder, VectorInput,
};
use tokio::sync::{Mutex, RwLock};
use uuid::Uuid;

/// Points per request; at 512 dimensions some 600 KB.
const BATCH: usize = 256;

/// Ids read per request.
const PAGE: u32 = 2_000;

/// Points removed per request.
const REMOVED: usize = 1_000;

/// An index in a collection of a Qdrant server.
pub struct ServerIndex {
    client: Qdrant,
    collection: String,
    dimensions: usize,
    /// One replacement at a time: two of one entry would remove each other's
    /// points.
    replacing: Mutex<()>,
    /// Read by searches, written while old points are removed.
    searching: RwLock<()>,
}

impl ServerIndex {
    /// Connects and makes the collection if it is not there.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`], [`IndexError::Unauthorized`], and
    /// [`IndexError::Dimensions`] or [`IndexError::Corrupt`] when a collection
    /// of another shape is there and must be [recreated](Self::recreate).
    pub async fn open(config: &ServerConfig, dimensions: usize) -> Result<Self, IndexError> {
        let index = Self::connect(config, dimensions)?;
        collection::ensure(&index.client, &index.collection, dimensions).await?;
        Ok(index)
    }

    /// Connects, throws the collection away and makes an empty one.
    ///
    /// # Errors
    /// [`IndexError::Unavailable`] or [`IndexError::Unauthorized`].
    pub async fn recreate(config: &ServerConfig, dimensions: usize) -> Result<Self, IndexError> {
        let index = Self::connect(config, dimensions)?;
        index.client.delete_collection(&index.collection).await.map_err(connecting)?;
        collection::ensure(&index.client, &index.collection, dimensions).await?;
        Ok(index)
    }

    fn connect(config: &ServerConfig, dimensions: usize) -> Result<Self, IndexError> {
        Ok(Self {
            client: config.client()?,
            collection: config.collection(),
            dimensions,
            replacing: Mutex::new(()),
            searching: RwLock::new(()),
        })
    }

    async fn write(&self, points: Vec<PointStruct>) -> Result<(), IndexError> {
        let request = UpsertPointsBuilder::new(&self.collection, points).wait(true);
        self.client.upsert_points(request).await.map_err(client)?;
        Ok(())
    }

    async fn delete_where(&self, filter: Filter) -> Result<(), IndexError> {
        let request = DeletePointsBuilder::new(&self.collection).points(filter).wait(true);
        self.client.delete_points(request).await.map_err(client)?;
        Ok(())
    }

    async fn count_where(&self, filter: Filter) -> Result<u64, IndexError> {
        let request = CountPointsBuilder::new(&self.collection).filter(filter).exact(true);
        let response = self.client.count(request).await.map_err(client)?;
        Ok(response.result.map_or(0, |result| result.count))
    }
}

#[async_trait]
impl VectorIndex for ServerIndex {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        check_points(&points, self.dimensions)?;
        let mut points = points.into_iter().map(convert::stored).peekable();
        while points.peek().is_some() {
            self.write(points.by_ref().take(BATCH).collect()).await?;
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
        let Some(version) = points.iter().map(|point| point.entry_version).max() else {
            return self.delete_entry(site, entry).await;
        };
        let _turn = self.replacing.lock().await;
        if self.count_where(newer_filter(site, entry, version)).await? > 0 {
            return Ok(());
        }
        let kept = points.iter().map(|point| PointId::from(point.id.to_string()));
        let others = Filter {
            must_not: vec![Condition::has_id(kept.collect::<Vec<_>>())],
            ..up_to_filter(site, entry, version)
        };
        self.write(points.into_iter().map(convert::stored).collect()).await?;
        // A search looks at the server's segments one after the other. One
        // that runs through a write and a removal could miss both versions,
        // so those under way end first and later ones wait a moment.
        let _quiet = self.searching.write().await;
        self.delete_where(others).await?;
        // Another node may have written a newer version meanwhile.
        if self.count_where(newer_filter(site, entry, version)).await? > 0 {
            self.delete_where(up_to_filter(site, entry, version)).await?;
        }
        Ok(())
    }

    async fn delete_entry(&self, site: &SiteId, entry: Uuid) -> Result<(), IndexError> {
        let _turn = self.replacing.lock().await;
        self.delete_where(entry_filter(site, entry)).await
    }

    async fn delete_site(&self, site: &SiteId) -> Result<(), IndexError> {
        let _turn = self.replacing.lock().await;
        self.delete_where(site_filter(site)).await
    }

    async fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError> {
        let (mut found, mut from) = (Vec::new(), None);
        loop {
            let mut page = ScrollPointsBuilder::new(&self.collection)
                .filter(site_filter(site))
                .limit(PAGE)
                .with_payload(false)
                .with_vectors(false);
            if let Some(from) = from.take() {
                page = page.offset::<PointId>(from);
            }
            let page = self.client.scroll(page).await.map_err(client)?;
            found.extend(page.result.into_iter().filter_map(|point| convert::id(point.id)));
            from = page.next_page_offset;
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    async fn remove(&self, ids: Vec<Uuid>) -> Result<(), IndexError> {
        let _turn = self.replacing.lock().await;
        for batch in ids.chunks(REMOVED) {
            let ids: Vec<PointId> = batch.iter().map(|id| PointId::from(id.to_string())).collect();
            let request =
                DeletePointsBuilder::new(&self.collection).points(PointsIdsList { ids }).wait(true);
            self.client.delete_points(request).await.map_err(client)?;
        }
        Ok(())
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError> {
        request.leg.validate(self.dimensions)?;
        let limit = request.limit.min(MAX_LIMIT);
        let filter = search_filter(&request);
        let (name, vector) = match request.leg {
            Leg::Sparse(sparse) if sparse.is_empty() => return Ok(Vec::new()),
            Leg::Sparse(sparse) => (SPARSE, VectorInput::new_sparse(sparse.indices, sparse.values)),
            Leg::Dense(dense) => (DENSE, VectorInput::new_dense(dense)),
        };
        if limit == 0 {
            return Ok(Vec::new());
        }
        let query = QueryPointsBuilder::new(&self.collection)
            .query(Query::new_nearest(vector))
            .using(name)
            .filter(filter)
            .limit(limit as u64)
            .with_payload(true);
        let _looking = self.searching.read().await;
        let found = self.client.query(query).await.map_err(client)?;
        let hits = found.result.iter().map(convert::hit);
        Ok(settle(hits.collect::<Result<_, _>>()?))
    }

    async fn count(&self, site: &SiteId) -> Result<u64, IndexError> {
        self.count_where(site_filter(site)).await
    }

    async fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        let request =
            GetPointsBuilder::new(&self.collection, vec![convert::stamp_id()]).with_payload(true);
        let found = self.client.get_points(request).await.map_err(client)?;
        Ok(found.result.iter().find_map(convert::stamp))
    }

    async fn set_stamp(&self, stamp: IndexStamp) -> Result<(), IndexError> {
        self.write(vec![convert::stamp_point(&stamp)?]).await
    }

    async fn clear(&self) -> Result<(), IndexError> {
        let _turn = self.replacing.lock().await;
        // The stamp first: half a wipe must not look like a whole index.
        self.delete_where(Filter::must([Condition::has_id([convert::stamp_id()])])).await?;
        self.delete_where(all_of(Vec::new())).await
    }

    /// The server acknowledges writes once they are in its own log.
    async fn flush(&self) -> Result<(), IndexError> {
        Ok(())
    }
}
