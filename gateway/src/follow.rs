//! Keeps the index in step with the database: a change by the desk, a command
//! or another node is served within a second.
//!
//! Polling one number per site is cheaper than any notification at this
//! scale, works on both databases and cannot be missed. A site that cannot be
//! followed is tried again ever more rarely and keeps no other one waiting.

use crate::http::Health;
use crate::warm::Changed;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::knowledge::Knowledge;
use comptoir_storage::Storage;
use comptoir_storage::model::Site;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Between two looks at the database.
const INTERVAL: Duration = Duration::from_millis(250);

/// Longest pause before a failed site is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Follows all sites until told to stop.
pub async fn run(
    storage: Arc<dyn Storage>,
    knowledge: Arc<Knowledge>,
    health: Arc<Health>,
    changed: Arc<Changed>,
    stop: CancellationToken,
) {
    let mut follower = Follower { storage, knowledge, changed, sites: HashMap::new() };
    let mut database = Retry::default();
    while !stop.is_cancelled() {
        if database.is_due(Instant::now()) {
            match follower.follow_all().await {
                Ok(is_served) => {
                    database = Retry::default();
                    if is_served {
                        health.set_knowledge_ready();
                    }
                }
                Err(error) => {
                    database.failed(Instant::now());
                    tracing::error!(error = &*error, "the sites cannot be read");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// What is known of the sites.
struct Follower {
    storage: Arc<dyn Storage>,
    knowledge: Arc<Knowledge>,
    changed: Arc<Changed>,
    sites: HashMap<String, Followed>,
}

/// What the index of a site was last brought up to.
#[derive(Debug, Default)]
struct Followed {
    seen: Option<Seen>,
    retry: Retry,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    revision: i64,
    /// Stands in the prompts that are read ahead.
    firm: String,
    synonyms: Vec<Vec<String>>,
}

impl Follower {
    /// One look at every site. Whether any could be followed, or there is none.
    async fn follow_all(&mut self) -> Result<bool, Failure> {
        let sites = self.storage.sites().await?;
        let mut is_served = sites.is_empty();
        for site in &sites {
            let mut followed = self.sites.remove(site.id.as_str()).unwrap_or_default();
            if followed.retry.is_due(Instant::now()) {
                match self.follow(site, &mut followed.seen).await {
                    Ok(()) => followed.retry = Retry::default(),
                    Err(error) => {
                        followed.retry.failed(Instant::now());
                        tracing::error!(site.id = %site.id, error = &*error,
                            "the index does not follow the FAQ");
                    }
                }
            }
            is_served |= followed.seen.is_some();
            self.sites.insert(site.id.as_str().to_owned(), followed);
        }
        Ok(is_served)
    }

    async fn follow(&self, site: &Site, seen: &mut Option<Seen>) -> Result<(), Failure> {
        let revision = self.storage.entry_revision(&site.id).await?;
        let settings = &site.settings;
        let (firm, synonyms) = (settings.firm.clone(), settings.synonyms.clone());
        let now = Seen { revision, firm, synonyms };
        if seen.as_ref() == Some(&now) {
            return Ok(());
        }
        let name = RagSite::new(site.id.as_str());
        let report = self.knowledge.sync(&name).await?;
        tracing::info!(
            site.id = %site.id,
            written = report.written,
            removed = report.removed,
            revision = report.revision,
            "the index follows the FAQ"
        );
        self.changed.send_modify(|sites| {
            sites.insert(site.id.as_str().to_owned());
        });
        *seen = Some(Seen { revision: report.revision.max(revision), ..now });
        Ok(())
    }
}

/// When to try again what failed: at once, then ever more rarely.
#[derive(Debug, Default)]
struct Retry {
    failures: u32,
    not_before: Option<Instant>,
}

impl Retry {
    fn is_due(&self, now: Instant) -> bool {
        self.not_before.is_none_or(|time| now >= time)
    }

    fn failed(&mut self, now: Instant) {
        let pause = INTERVAL.saturating_mul(2u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(now + pause.min(LONGEST_PAUSE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_ever_more_rarely_but_at_least_every_minute() {
        let (mut retry, start) = (Retry::default(), Instant::now());
        assert!(retry.is_due(start));
        let mut pauses = Vec::new();
        for _ in 0..40 {
            retry.failed(start);
            assert!(!retry.is_due(start));
            pauses.push(retry.not_before.unwrap() - start);
        }
        assert!(pauses.is_sorted() && pauses[1] > pauses[0]);
        assert_eq!(pauses.last(), Some(&LONGEST_PAUSE));
        assert!(retry.is_due(start + LONGEST_PAUSE));
    }
}
