//! The process put together: parts in, an open counter out.
//!
//! `serve` takes a listener and a future that ends when it should stop, so
//! that tests bind any port and never sleep.

mod parts;

pub use parts::Parts;

use crate::adapters::{
    DeskPreview, DeskRehearsal, DeskSystem, FaqAnswerer, LetterTickets, NoAnswerer, OutboxNumbers,
    StoredEntries, SystemClock, SystemIds,
};
use crate::bus::{between_gateways, follow_access};
use crate::config::{Config, EngineKind};
use crate::courtesy::Visitors;
use crate::http::{self, AppState, Bounds, Health, Inbound, Numbers, WidgetFiles};
use crate::metrics::{EngineNumbers, Metrics};
use crate::phrasings::Collector;
use crate::reach::{self, Reach};
use crate::ws::{Places, Shape, SocketDeps, returns};
use crate::{follow, phrasings, warm, wire};
use anyhow::Context;
use comptoir_admin::{AdminDeps, DeskReach, Door};
use comptoir_chat::{Answerer, Bus, Chat, Deps, Ids, Limits};
use comptoir_embed::Embedder;
use comptoir_engine::TextGenerator;
use comptoir_index::VectorIndex;
use comptoir_notify::Notifier;
use comptoir_rag::knowledge::{Knowledge, Vectors};
use comptoir_rag::pipeline::{Pipeline, PipelineSettings};
use comptoir_session::{Buckets, Shared};
use comptoir_storage::Storage;
use prometheus_client::registry::Registry;
use std::collections::BTreeSet;
use std::future::Future;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long running replies may take to end after a stop was asked for.
const SOFT_STOP: Duration = Duration::from_secs(8);

/// Addresses and visitors remembered for fair use.
const REMEMBERED_KEYS: usize = 20_000;

/// Visitors who may write as much as they may from one address: an office, a
/// family.
const VISITORS_PER_ADDRESS: u32 = 6;

/// An assembled counter, not yet open.
pub struct App {
    chat: Chat,
    storage: Arc<dyn Storage>,
    engine: Arc<dyn TextGenerator>,
    pipeline: Option<Pipeline>,
    metrics: Metrics,
    health: Arc<Health>,
    notifier: Notifier,
    router: axum::Router,
    bounds: Bounds,
    setup_code: Option<Arc<str>>,
    visitors: Visitors,
    asks_phrasings: bool,
    stop: CancellationToken,
    tracker: TaskTracker,
}

impl App {
    /// Opens the configured parts and assembles them.
    ///
    /// # Errors
    /// As [`Parts::open`].
    pub async fn build(config: &Config) -> anyhow::Result<Self> {
        Self::assemble(config, Parts::open(config).await?).await
    }

    /// Assembles given parts; tests exchange one and keep the rest real.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn assemble(config: &Config, parts: Parts) -> anyhow::Result<Self> {
        let Parts { storage, channel, search, engine } = parts;
        let mut registry = Registry::default();
        let metrics = Metrics::register(&mut registry);
        registry.register_collector(Box::new(EngineNumbers::new(Arc::clone(&engine))));
        let pipeline = pipeline(config, &storage, search, &engine)?;
        let visitors = Visitors::default();
        let answerer = answerer(pipeline.clone(), &storage, &metrics, &visitors);
        let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
        let bus = between_gateways(channel, metrics.clone(), stop.clone(), tracker.clone()).await?;
        let chat = conversations(config, &storage, answerer, bus);
        let numbers = OutboxNumbers::register(&mut registry);
        let reach = reach::open(config, &storage, &chat, numbers).await?;
        let followed = pipeline.as_ref().map(|pipeline| Arc::clone(pipeline.knowledge()));
        let health = Arc::new(Health::new(Arc::clone(&storage), Arc::clone(&engine), followed));
        if pipeline.is_none() {
            // Nothing to wait for: people answer.
            health.set_knowledge_ready();
        }
        let life = (stop.clone(), tracker.clone());
        let sockets = sockets(config, &chat, &storage, metrics.clone(), life, &reach)?;
        let rehearsal = DeskRehearsal::new(
            Arc::clone(&storage),
            pipeline.clone(),
            Arc::clone(&engine),
            visitors.clone(),
        );
        let answers = (pipeline.clone(), rehearsal);
        let admin = admin(config, &chat, &storage, answers, &engine, &reach).await?;
        let setup_code = admin.setup_code.clone();
        tracker.spawn(follow_access(chat.access_changes(), Arc::clone(&admin.door), stop.clone()));
        let state = AppState {
            sockets,
            health: Arc::clone(&health),
            numbers: Numbers::new(registry, &config.http),
            widget: Arc::new(widget(config)),
            inbound: Inbound::new(reach.mailroom, &config.mail),
        };
        let router =
            http::router(state, comptoir_admin::router(admin), config.http.site_dir.clone());
        Ok(Self {
            chat,
            storage,
            engine,
            pipeline,
            metrics,
            health,
            notifier: reach.notifier,
            router,
            bounds: Bounds::of(&config.limits),
            setup_code,
            visitors,
            asks_phrasings: config.engine.phrasings,
            stop,
            tracker,
        })
    }

    /// Conversations, for tests that look behind the counter.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// The one-time code of the first-run page, while nobody exists yet. For
    /// the terminal only: it must not reach a log.
    #[must_use]
    pub fn setup_code(&self) -> Option<&str> {
        self.setup_code.as_deref()
    }

    /// Serves until `shutdown` ends, then lets running replies end, tells
    /// sockets to come back, and closes the database.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) {
        let taken_up = self.chat.resume_unfinished().await;
        tracing::info!(questions = taken_up.unwrap_or(0), "unfinished questions taken up");
        self.follow_entries();
        self.tracker.spawn(self.notifier.run(self.stop.clone()));
        let (chat, stop) = (self.chat.clone(), self.stop.clone());
        let soft = async move {
            shutdown.await;
            chat.shutdown(SOFT_STOP).await;
            stop.cancel();
        };
        let serving = http::serve(listener, self.router, self.bounds, soft);
        let patience = async {
            self.stop.cancelled().await;
            tokio::time::sleep(SOFT_STOP).await;
        };
        tokio::select! {
            () = serving => {}
            // A client may send half a request and wait for ever.
            () = patience => tracing::warn!("some requests did not end in time"),
        }
        self.tracker.close();
        if tokio::time::timeout(SOFT_STOP, self.tracker.wait()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        if tokio::time::timeout(SOFT_STOP, self.engine.stop()).await.is_err() {
            tracing::warn!("the engine did not end in time");
        }
        self.storage.close().await;
        tracing::info!("the counter is closed");
    }
}

impl App {
    /// Index and model follow the published entries from now on.
    fn follow_entries(&self) {
        let Some(pipeline) = self.pipeline.clone() else { return };
        let (storage, health) = (Arc::clone(&self.storage), Arc::clone(&self.health));
        let knowledge = Arc::clone(pipeline.knowledge());
        let (changed, seen) = tokio::sync::watch::channel(BTreeSet::new());
        let (changed, stop) = (Arc::new(changed), self.stop.clone());
        let named = Arc::clone(&changed);
        let follower = follow::run(Arc::clone(&storage), knowledge, health, named, stop.clone());
        self.tracker.spawn(follower);
        let collector = Collector {
            storage: Arc::clone(&self.storage),
            pipeline: pipeline.clone(),
            engine: self.asks_phrasings.then(|| Arc::clone(&self.engine)),
            visitors: self.visitors.clone(),
            metrics: self.metrics.clone(),
        };
        self.tracker.spawn(phrasings::run(collector, stop.clone()));
        let reading = warm::Reading {
            pipeline,
            engine: Arc::clone(&self.engine),
            storage,
            metrics: self.metrics.clone(),
            sites: changed,
        };
        self.tracker.spawn(warm::run(reading, seen, stop));
    }
}

/// The way of every question, when it can be looked up.
fn pipeline(
    config: &Config,
    storage: &Arc<dyn Storage>,
    search: Option<(Arc<dyn Embedder>, Arc<dyn VectorIndex>)>,
    engine: &Arc<dyn TextGenerator>,
) -> anyhow::Result<Option<Pipeline>> {
    let Some((embedder, index)) = search else {
        return Ok(None);
    };
    let source = Arc::new(StoredEntries(Arc::clone(storage)));
    let vectors = Vectors::new(embedder, vectors_folder(config));
    let knowledge = Arc::new(Knowledge::new(source, index, vectors));
    let settings = PipelineSettings {
        deadline: Duration::from_millis(config.engine.deadline_ms),
        ..PipelineSettings::default()
    };
    wire::calibrated(config, Pipeline::new(knowledge, Arc::clone(engine), settings)).map(Some)
}

/// Who answers visitors.
fn answerer(
    pipeline: Option<Pipeline>,
    storage: &Arc<dyn Storage>,
    metrics: &Metrics,
    visitors: &Visitors,
) -> Arc<dyn Answerer> {
    match pipeline {
        Some(pipeline) => Arc::new(FaqAnswerer::new(
            pipeline,
            Arc::clone(storage),
            metrics.clone(),
            visitors.clone(),
        )),
        None => Arc::new(NoAnswerer),
    }
}

fn conversations(
    config: &Config,
    storage: &Arc<dyn Storage>,
    answerer: Arc<dyn Answerer>,
    bus: Arc<dyn Bus>,
) -> Chat {
    let deps = Deps {
        storage: Arc::clone(storage),
        answerer,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        limits: Limits {
            unread_for: Duration::from_secs(config.notify.away_seconds.into()),
            ..Limits::default()
        },
    };
    Chat::with_bus(deps, bus)
}

/// Embeddings survive a restart beside the index.
fn vectors_folder(config: &Config) -> Option<&Path> {
    let folder = config.index.path.parent()?;
    std::fs::create_dir_all(folder).ok()?;
    Some(folder)
}

fn sockets(
    config: &Config,
    chat: &Chat,
    storage: &Arc<dyn Storage>,
    metrics: Metrics,
    (stop, tracker): (CancellationToken, TaskTracker),
    reach: &Reach,
) -> anyhow::Result<SocketDeps> {
    let keys = NonZeroUsize::new(REMEMBERED_KEYS).context("a table of no keys")?;
    let limits = &config.limits;
    let messages = limits.messages_per_minute;
    let sessions = Shared {
        chat: chat.clone(),
        tickets: Arc::new(LetterTickets(reach.mailroom.signer.clone())),
        visitors: Arc::new(Buckets::per_minute(messages, keys)),
        messages: Arc::new(Buckets::per_minute(
            messages.saturating_mul(VISITORS_PER_ADDRESS),
            keys,
        )),
        counts: Arc::new(metrics.clone()),
        hello: limits.handshake(),
        silence: limits.silence(),
        returns: Arc::new(returns(metrics.connections.clone())),
        stop,
    };
    Ok(SocketDeps {
        sessions,
        storage: Arc::clone(storage),
        metrics,
        addresses: Arc::new(Buckets::per_minute(limits.connections_per_minute, keys)),
        places: Arc::new(Places::new(limits.connections as usize)),
        trust_proxy: config.http.trust_proxy,
        shape: Shape { buffer: limits.socket_buffer_bytes, ..Shape::default() },
        tracker,
    })
}

async fn admin(
    config: &Config,
    chat: &Chat,
    storage: &Arc<dyn Storage>,
    (pipeline, rehearsal): (Option<Pipeline>, DeskRehearsal),
    engine: &Arc<dyn TextGenerator>,
    reach: &Reach,
) -> anyhow::Result<AdminDeps> {
    let is_first_run = !storage.has_agents().await?;
    let setup_code: Option<Arc<str>> =
        is_first_run.then(|| SystemIds.secret().chars().take(10).collect::<String>().into());
    let is_off = config.engine.kind == EngineKind::Off;
    Ok(AdminDeps {
        chat: chat.clone(),
        storage: Arc::clone(storage),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        preview: Arc::new(DeskPreview::new(Arc::clone(storage), pipeline)),
        rehearsal: Arc::new(rehearsal),
        runs: Arc::default(),
        system: Arc::new(DeskSystem::new(Arc::clone(engine), is_off)),
        public_url: config.http.public_url.clone(),
        reach: DeskReach {
            push_key: Arc::clone(&reach.push_key),
            allows_local_push: reach.allows_local_push,
            has_mail: config.mail.is_on(),
            has_replies: config.mail.is_on() && config.mail.replies.is_some(),
        },
        setup_code,
        door: Arc::new(Door::new(config.http.trust_proxy)),
    })
}

fn widget(config: &Config) -> WidgetFiles {
    let folder = &config.http.widget_dir;
    match WidgetFiles::read(folder) {
        Ok(files) if files.is_built() => files,
        Ok(_) | Err(_) => {
            tracing::warn!(
                folder = %folder.display(),
                "the widget is not built: run `cargo xtask widget` or set [http] widget_dir"
            );
            WidgetFiles::default()
        }
    }
}
