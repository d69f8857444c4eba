//! The port itself.

use crate::{Hit, IndexError, IndexStamp, Point, SearchRequest, SiteId};
use async_trait::async_trait;
use uuid::Uuid;

/// A store of points with filtered dense and sparse search.
///
/// What a call has changed is visible to every search that starts after it
/// returned. Searches find published points only. Calls may be dropped at any
/// time; a write that had begun may still take effect.
#[async_trait]
pub trait VectorIndex: Send + Sync {
    /// Length of the dense vectors.
    fn dimensions(&self) -> usize;

    /// Writes points, replacing those with the same ids, in bounded batches.
    /// Meant for filling: readers may see half of it.
    ///
    /// # Errors
    /// Nothing is written when a vector is invalid; on any other error a part
    /// may be.
    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError>;

    /// Makes `points` all there is of an entry. No search sees the entry
    /// missing or two versions of it at once, and none that starts later sees
    /// an older version. No points is the same as deleting.
    ///
    /// When the index already holds a newer version than the one offered,
    /// nothing changes: a late worker must not undo an edit.
    ///
    /// # Errors
    /// [`IndexError::TooManyPoints`] above [`crate::MAX_ENTRY_POINTS`],
    /// [`IndexError::ForeignPoint`] for a point of another entry.
    async fn replace_entry(
        &self,
        site: &SiteId,
        entry: Uuid,
        points: Vec<Point>,
    ) -> Result<(), IndexError>;

    /// Removes an entry; unknown entries are fine.
    ///
    /// # Errors
    /// When the engine fails.
    async fn delete_entry(&self, site: &SiteId, entry: Uuid) -> Result<(), IndexError>;

    /// Removes all points of a site.
    ///
    /// # Errors
    /// When the engine fails.
    async fn delete_site(&self, site: &SiteId) -> Result<(), IndexError>;

    /// Ids of all points of a site, published or not, in any order.
    ///
    /// # Errors
    /// When the engine fails.
    async fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError>;

    /// Removes points by id; unknown ids are fine.
    ///
    /// # Errors
    /// When the engine fails; a part may be removed then.
    async fn remove(&self, ids: Vec<Uuid>) -> Result<(), IndexError>;

    /// Whether other processes may fill or search it at this moment: then it
    /// is never emptied, not even when nobody has stamped it yet.
    fn is_shared(&self) -> bool;

    /// The best published points, best first. Points that share no term with
    /// a sparse query are never among them.
    ///
    /// # Errors
    /// [`IndexError::Dimensions`] or [`IndexError::InvalidVector`] for an
    /// unusable query, [`IndexError::Busy`] under overload.
    async fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError>;

    /// Number of points of a site, published or not.
    ///
    /// # Errors
    /// When the engine fails.
    async fn count(&self, site: &SiteId) -> Result<u64, IndexError>;

    /// What the index was built from. `None` when it was never stamped or can
    /// no longer be vouched for (an unclean stop): clear it and rebuild.
    ///
    /// # Errors
    /// When the engine fails.
    async fn stamp(&self) -> Result<Option<IndexStamp>, IndexError>;

    /// Records what the index holds, after making that durable.
    ///
    /// # Errors
    /// [`IndexError::Corrupt`] when the index must be cleared first.
    async fn set_stamp(&self, stamp: IndexStamp) -> Result<(), IndexError>;

    /// Removes every point of every site, and the stamp.
    ///
    /// # Errors
    /// When the engine fails.
    async fn clear(&self) -> Result<(), IndexError>;

    /// Makes everything written so far durable.
    ///
    /// # Errors
    /// When the engine fails.
    async fn flush(&self) -> Result<(), IndexError>;
}
