//! Keeps the index in step with the database: a change by the desk, a command
//! or another node is served within a second.
//!
//! Polling one number per site is cheaper than any notification at this
//! scale, works on both databases and cannot be missed.

use crate::http::Health;
use crate::warm::Changed;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::knowledge::Knowledge;
use comptoir_storage::Storage;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two looks at the database.
const INTERVAL: Duration = Duration::from_millis(250);

/// Follows all sites until told to stop.
pub async fn run(
    storage: Arc<dyn Storage>,
    knowledge: Arc<Knowledge>,
    health: Arc<Health>,
    changed: Arc<Changed>,
    stop: CancellationToken,
) {
    let mut seen: HashMap<String, i64> = HashMap::new();
    while !stop.is_cancelled() {
        match follow(storage.as_ref(), &knowledge, &changed, &mut seen).await {
            Ok(()) => health.set_knowledge_ready(),
            Err(error) => {
                tracing::error!(error = &*error, "the index does not follow the FAQ");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn follow(
    storage: &dyn Storage,
    knowledge: &Knowledge,
    changed: &Changed,
    seen: &mut HashMap<String, i64>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for site in storage.sites().await? {
        let revision = storage.entry_revision(&site.id).await?;
        if seen.get(site.id.as_str()) == Some(&revision) {
            continue;
        }
        let report = knowledge.sync(&RagSite::new(site.id.as_str())).await?;
        tracing::info!(
            site.id = %site.id,
            written = report.written,
            removed = report.removed,
            revision = report.revision,
            "the index follows the FAQ"
        );
        changed.send_modify(|sites| {
            sites.insert(site.id.as_str().to_owned());
        });
        seen.insert(site.id.as_str().to_owned(), report.revision.max(revision));
    }
    Ok(())
}
