//! A process of the gateway: a runtime of its own whose clock stands still
//! until it is moved. Dropping it is `kill -9`: nothing of it runs any more.

use crate::answers::Answers;
use crate::store::Disk;
use crate::weather::Weather;
use crate::wire::ServerEnd;
use comptoir_chat::{Bus, Chat, Clock, Deps, Ids, Limits};
use comptoir_session::{Buckets, Counts, NoTickets, Shared};
use comptoir_storage::model::SiteId;
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Frames a visitor may send in a minute; high, visitors here are in a hurry.
const MESSAGES_PER_MINUTE: u32 = 600;

/// Patience of a process, as the gateway's own.
const HELLO: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(70);

/// When visitors are asked back.
const RETURN_MS: u32 = 1_000;

/// Time a process that was asked to stop gives its answers.
const SOFT_STOP: Duration = Duration::from_secs(2);

/// 2026-03-03, a Tuesday, 09:00 UTC.
const BEGINNING_S: i64 = 1_772_528_400;

/// A running process.
pub(crate) struct Node {
    /// Its place.
    pub number: usize,
    runtime: Runtime,
    pub chat: Chat,
    shared: Arc<Shared>,
    site: SiteId,
}

impl Node {
    /// Starts a process over the disk; what an earlier one left open is taken
    /// up, as the gateway does before it listens.
    pub(crate) fn start(
        number: usize,
        weather: &Weather,
        disk: &Disk,
        bus: Arc<dyn Bus>,
        site: SiteId,
    ) -> Self {
        let runtime = runtime();
        let deps = Deps {
            storage: Arc::new(disk.clone()),
            answerer: Arc::new(Answers(weather.clone())),
            clock: Arc::new(WallClock(weather.clone())),
            ids: Arc::new(SeededIds(weather.clone())),
            limits: limits(),
        };
        let chat = {
            let _inside = runtime.enter();
            Chat::with_bus(deps, bus)
        };
        let keys = NonZeroUsize::MIN.saturating_add(63);
        let shared = Shared {
            chat: chat.clone(),
            tickets: Arc::new(NoTickets),
            visitors: Arc::new(Buckets::per_minute(MESSAGES_PER_MINUTE, keys)),
            messages: Arc::new(Buckets::per_minute(MESSAGES_PER_MINUTE * 6, keys)),
            counts: Arc::new(NoCounts),
            hello: HELLO,
            silence: SILENCE,
            returns: Arc::new(|_| RETURN_MS),
            stop: CancellationToken::new(),
        };
        let waking = chat.clone();
        runtime.spawn(async move {
            // A disk that fails now is asked again by the regular sweep.
            drop(waking.resume_unfinished().await);
        });
        Self { number, runtime, chat, shared: Arc::new(shared), site }
    }

    /// Lets it work for this long.
    pub(crate) fn run_for(&self, ms: u64) {
        self.block_on(async { tokio::time::sleep(Duration::from_millis(ms)).await });
    }

    /// Waits for something inside.
    pub(crate) fn block_on<T>(&self, task: impl Future<Output = T>) -> T {
        self.runtime.block_on(task)
    }

    /// A visitor's client connects.
    pub(crate) fn accept(&self, line: ServerEnd) {
        let (shared, site) = (Arc::clone(&self.shared), self.site.clone());
        let address = IpAddr::from([127, 0, 0, 1]);
        self.runtime.spawn(async move {
            comptoir_session::run(line, &shared, site, address).await;
        });
    }

    /// Something runs inside until it ends or the process does.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
    }

    /// Stops in order.
    pub(crate) fn stop(self) {
        let Self { runtime, chat, shared, .. } = self;
        runtime.block_on(async {
            chat.shutdown(SOFT_STOP).await;
            shared.stop.cancel();
            tokio::time::sleep(Duration::from_millis(50)).await;
        });
    }
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time();
    #[cfg(feature = "paused")]
    builder.start_paused(true);
    match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("no runtime for a simulated process: {error}"),
    }
}

/// Bounds as in the product, times shorter: a minute here is a long time.
fn limits() -> Limits {
    Limits {
        idle: Duration::from_secs(12),
        answer_silence: Duration::from_secs(4),
        answer_deadline: Duration::from_secs(9),
        busy_patience: Duration::from_secs(3),
        resume_within: Duration::from_secs(5 * 60),
        sweep: Duration::from_secs(5),
        ..Limits::default()
    }
}

struct WallClock(Weather);

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let beginning = Timestamp::from_second(BEGINNING_S).unwrap_or(Timestamp::UNIX_EPOCH);
        beginning
            .saturating_add(SignedDuration::from_millis(self.0.clock_ms()))
            .unwrap_or(beginning)
    }
}

struct SeededIds(Weather);

impl Ids for SeededIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u64_pair(self.0.roll(), self.0.roll())
    }

    fn secret(&self) -> String {
        let random: String = (0..3).map(|_| format!("{:016x}", self.0.roll())).collect();
        random.chars().take(43).collect()
    }
}

struct NoCounts;

impl Counts for NoCounts {
    fn connected(&self) {}
    fn parted(&self) {}
    fn kept(&self) {}
    fn refused(&self) {}
}
