//! What the store can hold: an item of the catalogue, or a file somebody added.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::catalogue::{Item, Task};
use crate::digest::Digest;
use crate::names::ModelName;

/// Where an added file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// Outside the store: used where it lies, never copied, never deleted.
    Elsewhere(PathBuf),
    /// Inside the store, downloaded; the path is relative to its folder.
    Stored(PathBuf),
}

/// A language model somebody added by path or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// Its name here.
    pub name: ModelName,
    /// Where it is.
    pub location: Location,
    /// Bytes, when it was added.
    pub size: u64,
    /// Checksum, when it was added: nobody promised another.
    pub sha256: Digest,
}

/// Something with a name that may be in the store.
#[derive(Debug, Clone)]
pub enum Entry {
    /// From the catalogue.
    Item(Box<Item>),
    /// Added by hand.
    Added(Added),
}

impl Entry {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &ModelName {
        match self {
            Self::Item(item) => &item.name,
            Self::Added(added) => &added.name,
        }
    }

    /// What it is for; only language models can be added.
    #[must_use]
    pub fn task(&self) -> Task {
        match self {
            Self::Item(item) => item.task,
            Self::Added(_) => Task::Language,
        }
    }

    /// Size of the file (of the download, for prepared items) in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::Item(item) => item.size,
            Self::Added(added) => added.size,
        }
    }

    /// Checksum of the file (of the download, for prepared items).
    #[must_use]
    pub fn sha256(&self) -> Digest {
        match self {
            Self::Item(item) => item.sha256,
            Self::Added(added) => added.sha256,
        }
    }

    /// The recipe that made its folder, for prepared items.
    #[must_use]
    pub fn recipe(&self) -> Option<&str> {
        match self {
            Self::Item(item) => item.prepare.as_deref(),
            Self::Added(_) => None,
        }
    }

    /// Where it is or will be, for a store in `dir`.
    #[must_use]
    pub fn path(&self, dir: &Path) -> PathBuf {
        match self {
            Self::Item(item) => dir.join(item.file.as_path()),
            Self::Added(Added { location: Location::Elsewhere(path), .. }) => path.clone(),
            Self::Added(Added { location: Location::Stored(path), .. }) => dir.join(path),
        }
    }
}
