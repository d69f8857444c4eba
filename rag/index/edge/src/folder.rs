//! The files around the engine's own: the lock, the stamp, the mark of
//! unfinished business.
//!
//! ```text
//! lock         held while the index is open
//! stamp.json   what the index was built from
//! dirty        present while changes are not yet durable
//! shard/       the engine's files
//! ```

use comptoir_index::{IndexError, IndexStamp};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The engine appends every write to a log that it never shortens and we never
/// replay. Beyond this size the index stops vouching for itself at the next
/// opening, so that it is rebuilt with an empty one.
const LOG_LIMIT: u64 = 512 * 1024 * 1024;

/// A folder held by this process.
pub(crate) struct Folder {
    path: PathBuf,
    /// Closing it releases the lock.
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be and takes its lock.
    pub(crate) fn hold(path: &Path) -> Result<Self, IndexError> {
        fs::create_dir_all(path)?;
        let lock = File::create(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(IndexError::AlreadyOpen(path.display().to_string()))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Where the engine's files are.
    pub(crate) fn shard(&self) -> PathBuf {
        self.path.join("shard")
    }

    /// Removes everything but the lock. The engine must be closed.
    pub(crate) fn wipe(&self) -> Result<(), IndexError> {
        // The stamp first: half a wipe must not look like a whole index.
        remove(&self.stamp_path())?;
        match fs::remove_dir_all(self.shard()) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        remove(&self.dirty_path())
    }

    /// Whether what is on disk is known to be complete.
    pub(crate) fn is_trustworthy(&self) -> bool {
        !self.dirty_path().exists() && log_size(&self.shard().join("wal")) < LOG_LIMIT
    }

    /// Notes that changes are on their way.
    pub(crate) fn mark_dirty(&self) -> Result<(), IndexError> {
        File::create(self.dirty_path())?.sync_all()?;
        self.sync()
    }

    /// Notes that all changes are durable.
    pub(crate) fn mark_clean(&self) -> Result<(), IndexError> {
        remove(&self.dirty_path())
    }

    /// The stamp on disk; an unreadable one is none.
    pub(crate) fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        match fs::read(self.stamp_path()) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the stamp whole or not at all.
    pub(crate) fn set_stamp(&self, stamp: &IndexStamp) -> Result<(), IndexError> {
        let text = serde_json::to_vec(stamp).map_err(|e| IndexError::Engine(e.to_string()))?;
        let draft = self.path.join("stamp.json.new");
        let mut file = File::create(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&draft, self.stamp_path())?;
        self.sync()
    }

    fn stamp_path(&self) -> PathBuf {
        self.path.join("stamp.json")
    }

    fn dirty_path(&self) -> PathBuf {
        self.path.join("dirty")
    }

    /// Makes created and renamed names durable.
    fn sync(&self) -> Result<(), IndexError> {
        Ok(File::open(&self.path)?.sync_all()?)
    }
}

fn remove(path: &Path) -> Result<(), IndexError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn log_size(folder: &Path) -> u64 {
    let Ok(files) = fs::read_dir(folder) else {
        return 0;
    };
    files.flatten().filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
}
