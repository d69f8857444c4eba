//! Has the model read published entries ahead of time, so that judging a
//! question costs the question only.
//!
//! The follower names sites whose entries changed; one task at a time reads
//! them. The engine puts visitors first and skips what it has read before, so
//! nothing here needs to. It must never delay a start, a stop or a reply.

use crate::metrics::Metrics;
use comptoir_engine::{EngineState, TextGenerator};
use comptoir_rag::SiteId;
use comptoir_rag::pipeline::{Pipeline, Warmed};
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

/// Reads ahead until told to stop.
pub async fn run(
    pipeline: Pipeline,
    engine: Arc<dyn TextGenerator>,
    metrics: Metrics,
    changed: watch::Receiver<BTreeSet<String>>,
    sites: Arc<Changed>,
    stop: CancellationToken,
) {
    // Dropping a warm-up in the middle cancels it.
    tokio::select! {
        () = read(&pipeline, engine.as_ref(), &metrics, changed, &sites) => {}
        () = stop.cancelled() => {}
    }
}

/// Reads for ever; ends only with an engine that will not come back.
async fn read(
    pipeline: &Pipeline,
    engine: &dyn TextGenerator,
    metrics: &Metrics,
    mut changed: watch::Receiver<BTreeSet<String>>,
    sites: &Changed,
) {
    loop {
        if changed.wait_for(|sites| !sites.is_empty()).await.is_err() {
            return;
        }
        match engine.status().state {
            EngineState::Ready => {}
            EngineState::Loading { .. } => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            EngineState::Dead { .. } => return,
        }
        let mut next = None;
        sites.send_modify(|sites| next = sites.pop_first());
        if let Some(site) = next
            && !read_site(pipeline, metrics, &site).await
        {
            sites.send_modify(|sites| {
                sites.insert(site);
            });
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Reads a site's entries. False when it was cut short.
async fn read_site(pipeline: &Pipeline, metrics: &Metrics, site: &str) -> bool {
    let started = Instant::now();
    let told = |warmed: Warmed| {
        let left = i64::try_from(warmed.entries - warmed.read).unwrap_or(i64::MAX);
        metrics.entries_to_read.set(left);
        if warmed.read.is_multiple_of(LINE_EVERY) && left > 0 {
            tracing::info!(site.id = site, warmed.read, warmed.entries, "reading entries ahead");
        }
    };
    match pipeline.warm(&SiteId::new(site), told).await {
        Ok(warmed) => {
            let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            let is_complete = warmed.read == warmed.entries;
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
            tracing::warn!(site.id = site, %error, "entries cannot be read ahead");
            true
        }
    }
}
