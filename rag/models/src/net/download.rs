//! One file over HTTP, taken up again where it stopped.
//!
//! The bytes go to a partial file next to nothing else; the caller checks and
//! moves it. A partial file left by an earlier run is continued with a range
//! request; a server without ranges makes it start over.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{CONTENT_RANGE, HeaderMap, RANGE};
use reqwest::{Client, Response, StatusCode};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Retry;
use super::client::chain;
use crate::error::{ModelsError, io_error};
use crate::progress::{Event, Progress};

/// A file to download.
pub(crate) struct Download<'a> {
    /// The client.
    pub client: &'a Client,
    /// Where from.
    pub url: Url,
    /// Where to.
    pub part: PathBuf,
    /// Size promised by the catalogue, if it is this very file's.
    pub expected: Option<u64>,
    /// Most bytes to accept.
    pub limit: u64,
    /// Patience.
    pub retry: Retry,
    /// Who is told about broken connections.
    pub progress: &'a dyn Progress,
    /// Stops the download between two chunks.
    pub cancel: &'a CancellationToken,
}

/// How one request ended.
enum Turn {
    Complete(u64),
    Broken(ModelsError),
}

impl Download<'_> {
    /// Runs to completion; `advanced` hears bytes on disk and the announced total.
    ///
    /// # Errors
    /// Offline, refused, cut too often, wrong size, cancelled, disk trouble.
    pub async fn run(
        &self,
        advanced: &(dyn Fn(u64, Option<u64>) + Sync),
    ) -> Result<u64, ModelsError> {
        let (mut fruitless, mut progressed) = (0, false);
        loop {
            let before = self.present().await;
            if self.expected == Some(before) {
                return Ok(before);
            }
            let turn = self.request(before, advanced).await?;
            let error = match turn {
                Turn::Complete(size) => return Ok(size),
                Turn::Broken(error) => error,
            };
            let gained = self.present().await > before;
            progressed |= gained;
            fruitless = if gained { 0 } else { fruitless + 1 };
            // A host never reached is not worth waiting for: others may follow.
            let unreachable = matches!(error, ModelsError::Offline { .. }) && !progressed;
            if unreachable || fruitless >= self.retry.limit {
                return Err(error);
            }
            self.progress.report(&Event::Retrying { error: &error });
            let pause = self.retry.pause.saturating_mul(1 << fruitless.min(5));
            tokio::select! {
                () = self.cancel.cancelled() => return Err(ModelsError::Cancelled),
                () = tokio::time::sleep(pause.min(Duration::from_secs(30))) => {}
            }
        }
    }

    async fn present(&self) -> u64 {
        fs::metadata(&self.part).await.map_or(0, |meta| meta.len())
    }

    async fn request(
        &self,
        have: u64,
        advanced: &(dyn Fn(u64, Option<u64>) + Sync),
    ) -> Result<Turn, ModelsError> {
        let mut request = self.client.get(self.url.clone());
        if have > 0 {
            request = request.header(RANGE, format!("bytes={have}-"));
        }
        let sent = tokio::select! {
            () = self.cancel.cancelled() => return Err(ModelsError::Cancelled),
            sent = request.send() => sent,
        };
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Ok(Turn::Broken(self.broken(&error, have))),
        };
        let status = response.status();
        let start = match status {
            StatusCode::PARTIAL_CONTENT if range_start(response.headers()) == Some(have) => have,
            StatusCode::OK => 0,
            // Our partial file does not fit this server's file: begin again.
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => {
                self.discard().await?;
                return Ok(Turn::Broken(self.refused(status)));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                return Ok(Turn::Broken(self.refused(status)));
            }
            status if status.is_server_error() => return Ok(Turn::Broken(self.refused(status))),
            status => return Err(self.refused(status)),
        };
        let total = response.content_length().map(|rest| start + rest);
        if let (Some(expected), Some(offered)) = (self.expected, total)
            && expected != offered
        {
            self.discard().await?;
            return Err(ModelsError::SizeMismatch { label: self.host(), expected, offered });
        }
        self.receive(response, start, total, advanced).await
    }

    async fn receive(
        &self,
        mut response: Response,
        start: u64,
        total: Option<u64>,
        advanced: &(dyn Fn(u64, Option<u64>) + Sync),
    ) -> Result<Turn, ModelsError> {
        let mut file = BufWriter::with_capacity(1 << 18, self.open(start).await?);
        let mut done = start;
        let ended = loop {
            let chunk = tokio::select! {
                () = self.cancel.cancelled() => break Err(ModelsError::Cancelled),
                chunk = response.chunk() => chunk,
            };
            match chunk {
                Ok(Some(chunk)) => {
                    done += chunk.len() as u64;
                    if done > self.limit {
                        break Err(ModelsError::SizeMismatch {
                            label: self.host(),
                            expected: self.limit,
                            offered: done,
                        });
                    }
                    if let Err(source) = file.write_all(&chunk).await {
                        break Err(io_error("write", &self.part)(source));
                    }
                    advanced(done, total);
                }
                Ok(None) if total.is_some_and(|total| done < total) => {
                    break Ok(Turn::Broken(self.cut(done, "closed early".to_owned())));
                }
                Ok(None) => break Ok(Turn::Complete(done)),
                Err(error) => break Ok(Turn::Broken(self.cut(done, chain(&error)))),
            }
        };
        // Whatever came is worth keeping, so it is flushed on every way out.
        file.flush().await.map_err(io_error("write", &self.part))?;
        if matches!(ended, Ok(Turn::Complete(_))) {
            file.get_ref().sync_all().await.map_err(io_error("write", &self.part))?;
        }
        if matches!(ended, Err(ModelsError::SizeMismatch { .. })) {
            self.discard().await?;
        }
        ended
    }

    async fn open(&self, start: u64) -> Result<File, ModelsError> {
        let mut options = OpenOptions::new();
        if start > 0 {
            options.append(true);
        } else {
            options.create(true).write(true).truncate(true);
        }
        options.open(&self.part).await.map_err(io_error("open", &self.part))
    }

    async fn discard(&self) -> Result<(), ModelsError> {
        remove_if_there(&self.part).await
    }

    fn broken(&self, error: &reqwest::Error, done: u64) -> ModelsError {
        if error.is_connect() {
            return ModelsError::Offline { host: self.host(), detail: chain(error) };
        }
        self.cut(done, chain(error))
    }

    fn cut(&self, done: u64, detail: String) -> ModelsError {
        ModelsError::Interrupted { host: self.host(), done, detail }
    }

    fn refused(&self, status: StatusCode) -> ModelsError {
        ModelsError::Http { host: self.host(), status: status.as_u16() }
    }

    fn host(&self) -> String {
        self.url.host_str().unwrap_or("?").to_owned()
    }
}

/// Removes a file, which may be absent.
pub(crate) async fn remove_if_there(path: &Path) -> Result<(), ModelsError> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(io_error("remove", path)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The first byte of a `Content-Range: bytes 5-9/10`.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}
