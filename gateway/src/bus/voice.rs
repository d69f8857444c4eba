//! Sends what this node has to say, many notes at a time.

use super::words::{Said, text};
use super::{BEAT, SILENCE};
use comptoir_chat::Note;
use comptoir_storage::Channel;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Notes of one batch.
const BATCH: usize = 128;

/// After a failure; notes that come meanwhile wait in the queue.
const PAUSE: Duration = Duration::from_millis(250);

/// Speaks until told to stop; what waits then is sent first.
pub(super) async fn run(
    channel: Arc<dyn Channel>,
    node: Uuid,
    mut notes: mpsc::Receiver<Note>,
    lost: Arc<AtomicBool>,
    stop: CancellationToken,
) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut batch = Vec::with_capacity(BATCH);
    let mut is_failing = false;
    loop {
        let mut says = Vec::new();
        tokio::select! {
            biased;
            _ = beat.tick() => says.push(Said::Beat),
            count = notes.recv_many(&mut batch, BATCH) => if count == 0 { return },
            () = stop.cancelled() => {
                while let Ok(note) = notes.try_recv() {
                    batch.push(note);
                }
                if batch.is_empty() {
                    return;
                }
            }
        }
        if lost.swap(false, Ordering::AcqRel) {
            says.push(Said::Lost);
        }
        says.extend(batch.drain(..).map(Said::Note));
        let messages: Vec<String> = says.into_iter().filter_map(|said| text(node, said)).collect();
        match tokio::time::timeout(SILENCE, channel.send(&messages)).await {
            Ok(Ok(())) => is_failing = false,
            failed @ (Ok(Err(_)) | Err(_)) => {
                lost.store(true, Ordering::Release);
                if !is_failing {
                    tracing::warn!(cause = %cause(failed), "other nodes cannot be told");
                }
                is_failing = true;
                if stop.is_cancelled() {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn cause<E: std::error::Error>(
    failed: Result<Result<(), E>, tokio::time::error::Elapsed>,
) -> String {
    match failed {
        Ok(Ok(())) => String::new(),
        Ok(Err(error)) => error.to_string(),
        Err(elapsed) => elapsed.to_string(),
    }
}
