//! The folder and the engine together, on the thread that owns them.

use crate::folder::Folder;
use crate::shard::Shard;
use comptoir_index::{Hit, IndexError, IndexStamp, Point, SearchRequest, SiteId};
use std::path::Path;
use uuid::Uuid;

/// Removed points after which the next flush lets the engine tidy up.
const TIDY_AFTER: usize = 1_000;

/// An open index.
pub(crate) struct Store {
    // Closed before the folder is released: fields drop in order.
    shard: Option<Shard>,
    folder: Folder,
    dimensions: usize,
    /// Changes since the last flush.
    dirty: bool,
    /// Whether the stamp on disk may be believed.
    trusted: bool,
    /// Points removed since the engine last tidied up, by a rough count.
    removed: usize,
}

impl Store {
    pub(crate) fn open(path: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let folder = Folder::hold(path)?;
        let trusted = folder.is_trustworthy();
        if !trusted {
            tracing::warn!(index.path = %path.display(), "the index was not closed well and needs a rebuild");
        }
        let shard = Shard::open(&folder.shard(), dimensions)?;
        Ok(Self { shard: Some(shard), folder, dimensions, dirty: false, trusted, removed: 0 })
    }

    pub(crate) fn recreate(path: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let folder = Folder::hold(path)?;
        folder.wipe()?;
        drop(folder);
        Self::open(path, dimensions)
    }

    /// Stops using the engine after it panicked, until the store is cleared.
    /// The mark on disk stays, so that the next opening knows.
    pub(crate) fn distrust(&mut self) {
        if let Err(error) = self.folder.mark_dirty() {
            tracing::error!(%error, "the index folder cannot be marked");
        }
        (self.dirty, self.trusted) = (false, false);
        if let Some(shard) = self.shard.take() {
            shard.abandon();
        }
    }

    pub(crate) fn upsert(&mut self, points: Vec<Point>) -> Result<(), IndexError> {
        self.begin_change()?;
        self.shard()?.upsert(points)
    }

    pub(crate) fn replace_entry(
        &mut self,
        site: &SiteId,
        entry: Uuid,
        points: Vec<Point>,
    ) -> Result<(), IndexError> {
        let Some(version) = points.iter().map(|point| point.entry_version).max() else {
            return self.delete_entry(site, entry);
        };
        if self.shard()?.has_newer(site, entry, version)? {
            return Ok(());
        }
        self.begin_change()?;
        self.removed += points.len();
        let keep: Vec<Uuid> = points.iter().map(|point| point.id).collect();
        let shard = self.shard()?;
        shard.upsert(points)?;
        shard.delete_entry_except(site, entry, &keep)
    }

    pub(crate) fn delete_entry(&mut self, site: &SiteId, entry: Uuid) -> Result<(), IndexError> {
        self.begin_change()?;
        self.removed += 1;
        self.shard()?.delete_entry_except(site, entry, &[])
    }

    pub(crate) fn delete_site(&mut self, site: &SiteId) -> Result<(), IndexError> {
        self.begin_change()?;
        self.removed += TIDY_AFTER;
        self.shard()?.delete_site(site)
    }

    pub(crate) fn ids(&self, site: &SiteId) -> Result<Vec<Uuid>, IndexError> {
        self.shard()?.ids(site)
    }

    pub(crate) fn remove(&mut self, ids: Vec<Uuid>) -> Result<(), IndexError> {
        self.begin_change()?;
        self.removed += ids.len();
        self.shard()?.remove(ids)
    }

    pub(crate) fn search(&self, request: SearchRequest) -> Result<Vec<Hit>, IndexError> {
        self.shard()?.search(request)
    }

    pub(crate) fn count(&self, site: &SiteId) -> Result<u64, IndexError> {
        self.shard()?.count(site)
    }

    pub(crate) fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        if self.trusted { self.folder.stamp() } else { Ok(None) }
    }

    pub(crate) fn set_stamp(&mut self, stamp: &IndexStamp) -> Result<(), IndexError> {
        if !self.trusted {
            // Updates may have been lost below what is there; the engine skips
            // writes that it takes for older ones.
            return Err(IndexError::Corrupt("an index left unclean must be cleared".to_owned()));
        }
        self.flush()?;
        self.folder.set_stamp(stamp)
    }

    pub(crate) fn clear(&mut self) -> Result<(), IndexError> {
        self.shard = None;
        self.folder.wipe()?;
        self.shard = Some(Shard::open(&self.folder.shard(), self.dimensions)?);
        (self.dirty, self.trusted, self.removed) = (false, true, 0);
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> Result<(), IndexError> {
        if !self.dirty {
            return Ok(());
        }
        let tidy = self.removed >= TIDY_AFTER;
        let shard = self.shard()?;
        if tidy {
            shard.tidy()?;
        }
        shard.flush();
        if tidy {
            self.removed = 0;
        }
        if self.trusted {
            self.folder.mark_clean()?;
        }
        self.dirty = false;
        Ok(())
    }

    fn begin_change(&mut self) -> Result<(), IndexError> {
        if !self.dirty {
            self.folder.mark_dirty()?;
            self.dirty = true;
        }
        Ok(())
    }

    fn shard(&self) -> Result<&Shard, IndexError> {
        self.shard
            .as_ref()
            .ok_or_else(|| IndexError::Corrupt("the engine has failed before".to_owned()))
    }
}
