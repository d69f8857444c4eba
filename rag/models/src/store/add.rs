//! Adding a GGUF file that the catalogue does not know.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;
use url::Url;

use super::check::hash;
use super::files::{replace, size_of};
use super::{Added, Entry, Location, Store, space};
use crate::error::{ModelsError, io_error};
use crate::names::ModelName;
use crate::net::{Download, client};
use crate::progress::{Event, Progress};

impl Store {
    /// Adds the GGUF file at a path (used where it lies) or an http(s) address
    /// (downloaded) under `name`. Its checksum is taken now, so that later
    /// changes are noticed; there is nobody to compare the first one with.
    ///
    /// # Errors
    /// The name is malformed or taken by the catalogue; not a file; not a GGUF
    /// or not a usable one; every way a download can fail.
    pub async fn add(
        &self,
        path_or_url: &str,
        name: &str,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<Added, ModelsError> {
        let name: ModelName = name.parse()?;
        if self.catalogue.get(name.as_str()).is_some() {
            return Err(ModelsError::NameTaken { name });
        }
        let location = match address(path_or_url)? {
            Some(url) => Location::Stored(self.download(&url, &name, progress, cancel).await?),
            None => {
                let path = PathBuf::from(path_or_url);
                let found = path.canonicalize().ok().filter(|path| path.is_file());
                Location::Elsewhere(found.ok_or(ModelsError::NotAFile { path })?)
            }
        };
        let path = match &location {
            Location::Elsewhere(path) => path.clone(),
            Location::Stored(path) => self.dir.join(path),
        };
        self.ensure_usable(&path)?;
        progress.report(&Event::Started { name: &name, total: Some(size_of(&path)) });
        let sha256 = hash(&path, progress, cancel).await?;
        let added = Added { name, location, size: size_of(&path), sha256 };
        self.record(&added)?;
        progress.report(&Event::Finished { name: &added.name });
        Ok(added)
    }

    async fn download(
        &self,
        url: &Url,
        name: &ModelName,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<PathBuf, ModelsError> {
        space::ensure(&self.dir, 0)?;
        progress.report(&Event::Started { name, total: None });
        // Another address under the same name must not continue this file.
        let tag = crate::Digest::of(url.as_str().as_bytes()).short();
        let part = self.dir.join(".partial").join(format!("{name}@{tag}.added"));
        let download = Download {
            client: &client(&self.network)?,
            url: url.clone(),
            part: part.clone(),
            expected: None,
            limit: space::available(&self.dir).unwrap_or(u64::MAX),
            retry: self.network.retry,
            progress,
            cancel,
        };
        download.run(&|done, total| progress.report(&Event::Advanced { done, total })).await?;
        if let Err(problem) = self.ensure_usable(&part) {
            // Nothing that would come after it could mend it.
            super::files::remove(&part)?;
            return Err(problem);
        }
        let file = PathBuf::from(format!("added-{name}.gguf"));
        replace(&part, &self.dir.join(&file))?;
        Ok(file)
    }

    fn ensure_usable(&self, path: &Path) -> Result<(), ModelsError> {
        ensure_gguf(path)?;
        match self.inspect.as_ref().map(|inspect| inspect(path)) {
            Some(Err(why)) => Err(ModelsError::Unusable { path: path.to_owned(), why }),
            Some(Ok(())) | None => Ok(()),
        }
    }

    /// Forgets an addition; a downloaded file is deleted, a file elsewhere kept.
    ///
    /// # Errors
    /// Unknown, or part of the catalogue (`UnknownModel` too: it cannot go).
    pub fn forget(&self, name: &str) -> Result<(), ModelsError> {
        let Entry::Added(added) = self.entry(name)? else {
            let known = self.added()?.into_iter().map(|added| added.name.to_string());
            return Err(ModelsError::UnknownModel {
                name: name.to_owned(),
                known: known.collect(),
            });
        };
        if let Location::Stored(file) = &added.location {
            super::files::remove(&self.dir.join(file))?;
        }
        self.unrecord(&added.name)
    }
}

/// The address in `text`, if it is one; a path otherwise.
fn address(text: &str) -> Result<Option<Url>, ModelsError> {
    if !text.contains("://") {
        return Ok(None);
    }
    let parsed = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    match parsed {
        Some(url) => Ok(Some(url)),
        None => {
            let shown = text.split_once('@').map_or(text, |(_, rest)| rest);
            Err(ModelsError::UnsupportedAddress { url: shown.to_owned() })
        }
    }
}

/// Looks at the first four bytes.
fn ensure_gguf(path: &Path) -> Result<(), ModelsError> {
    let mut magic = [0; 4];
    let mut file = File::open(path).map_err(io_error("open", path))?;
    match file.read_exact(&mut magic) {
        Ok(()) if &magic == b"GGUF" => Ok(()),
        Ok(()) | Err(_) => Err(ModelsError::NotGguf { path: path.to_owned() }),
    }
}
