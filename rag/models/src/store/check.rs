//! Is an item there, and is every byte as promised?

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::files::{Stamp, read_state, remove, size_of, write_state};
use super::{Entry, State, Store};
use crate::digest::{Digest, hash_file};
use crate::error::{ModelsError, io_error};
use crate::prepared::{MANIFEST, Manifest};
use crate::progress::{Event, Progress};

/// "These files, as stamped, matched this checksum."
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    sha256: Digest,
    files: BTreeMap<PathBuf, Stamp>,
}

impl Store {
    /// How much of `entry` is there, without reading model bytes.
    pub(super) fn state_of(&self, entry: &Entry) -> State {
        let path = entry.path(self.dir());
        if path.exists() {
            return if self.is_sealed(entry) { State::Ready } else { State::Unchecked };
        }
        match self.partial_bytes(entry) {
            0 => State::Absent,
            bytes => State::Partial { bytes },
        }
    }

    /// The path of `entry` if it is there and as promised; `None` if it is not
    /// there, or is a folder prepared by another recipe. `thorough` reads every
    /// byte even under a valid seal.
    ///
    /// # Errors
    /// Different bytes, unreadable, cancelled.
    pub(super) async fn check(
        &self,
        entry: &Entry,
        thorough: bool,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<Option<PathBuf>, ModelsError> {
        let path = entry.path(self.dir());
        if !path.exists() {
            return Ok(None);
        }
        if !thorough && self.is_sealed(entry) {
            return Ok(Some(path));
        }
        // Stamped before reading, so that a change meanwhile breaks the seal.
        let files = stamps(entry, &path);
        let checked = match entry.recipe() {
            Some(recipe) => check_folder(path.clone(), recipe, entry.sha256()).await,
            None => check_file(entry, &path, progress, cancel).await,
        };
        if let Err(ModelsError::Damaged { .. } | ModelsError::Prepared(_)) = checked {
            // Else what is damaged under an old stamp would be kept by a pull.
            drop(remove(&self.seal_file(entry)));
        }
        if !checked? {
            return Ok(None);
        }
        if let Some(files) = files {
            let seal = Seal { sha256: entry.sha256(), files };
            // A store that cannot be written to still serves; it hashes again.
            if let Err(error) = write_state(&self.seal_file(entry), &seal) {
                tracing::warn!(error = %error, "models.seal.unwritable");
            }
        }
        Ok(Some(path))
    }

    fn is_sealed(&self, entry: &Entry) -> bool {
        let path = entry.path(self.dir());
        let seal: Option<Seal> = read_state(&self.seal_file(entry)).ok().flatten();
        let now = stamps(entry, &path).map(|files| Seal { sha256: entry.sha256(), files });
        seal.is_some() && seal == now
    }

    fn seal_file(&self, entry: &Entry) -> PathBuf {
        self.dir().join(".state").join(format!("seal-{}.json", entry.name()))
    }
}

/// The stamps of every file of `entry`; `None` if one is missing, or if the
/// folder was prepared by another recipe or from another source.
fn stamps(entry: &Entry, path: &Path) -> Option<BTreeMap<PathBuf, Stamp>> {
    let mut files = vec![];
    if let Some(recipe) = entry.recipe() {
        let manifest = Manifest::read(path).ok()?;
        if !made_by(&manifest, recipe, entry.sha256()) {
            return None;
        }
        files.extend(manifest.files.keys().map(|name| path.join(name)));
        files.push(path.join(MANIFEST));
    } else {
        files.push(path.to_owned());
    }
    files.into_iter().map(|file| Stamp::of(&file).map(|stamp| (file, stamp))).collect()
}

fn made_by(manifest: &Manifest, recipe: &str, source: Digest) -> bool {
    manifest.recipe == recipe && manifest.source_sha256 == source
}

async fn check_file(
    entry: &Entry,
    path: &Path,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<bool, ModelsError> {
    let (found, expected) = (hash(path, progress, cancel).await?, entry.sha256());
    if found == expected {
        return Ok(true);
    }
    let (name, path) = (entry.name().clone(), path.to_owned());
    Err(match entry {
        Entry::Item(_) => ModelsError::Damaged { name, expected, found, path },
        Entry::Added(_) => ModelsError::Changed { name, path },
    })
}

async fn check_folder(path: PathBuf, recipe: &str, source: Digest) -> Result<bool, ModelsError> {
    let recipe = recipe.to_owned();
    let folder = path.clone();
    let checked = spawn_blocking(move || {
        let manifest = Manifest::read(&folder)?;
        if !made_by(&manifest, &recipe, source) {
            return Ok(false);
        }
        manifest.check(&folder).map(|()| true)
    });
    Ok(checked.await.map_err(|lost| io_error("check", &path)(io::Error::other(lost)))??)
}

/// Hashes a file on a worker thread, telling `progress` a few times a second.
pub(super) async fn hash(
    path: &Path,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Digest, ModelsError> {
    let total = size_of(path);
    let done = Arc::new(AtomicU64::new(0));
    let mut work = spawn_blocking({
        let (path, done, cancel) = (path.to_owned(), Arc::clone(&done), cancel.clone());
        move || {
            hash_file(&path, &cancel, &|bytes| {
                done.store(bytes, Ordering::Relaxed);
            })
        }
    });
    let mut tick = tokio::time::interval(Duration::from_millis(150));
    let hashed = loop {
        tokio::select! {
            hashed = &mut work => break hashed,
            _ = tick.tick() => {
                let done = done.load(Ordering::Relaxed);
                progress.report(&Event::Verifying { done, total });
            }
        }
    };
    let hashed = hashed.map_err(io::Error::other).and_then(|hashed| hashed);
    hashed.map_err(io_error("read", path))?.ok_or(ModelsError::Cancelled)
}
