//! Items that are not used as downloaded: the trait that turns the download
//! into a folder, and the manifest that seals this folder.
//!
//! The store calls a [`Prepare`] it was given, so that this crate needs to know
//! no model format; whoever loads the folder checks the [`Manifest`] first.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::digest::{Digest, hash_file};

/// Name of the manifest inside a prepared folder.
pub const MANIFEST: &str = "prepared.json";

/// Turns a downloaded file into the folder the program loads.
pub trait Prepare: Send + Sync {
    /// The recipe this implements, as catalogue entries name it.
    fn recipe(&self) -> &str;

    /// Writes the prepared files into the empty folder `into`. Must be
    /// deterministic: the same source gives the same bytes. Blocking.
    ///
    /// # Errors
    /// The source is not what the recipe expects, or a file cannot be written.
    fn prepare(
        &self,
        source: &Path,
        into: &Path,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

/// Size and checksum of one prepared file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSum {
    /// Bytes.
    pub size: u64,
    /// Checksum.
    pub sha256: Digest,
}

/// What a prepared folder was made from and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The recipe that wrote the folder.
    pub recipe: String,
    /// Checksum of the downloaded file.
    pub source_sha256: Digest,
    /// Every file of the folder but the manifest, by name.
    pub files: BTreeMap<String, FileSum>,
}

/// A prepared folder cannot be trusted. Pulling the item again repairs it.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// A file of the folder is missing or cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The manifest is not one of ours.
    #[error("{path} is not a valid manifest")]
    Malformed {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A file differs from what was written at preparation.
    #[error("{path} has changed since it was prepared")]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl Manifest {
    /// Describes a freshly prepared `folder`.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn describe(
        folder: &Path,
        recipe: &str,
        source_sha256: Digest,
    ) -> Result<Self, ManifestError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| ManifestError::Unreadable { path, source }
        };
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if name != MANIFEST {
                files.insert(name.to_owned(), sum(&path)?);
            }
        }
        Ok(Self { recipe: recipe.to_owned(), source_sha256, files })
    }

    /// Reads the manifest of `folder` without checking the files it lists.
    ///
    /// # Errors
    /// The manifest is missing or malformed.
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        let path = folder.join(MANIFEST);
        let bytes = fs::read(&path)
            .map_err(|source| ManifestError::Unreadable { path: path.clone(), source })?;
        serde_json::from_slice(&bytes).map_err(|source| ManifestError::Malformed { path, source })
    }

    /// Writes the manifest into `folder`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), ManifestError> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_string_pretty(self)
            .map_err(|source| ManifestError::Malformed { path: path.clone(), source })?;
        fs::write(&path, text + "\n").map_err(|source| ManifestError::Unreadable { path, source })
    }

    /// Hashes every listed file of `folder`. Blocking, reads all bytes.
    ///
    /// # Errors
    /// A file is missing or differs.
    pub fn check(&self, folder: &Path) -> Result<(), ManifestError> {
        for (name, expected) in &self.files {
            let path = folder.join(name);
            if sum(&path)? != *expected {
                return Err(ManifestError::Changed { path });
            }
        }
        Ok(())
    }

    /// One sum over recipe and files: changes whenever any prepared byte does.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut text = self.recipe.clone();
        for (name, file) in &self.files {
            text.push_str(&format!("\n{name} {}", file.sha256));
        }
        Digest::of(text.as_bytes())
    }
}

fn sum(path: &Path) -> Result<FileSum, ManifestError> {
    let unreadable = |source| ManifestError::Unreadable { path: path.to_owned(), source };
    let size = fs::metadata(path).map_err(unreadable)?.len();
    // The token is never cancelled: prepared files are small enough to finish.
    let sha256 = hash_file(path, &CancellationToken::new(), &|_| {})
        .and_then(|found| found.ok_or_else(|| io::ErrorKind::Interrupted.into()))
        .map_err(unreadable)?;
    Ok(FileSum { size, sha256 })
}
