//! Has the model read published entries ahead of time, so that judging a
//! question and writing from an entry cost the question only.
//!
//! The follower names sites whose entries changed; one task at a time reads
//! them. The engine puts visitors first and skips what it has read before, so
//! nothing here needs to. It must never delay a start, a stop or a reply.

use crate::metrics::Metrics;
use comptoir_engine::{EngineState, TextGenerator};
use comptoir_rag::SiteId;
use comptoir_rag::pipeline::{Pipeline, Warmed};
use comptoir_storage::Storage;
use comptoir_storage::model::SiteId as SiteKey;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Between two looks at an engine that is still loading, and before a reading
/// that was cut short is taken up again.
const PAUSE: Duration = Duration::from_secs(1);

/// Entries between two lines in the log.
const LINE_EVERY: usize = 25;

/// Sites whose entries are to be read, each at most once.
pub type Changed = watch::Sender<BTreeSet<String>>;

/// What reading ahead needs.
pub struct Reading {
    /// Names the entries and asks the engine.
    pub pipeline: Pipeline,
    /// Reads.
    pub engine: Arc<dyn TextGenerator>,
    /// Knows the firms' names, which stand in prompts.
    pub storage: Arc<dyn Storage>,
    /// Hears how far it is.
    pub metrics: Metrics,
    /// Sites to be read.
    pub sites: Arc<Changed>,
}

/// Reads ahead until told to stop.
pub async fn run(
    reading: Reading,
    changed: watch::Receiver<BTreeSet<String>>,
    stop: CancellationToken,
) {
    // Dropping a warm-up in the middle cancels it.
    tokio::select! {
        () = reading.read(changed) => {}
        () = stop.cancelled() => {}
    }
}

impl Reading {
    /// Reads for ever; ends only with an engine that will not come back.
    async fn read(&self, mut changed: watch::Receiver<BTreeSet<String>>) {
        loop {
            if changed.wait_for(|sites| !sites.is_empty()).await.is_err() {
                return;
            }
            match self.engine.status().state {
                EngineState::Ready => {}
                EngineState::Loading { .. } => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                EngineState::Dead { .. } => return,
            }
            let mut next = None;
            self.sites.send_modify(|sites| next = sites.pop_first());
            if let Some(site) = next
                && !self.read_site(&site).await
            {
                self.sites.send_modify(|sites| {
                    sites.insert(site);
                });
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Reads a site's entries. False when it was cut short.
    async fn read_site(&self, site: &str) -> bool {
        let started = Instant::now();
        let told = |warmed: Warmed| {
            self.metrics.entries_to_read.set(i64::try_from(warmed.left()).unwrap_or(i64::MAX));
            let Warmed { judged, written, entries } = warmed;
            if (judged + written).is_multiple_of(LINE_EVERY) && warmed.left() > 0 {
                tracing::info!(site.id = site, judged, written, entries, "reading entries ahead");
            }
        };
        let firm = self.firm(site).await;
        match self.pipeline.warm(&SiteId::new(site), firm.as_deref(), told).await {
            Ok(warmed) => {
                let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                let is_complete = warmed.left() == 0;
                if is_complete {
                    tracing::info!(
                        site.id = site,
                        entries = warmed.entries,
                        millis,
                        "all entries are read ahead"
                    );
                }
                is_complete
            }
            Err(error) => {
                // The follower names the site again with its next change.
                self.metrics.entries_to_read.set(0);
                tracing::warn!(site.id = site, %error, "entries cannot be read ahead");
                true
            }
        }
    }

    /// The firm's name; without it entries are read for judging alone, and the
    /// site is taken up again.
    async fn firm(&self, site: &str) -> Option<String> {
        let found = self.storage.site(&SiteKey::parse(site)?).await;
        match found {
            Ok(site) => site.map(|site| site.settings.firm),
            Err(error) => {
                tracing::warn!(site.id = site, %error, "the firm's name cannot be read");
                None
            }
        }
    }
}
