//! The model catalogue and the store that holds what was fetched from it.
//!
//! In: the catalogue (data compiled into the binary), a folder, the network.
//! Out: paths of files whose bytes were checked against the catalogue, and
//! typed errors that carry enough for a caller to say what to do next.
//!
//! Files arrive through ordered sources, resume after a cut, land under their
//! final name by one rename and only after their checksum matched. Packages
//! from registries are carriers: unzipped, never installed, never executed.
//!
//! This crate must never load a model, never print, never put words in front
//! of a person, and never hand out the path of a file that was not checked.

mod catalogue;
mod digest;
mod error;
mod names;
mod net;
mod prepared;
mod progress;
mod store;

pub use catalogue::{Catalogue, CatalogueError, Item, Package, Source, Task};
pub use digest::Digest;
pub use error::{ModelsError, PackageFault, Remedy, SourceFailure};
pub use names::{ModelName, Platform, RelativeFile};
pub use net::{Network, PipFallback, Retry};
pub use prepared::{FileSum, MANIFEST, Manifest, ManifestError, Prepare};
pub use progress::{Event, NoProgress, Progress};
pub use store::{
    Added, Current, Entry, Inspect, Listed, Location, State, Store, VerifyOutcome, default_dir,
};

/// Stops a running pull or check when cancelled.
pub use tokio_util::sync::CancellationToken;
