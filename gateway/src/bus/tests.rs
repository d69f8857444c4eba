//! Two buses over a channel that breaks when it is told to.

use super::{BusParts, DatabaseBus, OUTGOING};
use crate::adapters::SystemClock;
use crate::metrics::Metrics;
use async_trait::async_trait;
use comptoir_chat::{Bus as _, Heard, Live, Note, NoteKind};
use comptoir_protocol::Seq;
use comptoir_storage::model::{ConversationKey, SiteId};
use comptoir_storage::{Channel, Listening, StorageError};
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// In memory; deaf and mute while it is broken.
struct Fragile {
    messages: broadcast::Sender<String>,
    is_broken: watch::Sender<bool>,
}

struct Ear {
    messages: broadcast::Receiver<String>,
    is_broken: watch::Receiver<bool>,
}

fn broken() -> StorageError {
    StorageError::Backend("broken".into())
}

#[async_trait]
impl Channel for Fragile {
    async fn send(&self, messages: &[String]) -> Result<(), StorageError> {
        if *self.is_broken.borrow() {
            return Err(broken());
        }
        for message in messages {
            // Nobody listening is fine.
            drop(self.messages.send(message.clone()));
        }
        Ok(())
    }

    async fn listen(&self) -> Result<Box<dyn Listening>, StorageError> {
        if *self.is_broken.borrow() {
            return Err(broken());
        }
        let (messages, is_broken) = (self.messages.subscribe(), self.is_broken.subscribe());
        Ok(Box::new(Ear { messages, is_broken }))
    }
}

#[async_trait]
impl Listening for Ear {
    async fn next(&mut self) -> Result<String, StorageError> {
        tokio::select! {
            biased;
            _ = self.is_broken.wait_for(|is_broken| *is_broken) => Err(broken()),
            message = self.messages.recv() => message.map_err(|_| broken()),
        }
    }
}

struct World {
    channel: Arc<Fragile>,
    stop: CancellationToken,
    tracker: TaskTracker,
}

impl World {
    fn new() -> Self {
        let messages = broadcast::Sender::new(10_000);
        let channel = Arc::new(Fragile { messages, is_broken: watch::Sender::new(false) });
        Self { channel, stop: CancellationToken::new(), tracker: TaskTracker::new() }
    }

    async fn bus(&self) -> DatabaseBus {
        let parts = BusParts {
            channel: Arc::clone(&self.channel) as Arc<dyn Channel>,
            clock: Arc::new(SystemClock),
            metrics: Metrics::register(&mut Registry::default()),
            stop: self.stop.clone(),
            tracker: self.tracker.clone(),
        };
        DatabaseBus::start(parts).await.expect("it listens")
    }

    async fn end(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

fn kept(number: u64) -> Note {
    let site = SiteId::parse("atelier").expect("a name");
    let key = ConversationKey(Uuid::from_u128(1));
    let what = NoteKind::Conversation { site, key, seq: Seq(number), calls: false };
    Note { from: Uuid::from_u128(7), what }
}

async fn next(heard: &mut broadcast::Receiver<Heard>) -> Heard {
    let heard = tokio::time::timeout(Duration::from_secs(20), heard.recv()).await;
    heard.expect("something is heard").expect("the bus lives")
}

#[tokio::test]
async fn notes_reach_the_other_bus_in_order_and_not_their_own() {
    let world = World::new();
    let (one, two) = (world.bus().await, world.bus().await);
    let (mut own, mut other) = (one.subscribe(), two.subscribe());
    for number in 0..300 {
        one.publish(kept(number));
    }
    for number in 0..300 {
        assert_eq!(next(&mut other).await, Heard::Note(kept(number)));
    }
    two.publish(kept(999));
    assert_eq!(next(&mut own).await, Heard::Note(kept(999)), "nothing of its own before");
    world.end().await;
}

#[tokio::test]
async fn after_a_break_everybody_is_told_to_read_again() {
    let world = World::new();
    let (one, two) = (world.bus().await, world.bus().await);
    let mut heard = two.subscribe();
    world.channel.is_broken.send_replace(true);
    // Until both have noticed: their ears are gone, and no new one is given.
    while world.channel.is_broken.receiver_count() > 0 {
        tokio::task::yield_now().await;
    }
    one.publish(kept(1));
    world.channel.is_broken.send_replace(false);
    // Its own ear broke, and the other one may have lost what it had to say.
    assert!(matches!(next(&mut heard).await, Heard::Missed { .. }));
    one.publish(kept(2));
    while next(&mut heard).await != Heard::Note(kept(2)) {}
    world.end().await;
}

#[tokio::test]
async fn what_is_not_kept_gives_way_and_what_is_lost_is_said() {
    let world = World::new();
    let (one, two) = (world.bus().await, world.bus().await);
    let mut heard = two.subscribe();
    let key = ConversationKey(Uuid::from_u128(1));
    let live = || Note { from: Uuid::nil(), what: NoteKind::Live { key, what: Live::Wanted } };
    // No task runs between two of these: the queue fills.
    for _ in 0..OUTGOING {
        one.publish(live());
    }
    assert!(one.outgoing.capacity() >= OUTGOING / 2 - 1, "half is left for what is kept");
    for number in 0..OUTGOING as u64 {
        one.publish(kept(number));
    }
    let mut seen = 0;
    loop {
        match next(&mut heard).await {
            Heard::Missed { .. } => break,
            Heard::Note(_) => seen += 1,
        }
    }
    assert!(seen <= OUTGOING);
    world.end().await;
}

#[tokio::test]
async fn a_node_that_falls_silent_may_have_died_after_a_commit() {
    let world = World::new();
    let two = world.bus().await;
    let mut heard = two.subscribe();
    let dies = World { channel: Arc::clone(&world.channel), ..World::new() };
    let one = dies.bus().await;
    one.publish(kept(1));
    assert_eq!(next(&mut heard).await, Heard::Note(kept(1)));
    dies.end().await;
    assert!(matches!(next(&mut heard).await, Heard::Missed { .. }));
    world.end().await;
}
