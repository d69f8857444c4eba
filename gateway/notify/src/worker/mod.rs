//! The worker: claims what is due, plans causes, delivers, says what became
//! of it.
//!
//! How data enters and leaves: rows come from the outbox under a lease, so
//! that several nodes may work; deliveries leave through the ports; outcomes
//! go back to the outbox and to a [`Watcher`].
//!
//! What it must never do: hold more than a bounded number of deliveries at
//! once, or end a row it has no lease on any more.

mod address;
mod deliver;

pub use address::Addresses;

use crate::mail::Post;
use crate::policy::{MOST_ATTEMPTS, Plan, after, plan};
use crate::push::Door;
use crate::scene::{Facts, person};
use crate::ticket::Signer;
use comptoir_chat::{Clock, Ids};
use comptoir_storage::model::{
    Claim, ClaimId, Failure, NewDelivery, Notification, NotificationId, OutboxCounts, Settlement,
    Target,
};
use comptoir_storage::{Storage, StorageError};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Deliveries under way at once. Each begins when it is claimed, and one that
/// a slow server holds up keeps no other waiting.
const AT_ONCE: usize = 8;

/// How long a claim lasts; longer than a delivery may take.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(45);

/// How often the outbox is looked at while nothing is due.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a delivery may go on after the process was asked to stop. One that
/// is cut is delivered again by the next process.
const LAST_WORDS: Duration = Duration::from_secs(4);

/// How long what ended is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How often the outbox is counted and purged.
const COUNT: Duration = Duration::from_secs(15);

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// It was handed to a server.
    Sent,
    /// Nobody needed it any more.
    Moot,
    /// It failed and is tried again.
    Retried,
    /// It failed for good.
    Dead,
}

/// What a delivery came to.
enum Outcome {
    Sent,
    Moot,
    /// What follows: another attempt, or none.
    Failed(Settlement),
}

impl Outcome {
    fn settlement(&self) -> Settlement {
        match self {
            Self::Sent | Self::Moot => Settlement::Done,
            Self::Failed(next) => *next,
        }
    }

    fn told(&self) -> Told {
        match self {
            Self::Sent => Told::Sent,
            Self::Moot => Told::Moot,
            Self::Failed(Settlement::Dead { .. }) => Told::Dead,
            Self::Failed(
                Settlement::Done | Settlement::Retry { .. } | Settlement::Postpone { .. },
            ) => Told::Retried,
        }
    }
}

/// Counts what happens.
pub trait Watcher: Send + Sync + 'static {
    /// A delivery ended, or an attempt did.
    fn told(&self, target: Target, told: Told);
    /// How the outbox stands.
    fn outbox(&self, counts: OutboxCounts);
}

/// What a worker stands on.
pub struct Deps {
    /// Rows.
    pub storage: Arc<dyn Storage>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn Ids>,
    /// A number from 0 to 1, another each time.
    pub random: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// Where pushes leave.
    pub door: Arc<dyn Door>,
    /// Where letters leave, if a mail server is configured.
    pub post: Option<Arc<dyn Post>>,
    /// Signs tickets.
    pub signer: Signer,
    /// The installation's addresses.
    pub addresses: Addresses,
    /// Whose desk was not open for so long is away.
    pub away: SignedDuration,
    /// Counts.
    pub watcher: Arc<dyn Watcher>,
}

/// The worker of one process.
pub struct Notifier {
    deps: Deps,
}

impl Notifier {
    /// Prepares; [`Notifier::run`] works.
    #[must_use]
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }

    /// Works until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let this = Arc::new(self);
        // Tasks of their own: one that waits for the database must not keep
        // from going on another that has it, and one that fails ends alone.
        let mut under_way = JoinSet::new();
        let mut count = tokio::time::interval(COUNT);
        loop {
            for (row, lease) in this.claim(AT_ONCE.saturating_sub(under_way.len())).await {
                let this = Arc::clone(&this);
                under_way.spawn(async move { this.attempt(&row, lease).await });
            }
            tokio::select! {
                () = stop.cancelled() => break,
                // Room for another, and a cause leaves deliveries that are due.
                Some(ended) = under_way.join_next() => if ended.is_err() {
                    tracing::error!("a notification could not be handled and is taken up again");
                },
                _ = count.tick() => this.look_after().await,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        let rest = async { while under_way.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WORDS, rest).await.is_err() {
            tracing::info!("deliveries under way are left to the next start");
            under_way.shutdown().await;
        }
    }

    /// Claims so many rows, or fewer.
    async fn claim(&self, room: usize) -> Vec<(Notification, ClaimId)> {
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        if limit == 0 {
            return Vec::new();
        }
        let now = self.deps.clock.now();
        let lease = ClaimId(self.deps.ids.uuid());
        let until = now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
        let claim = Claim { lease, now, until, limit };
        match self.deps.storage.claim_notifications(&claim).await {
            Ok(rows) => rows.into_iter().map(|row| (row, lease)).collect(),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the outbox cannot be read");
                Vec::new()
            }
        }
    }

    /// Handles a row. When the database fails its lease runs out, and it is
    /// taken up again.
    async fn attempt(&self, row: &Notification, lease: ClaimId) {
        if let Err(error) = self.handle(row, lease).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(notification.id = %row.id.0, error, "a notification has to wait");
        }
    }

    async fn handle(&self, row: &Notification, lease: ClaimId) -> Result<(), StorageError> {
        // One that takes the process down with it must not do so for ever.
        if row.attempts > MOST_ATTEMPTS {
            let failure = row.failure.unwrap_or(Failure::Failed);
            return self.settle(row, lease, Settlement::Dead { failure }).await.map(drop);
        }
        match row.target {
            None => self.plan(row, lease).await,
            Some(target) => {
                let delivering = deliver::deliver(&self.deps, row, target);
                let outcome = match tokio::time::timeout(PATIENCE, delivering).await {
                    Ok(outcome) => outcome?,
                    Err(_) => Outcome::Failed(self.retry(row, Failure::Unreachable)),
                };
                if self.settle(row, lease, outcome.settlement()).await? {
                    self.deps.watcher.told(target, outcome.told());
                }
                Ok(())
            }
        }
    }

    /// Replaces a cause by its deliveries.
    async fn plan(&self, row: &Notification, lease: ClaimId) -> Result<(), StorageError> {
        let (storage, now) = (self.deps.storage.as_ref(), self.deps.clock.now());
        let Some(facts) = Facts::of(storage, row).await? else {
            return self.settle(row, lease, Settlement::Done).await.map(drop);
        };
        let mut people = Vec::new();
        for agent in storage.agents(&row.site).await? {
            people.push(person(storage, &agent, now, self.deps.away).await?);
        }
        let scene = facts.scene(storage, row).await?;
        let house = facts.house(self.deps.post.is_some(), now);
        let list = match plan(&scene, &house, &people, now) {
            Plan::Later(at) => {
                return self.settle(row, lease, Settlement::Postpone { at }).await.map(drop);
            }
            Plan::Tell(list) => list,
        };
        let delivery = |(target, due_at)| NewDelivery {
            id: NotificationId(self.deps.ids.uuid()),
            target,
            due_at,
        };
        let deliveries: Vec<NewDelivery> = list.into_iter().map(delivery).collect();
        storage.plan_notification(row.id, lease, &deliveries, now).await.map(drop)
    }

    fn retry(&self, row: &Notification, failure: Failure) -> Settlement {
        after(failure, row.attempts, self.deps.clock.now(), None, (self.deps.random)())
    }

    /// Gives `false` when somebody else has it by now.
    async fn settle(
        &self,
        row: &Notification,
        lease: ClaimId,
        settlement: Settlement,
    ) -> Result<bool, StorageError> {
        if let Settlement::Dead { failure } = settlement {
            tracing::warn!(notification.id = %row.id.0, failure = ?failure, "a notification failed for good");
        }
        let now = self.deps.clock.now();
        self.deps.storage.settle_notification(row.id, lease, settlement, now).await
    }

    /// Counts, and removes what ended long ago.
    async fn look_after(&self) {
        let storage = &self.deps.storage;
        let before = self.deps.clock.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        let looked = async {
            storage.purge_notifications(before).await?;
            storage.outbox_counts().await
        };
        match looked.await {
            Ok(counts) => self.deps.watcher.outbox(counts),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the outbox cannot be counted"
                );
            }
        }
    }
}
