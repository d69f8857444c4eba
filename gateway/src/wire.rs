//! The one place that chooses backends.

use crate::adapters::EngineOff;
use crate::config::{Config, EngineKind, IndexKind};
use anyhow::Context;
use comptoir_embed::{Embedder, FastEmbedder};
use comptoir_engine::remote::{RemoteGenerator, RemoteParams};
use comptoir_engine::{
    EngineHandle, EngineParams, Memo, StateParams, TextGenerator, Threads, gguf,
};
use comptoir_index::VectorIndex;
use comptoir_index_edge::EdgeIndex;
use comptoir_index_server::{ServerConfig, ServerIndex};
use comptoir_models::{Store, Task};
use comptoir_rag::confidence::Calibration;
use comptoir_rag::knowledge::kind;
use comptoir_rag::pipeline::Pipeline;
use comptoir_storage::{Channel, Storage};
use comptoir_storage_postgres::{PostgresChannel, PostgresOptions, PostgresStorage};
use comptoir_storage_sqlite::{SqliteOptions, SqliteStorage};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// When it cannot be opened; the sentence says what to check.
pub async fn storage(config: &Config) -> anyhow::Result<Arc<dyn Storage>> {
    let url = &config.database.url;
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = Path::new(path.trim_start_matches("//"));
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot create the folder {}", folder.display()))?;
        }
        let opened = SqliteStorage::open(path, SqliteOptions::default()).await;
        let storage =
            opened.with_context(|| format!("cannot open the database {}", path.display()))?;
        return Ok(Arc::new(storage));
    }
    let connected = PostgresStorage::connect(url, PostgresOptions::default()).await;
    let storage = connected
        .context("cannot connect to PostgreSQL: check [database] url and that it is running")?;
    Ok(Arc::new(storage))
}

/// The channel between gateways at the configured database; none where no
/// other gateway can be. Call it inside a tokio runtime.
///
/// # Errors
/// When the address is not one.
pub fn channel(config: &Config) -> anyhow::Result<Option<Arc<dyn Channel>>> {
    let url = &config.database.url;
    if url.starts_with("sqlite:") {
        return Ok(None);
    }
    let channel = PostgresChannel::new(url).context("[database] url")?;
    Ok(Some(Arc::new(channel)))
}

/// Opens the store of model files.
///
/// # Errors
/// When the folder cannot be created.
pub fn models(config: &Config) -> anyhow::Result<Store> {
    let dir = match &config.models.dir {
        Some(dir) => dir.clone(),
        None => comptoir_models::default_dir().context("no home folder: set [models] dir")?,
    };
    let store = Store::open(&dir)
        .with_context(|| format!("cannot use the model folder {}", dir.display()))?;
    let inspect = |path: &Path| match gguf::read_header(path) {
        Ok(_) => Ok(()),
        Err(problem) => Err(problem.to_string()),
    };
    let store = store.with_inspection(Arc::new(inspect));
    Ok(store.with_recipe(Arc::new(comptoir_embed::prepare::UseMultilingual)))
}

/// Loads the embedder.
///
/// # Errors
/// When it is not installed or damaged; the sentence says how to fetch it.
pub async fn embedder(config: &Config, store: &Store) -> anyhow::Result<Arc<dyn Embedder>> {
    const ADVICE: &str = "the embedding model is not usable: run `comptoir model pull`";
    let runtime = store.locate_current(Task::Runtime).await.context(ADVICE)?;
    let folder = match &config.models.embedder {
        Some(name) => store.locate(name).await.with_context(|| {
            format!("[models] embedder = {name:?} is not usable: see `comptoir model list`")
        })?,
        None => store.locate_current(Task::Embedding).await.context(ADVICE)?,
    };
    let opened =
        tokio::task::spawn_blocking(move || FastEmbedder::open(&folder, &runtime, 1)).await?;
    Ok(Arc::new(opened.context(ADVICE)?))
}

/// Opens the index. A damaged or mismatching one is thrown away: it is a
/// cache and is filled again from the database.
///
/// # Errors
/// When the folder is in use by another process, or the server is away.
pub async fn index(
    config: &Config,
    embedder: &dyn Embedder,
) -> anyhow::Result<Arc<dyn VectorIndex>> {
    let dimensions = embedder.dimensions();
    match config.index.kind {
        IndexKind::Embedded => {
            let folder = config.index.path.clone();
            let opened = tokio::task::spawn_blocking(move || open_edge(&folder, dimensions));
            Ok(Arc::new(opened.await?.context("cannot open the index ([index] path)")?))
        }
        IndexKind::Server => {
            let server = index_server(config, embedder);
            let index = match ServerIndex::open(&server, dimensions).await {
                Err(error) if error.needs_rebuild() => {
                    ServerIndex::recreate(&server, dimensions).await
                }
                outcome => outcome,
            };
            Ok(Arc::new(index.context("cannot reach the Qdrant server: check [index] url")?))
        }
    }
}

/// Gateways of two versions or with two embedders may stand at one server, as
/// while they are updated one by one: each kind has a collection of its own.
fn index_server(config: &Config, embedder: &dyn Embedder) -> ServerConfig {
    let plain = ServerConfig::new(&config.index.url);
    ServerConfig {
        api_key: config.index.api_key.as_ref().map(|key| key.expose().to_owned()),
        collection_prefix: format!("{}_{}", plain.collection_prefix, kind(embedder)),
        ..plain
    }
}

/// Whether the configured Qdrant server answers. What it holds stays as it is.
///
/// # Errors
/// When it does not answer or refuses the key.
pub async fn reach_index(config: &Config, embedder: &dyn Embedder) -> anyhow::Result<()> {
    match ServerIndex::open(&index_server(config, embedder), embedder.dimensions()).await {
        Err(error) if error.needs_rebuild() => Ok(()),
        Err(error) => Err(error).context("cannot reach the Qdrant server: check [index] url"),
        Ok(_) => Ok(()),
    }
}

fn open_edge(folder: &Path, dimensions: usize) -> Result<EdgeIndex, comptoir_index::IndexError> {
    match EdgeIndex::open(folder, dimensions) {
        Err(error) if error.needs_rebuild() => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the index is rebuilt");
            EdgeIndex::recreate(folder, dimensions)
        }
        outcome => outcome,
    }
}

/// Starts the text generator. A missing or unfit model is not an error here:
/// the engine's state says so, and the counter opens without it.
pub async fn engine(config: &Config, store: &Store) -> Arc<dyn TextGenerator> {
    match config.engine.kind {
        EngineKind::Off => Arc::new(EngineOff),
        EngineKind::Remote => match remote(config) {
            Ok(engine) => engine,
            Err(error) => {
                tracing::error!(error = %error, "the remote engine cannot be used");
                Arc::new(EngineOff)
            }
        },
        EngineKind::Local => match language_model(config, store).await {
            Ok(model) => {
                let engine = Arc::new(EngineHandle::start(engine_params(config, model)));
                Arc::new(Memo::new(engine, config.engine.memo as usize))
            }
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), "no language model");
                Arc::new(EngineOff)
            }
        },
    }
}

fn remote(config: &Config) -> anyhow::Result<Arc<dyn TextGenerator>> {
    let address = config.engine.url.parse().context("[engine] url")?;
    let params = RemoteParams {
        key: config.engine.api_key.as_ref().map(|key| key.expose().to_owned()),
        ..RemoteParams::new(address, &config.engine.model)
    };
    Ok(Arc::new(RemoteGenerator::new(params)?))
}

/// Where the chosen GGUF is: a path as configured, else from the store.
///
/// # Errors
/// When it is not installed.
pub async fn language_model(config: &Config, store: &Store) -> anyhow::Result<PathBuf> {
    match &config.models.language {
        Some(name) if name.ends_with(".gguf") => Ok(PathBuf::from(name)),
        Some(name) => Ok(store.locate(name).await?),
        None => Ok(store.locate_current(Task::Language).await?),
    }
}

/// The pipeline with the configured calibration, when there is one.
///
/// # Errors
/// When the file is not there, is no calibration, or belongs to another embedder.
pub fn calibrated(config: &Config, pipeline: Pipeline) -> anyhow::Result<Pipeline> {
    let Some(path) = &config.models.calibration else {
        return Ok(pipeline);
    };
    let about = || format!("[models] calibration: {}", path.display());
    let text = std::fs::read_to_string(path).with_context(about)?;
    let calibration = Calibration::parse(&text).with_context(about)?;
    let embedder = pipeline.knowledge().vectors().embedder().id();
    if calibration.embedder != embedder {
        anyhow::bail!("{}: fitted for {}, not for {embedder}", about(), calibration.embedder);
    }
    Ok(pipeline.with_calibration(calibration))
}

/// The configured engine settings for a model file.
#[must_use]
pub fn engine_params(config: &Config, model: PathBuf) -> EngineParams {
    let engine = &config.engine;
    let threads = u16::try_from(engine.threads).unwrap_or(u16::MAX);
    EngineParams {
        slots: u16::try_from(engine.slots).unwrap_or(u16::MAX),
        context: engine.context,
        queue: engine.queue as usize,
        threads: if threads == 0 { Threads::Auto } else { Threads::Fixed(threads) },
        states: states(config),
        ..EngineParams::new(model)
    }
}

fn states(config: &Config) -> StateParams {
    let engine = &config.engine;
    let beside_the_index = || config.index.path.parent().map(|data| data.join("states"));
    let folder = engine.state_dir.clone().or_else(beside_the_index);
    StateParams {
        memory_bytes: u64::from(engine.state_memory_mb) << 20,
        folder: folder.filter(|_| engine.state_disk_mb > 0),
        disk_bytes: u64::from(engine.state_disk_mb) << 20,
    }
}
