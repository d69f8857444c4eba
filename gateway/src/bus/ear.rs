//! Hears what other nodes say, and knows when it may have missed something.

use super::peers::{Peers, Silent};
use super::words::{Said, message};
use super::{BEAT, SILENCE};
use crate::metrics::Metrics;
use comptoir_chat::{Clock, Heard};
use comptoir_storage::{Channel, Listening};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Between two tries to listen again.
const PAUSE: Duration = Duration::from_millis(250);

/// Listens for this node.
pub(super) struct Ear {
    channel: Arc<dyn Channel>,
    node: Uuid,
    heard: broadcast::Sender<Heard>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

/// Why listening ended.
enum End {
    Stop,
    /// The connection broke, or brings nothing.
    Broken,
}

impl Ear {
    pub(super) fn new(
        channel: Arc<dyn Channel>,
        node: Uuid,
        heard: broadcast::Sender<Heard>,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> Self {
        Self { channel, node, heard, clock, metrics }
    }

    /// Listens until told to stop, over as many connections as it takes.
    pub(super) async fn run(self, first: Box<dyn Listening>, stop: CancellationToken) {
        let mut listening = first;
        loop {
            match self.attend(&mut listening, &stop).await {
                End::Stop => return,
                End::Broken => {}
            }
            // It may have been deaf for as long as it takes to notice.
            let since = self.ago(SILENCE + BEAT);
            tracing::warn!("this node does not hear the others; listening again");
            drop(listening);
            let again = tokio::select! {
                again = self.listen_again() => again,
                () = stop.cancelled() => return,
            };
            listening = again;
            self.missed(since);
        }
    }

    async fn listen_again(&self) -> Box<dyn Listening> {
        loop {
            match tokio::time::timeout(SILENCE, self.channel.listen()).await {
                Ok(Ok(listening)) => return listening,
                Ok(Err(error)) => tracing::debug!(error = %error, "still deaf"),
                Err(_) => tracing::debug!("still deaf: no reply"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn attend(&self, listening: &mut Box<dyn Listening>, stop: &CancellationToken) -> End {
        let mut peers = Peers::new(self.node, SILENCE, Instant::now());
        let mut look = tokio::time::interval(BEAT);
        loop {
            tokio::select! {
                () = stop.cancelled() => return End::Stop,
                next = listening.next() => match next {
                    Ok(text) => self.hear(&text, &mut peers),
                    Err(error) => {
                        tracing::debug!(error = %error, "the ear's connection broke");
                        return End::Broken;
                    }
                },
                _ = look.tick() => match peers.look(Instant::now()) {
                    Silent::Nobody => {}
                    Silent::Another => self.missed(self.ago(SILENCE + BEAT)),
                    Silent::Myself => return End::Broken,
                },
            }
            self.metrics.nodes.set(i64::try_from(peers.count()).unwrap_or(i64::MAX));
        }
    }

    fn hear(&self, text: &str, peers: &mut Peers) {
        let Some(message) = message(text) else {
            tracing::debug!("a message of another version is not understood");
            return;
        };
        peers.heard(message.from, Instant::now());
        if message.from == self.node {
            return;
        }
        match message.says {
            Said::Beat => {}
            // Nobody listening is fine.
            Said::Note(note) => drop(self.heard.send(Heard::Note(note))),
            Said::Lost => self.missed(self.ago(SILENCE + BEAT)),
        }
    }

    fn missed(&self, since: Timestamp) {
        self.metrics.bus_gaps.inc();
        // Nobody listening is fine.
        drop(self.heard.send(Heard::Missed { since }));
    }

    fn ago(&self, duration: Duration) -> Timestamp {
        self.clock.now().checked_sub(duration).unwrap_or(Timestamp::MIN)
    }
}
