//! Joining the other gateways, and what follows from it besides conversations.

use super::{BusParts, DatabaseBus};
use crate::adapters::SystemClock;
use crate::metrics::Metrics;
use anyhow::Context;
use comptoir_admin::Door;
use comptoir_chat::{Bus, InProcessBus};
use comptoir_storage::Channel;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The bus to the other gateways at this database, if there can be any.
pub(crate) async fn between_gateways(
    channel: Option<Arc<dyn Channel>>,
    metrics: Metrics,
    stop: CancellationToken,
    tracker: TaskTracker,
) -> anyhow::Result<Arc<dyn Bus>> {
    let Some(channel) = channel else {
        return Ok(Arc::new(InProcessBus::default()));
    };
    let clock = Arc::new(SystemClock);
    let bus = DatabaseBus::start(BusParts { channel, clock, metrics, stop, tracker }).await;
    Ok(Arc::new(bus.context("cannot listen to the other gateways at this database")?))
}

/// Streams of the desk look again when somebody's access ends, on any gateway.
pub(crate) async fn follow_access(
    mut changes: broadcast::Receiver<()>,
    door: Arc<Door>,
    stop: CancellationToken,
) {
    loop {
        let change = tokio::select! {
            change = changes.recv() => change,
            () = stop.cancelled() => return,
        };
        match change {
            Ok(()) | Err(broadcast::error::RecvError::Lagged(_)) => door.access_changed(),
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}
