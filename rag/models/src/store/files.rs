//! Small, careful file operations of the store.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{ModelsError, io_error};

/// Size and time of change of a file: what a seal compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stamp {
    size: u64,
    modified_ns: u64,
}

impl Stamp {
    /// The stamp of `path` now; `None` if it is not a readable file.
    pub fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        // Nanoseconds since 1970 fit 64 bits until the year 2554.
        let modified_ns = u64::try_from(since.as_nanos()).ok()?;
        Some(Self { size: meta.len(), modified_ns })
    }
}

/// Bytes of a file, nought if absent.
pub(super) fn size_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

/// Reads a state file. A missing one is `None`; so is a malformed one, with a
/// log line, since a seal or a choice can be made again.
pub(super) fn read_state<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ModelsError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("read", path)(error)),
    };
    let parsed = serde_json::from_slice(&bytes).ok();
    if parsed.is_none() {
        tracing::warn!(file = %path.display(), "models.state.malformed");
    }
    Ok(parsed)
}

/// Writes a state file by way of a temporary one, so that no reader sees half.
pub(super) fn write_state<T: Serialize>(path: &Path, value: &T) -> Result<(), ModelsError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(io_error("create", folder))?;
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| io_error("write", path)(io::Error::other(error)))?;
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(io_error("write", path))
}

/// Removes a file or folder, which may be absent.
pub(super) fn remove(path: &Path) -> Result<(), ModelsError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io_error("remove", path)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Moves `from` to `to` on the same disk, replacing a file or folder there.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), ModelsError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(io_error("create", folder))?;
    }
    if to.is_dir() {
        remove(to)?;
    }
    fs::rename(from, to).map_err(io_error("move", to))
}

/// Held while an item is being changed; released when dropped.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says that another process has it (`Ok(None)`).
    pub fn take(path: &PathBuf) -> Result<Option<Self>, ModelsError> {
        let file = File::create(path).map_err(io_error("lock", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(io_error("lock", path)(error)),
        }
    }
}
