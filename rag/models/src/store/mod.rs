//! The store: a folder of checked model files.
//!
//! ```text
//! <dir>/<file of the catalogue>       checked files and prepared folders
//! <dir>/.partial/                     downloads under way, resumed next time
//! <dir>/.quarantine/                  the last wrong bytes of each item
//! <dir>/.state/                       choices, additions, seals, locks
//! ```
//!
//! A seal (size and time of change of a file that matched its checksum) spares
//! hashing a gigabyte at every start; [`Store::verify`] ignores it.

mod add;
mod check;
mod entry;
mod fetch;
mod files;
mod pull;
mod space;
mod state;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use entry::{Added, Entry, Location};
pub use state::Current;

use crate::catalogue::{Catalogue, Task};
use crate::error::{ModelsError, io_error};
use crate::net::Network;
use crate::prepared::Prepare;
use crate::progress::{NoProgress, Progress};
use tokio_util::sync::CancellationToken;

/// The folder used when none is configured: `COMPTOIR_MODELS_DIR`, else
/// `comptoir/models` below the user's cache folder. `None` without a home.
#[must_use]
pub fn default_dir() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(dir) = variable("COMPTOIR_MODELS_DIR") {
        return Some(dir.into());
    }
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")))?;
    Some(cache.join("comptoir/models"))
}

/// How much of an item is there, told without reading its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Absent,
    /// A download stopped after this many bytes; `pull` resumes it.
    Partial {
        /// Bytes on disk.
        bytes: u64,
    },
    /// Files are there and not yet checked (or changed since).
    Unchecked,
    /// In place and checked.
    Ready,
}

/// A line of `model list`.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The item and what is known of it.
    pub entry: Entry,
    /// How much of it is there.
    pub state: State,
    /// Where it is or would be.
    pub path: PathBuf,
    /// Whether it serves its task now.
    pub current: bool,
}

/// The result of a full check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyOutcome {
    /// Every byte is as promised.
    Intact,
    /// It is not there.
    Absent,
}

/// Looks into an added file, which no catalogue vouches for; the error says why
/// it cannot be used.
pub type Inspect = dyn Fn(&Path) -> Result<(), String> + Send + Sync;

/// A folder of model files, the catalogue they come from and the way to get them.
#[derive(Clone)]
pub struct Store {
    dir: PathBuf,
    catalogue: Arc<Catalogue>,
    network: Arc<Network>,
    recipes: Vec<Arc<dyn Prepare>>,
    inspect: Option<Arc<Inspect>>,
}

impl Store {
    /// Opens the store in `dir` (created if absent) with the built-in catalogue
    /// and the network settings of this process.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, ModelsError> {
        let dir = dir.into();
        for folder in [dir.clone(), dir.join(".partial"), dir.join(".state")] {
            std::fs::create_dir_all(&folder).map_err(io_error("create", &folder))?;
        }
        Ok(Self {
            dir,
            catalogue: Arc::new(Catalogue::builtin()?),
            network: Arc::new(Network::from_process()),
            recipes: Vec::new(),
            inspect: None,
        })
    }

    /// The same store with another catalogue.
    #[must_use]
    pub fn with_catalogue(mut self, catalogue: Catalogue) -> Self {
        self.catalogue = Arc::new(catalogue);
        self
    }

    /// The same store with other network settings.
    #[must_use]
    pub fn with_network(mut self, network: Network) -> Self {
        self.network = Arc::new(network);
        self
    }

    /// The same store knowing one more way to prepare downloads.
    #[must_use]
    pub fn with_recipe(mut self, recipe: Arc<dyn Prepare>) -> Self {
        self.recipes.push(recipe);
        self
    }

    /// The same store adding only files that pass this inspection, too.
    #[must_use]
    pub fn with_inspection(mut self, inspect: Arc<Inspect>) -> Self {
        self.inspect = Some(inspect);
        self
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The catalogue.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Everything the catalogue offers here and everything added, without
    /// reading model bytes.
    ///
    /// # Errors
    /// The store's own state files are unreadable.
    pub fn list(&self) -> Result<Vec<Listed>, ModelsError> {
        let entries = self.entries()?;
        let mut lines = Vec::with_capacity(entries.len());
        for entry in entries {
            let current =
                self.current(entry.task()).is_ok_and(|current| current.name == *entry.name());
            let path = entry.path(&self.dir);
            lines.push(Listed { state: self.state_of(&entry), path, current, entry });
        }
        Ok(lines)
    }

    /// The path of a checked item, without touching the network. Hashes the
    /// file only when no seal vouches for it.
    ///
    /// # Errors
    /// Unknown, absent, changed, or unreadable.
    pub async fn locate(&self, name: &str) -> Result<PathBuf, ModelsError> {
        let entry = self.entry(name)?;
        let found = self.check(&entry, false, &NoProgress, &CancellationToken::new()).await?;
        found.ok_or_else(|| self.absent(&entry))
    }

    /// [`Store::locate`] for what serves `task` now.
    ///
    /// # Errors
    /// As `locate`; or nothing serves the task.
    pub async fn locate_current(&self, task: Task) -> Result<PathBuf, ModelsError> {
        let current = self.current(task)?;
        self.locate(current.name.as_str()).await
    }

    /// Hashes an item again, whatever its seal says, and renews the seal.
    ///
    /// # Errors
    /// Unknown, different from what was promised, unreadable, cancelled.
    pub async fn verify(
        &self,
        name: &str,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<VerifyOutcome, ModelsError> {
        let entry = self.entry(name)?;
        let found = self.check(&entry, true, progress, cancel).await?;
        Ok(if found.is_some() { VerifyOutcome::Intact } else { VerifyOutcome::Absent })
    }

    /// The entry called `name`.
    ///
    /// # Errors
    /// Nobody knows it; the error lists the known names.
    pub fn entry(&self, name: &str) -> Result<Entry, ModelsError> {
        let entries = self.entries()?;
        let known = || entries.iter().map(|entry| entry.name().to_string()).collect();
        let found = entries.iter().find(|entry| entry.name().as_str() == name).cloned();
        found.ok_or_else(|| ModelsError::UnknownModel { name: name.to_owned(), known: known() })
    }

    fn entries(&self) -> Result<Vec<Entry>, ModelsError> {
        let listed = self.catalogue.items().iter().cloned().map(|item| Entry::Item(Box::new(item)));
        let added = self.added()?.into_iter().map(Entry::Added);
        Ok(listed.chain(added).collect())
    }

    fn absent(&self, entry: &Entry) -> ModelsError {
        ModelsError::NotInstalled { name: entry.name().clone(), dir: self.dir.clone() }
    }
}
