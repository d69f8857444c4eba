//! Whether the disk has room, asked before the first byte.

use std::path::Path;

use crate::error::ModelsError;

/// Kept free whatever is downloaded: wheels pass through the disk one by one,
/// and a full disk hurts the database more than a missing model.
const MARGIN: u64 = 256 << 20;

/// Checks that `bytes` more fit in `dir`, with a margin.
///
/// # Errors
/// They do not. A file system that cannot be asked is taken to have room: the
/// write itself would tell.
pub(super) fn ensure(dir: &Path, bytes: u64) -> Result<(), ModelsError> {
    let needed = bytes.saturating_add(MARGIN);
    let available = available(dir).unwrap_or(u64::MAX);
    if available >= needed {
        return Ok(());
    }
    Err(ModelsError::DiskFull { dir: dir.to_owned(), needed, available })
}

/// Bytes an ordinary user may still write below `dir`.
pub(super) fn available(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}
