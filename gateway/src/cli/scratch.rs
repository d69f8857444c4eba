//! A firm of its own for measuring: a FAQ file in a scratch database and
//! index, behind the very pipeline that serves visitors.

use super::faq;
use super::terminal::say;
use crate::adapters::StoredEntries;
use crate::config::{Config, EngineKind};
use crate::wire;
use anyhow::{Context, bail};
use comptoir_admin::imports;
use comptoir_engine::{EngineHandle, TextGenerator};
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::knowledge::{Knowledge, Vectors};
use comptoir_rag::pipeline::{Pipeline, PipelineSettings};
use comptoir_storage::Storage;
use comptoir_storage::model::{EntryStatus, SiteId, SiteSettings};
use comptoir_storage_sqlite::{SqliteOptions, SqliteStorage};
use indicatif::ProgressBar;
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// A firm whose files go away with it.
pub(super) struct Scratch {
    /// Ready to be asked.
    pub(super) pipeline: Pipeline,
    /// The firm's site in the pipeline.
    pub(super) site: RagSite,
    storage: Arc<dyn Storage>,
    _folder: TempDir,
}

/// What to open a scratch firm with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Furniture<'a> {
    /// FAQ in any importable format.
    pub(super) faq: &'a str,
    /// The firm's name in prompts and sentences.
    pub(super) firm: &'a str,
    /// Whether a language model is loaded and reads the entries ahead.
    pub(super) model: bool,
}

impl Scratch {
    /// Reads the FAQ, indexes it and loads what is configured.
    pub(super) async fn open(config: &Config, with: Furniture<'_>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let name = SiteId::parse("eval").context("the scratch site's name")?;
        let storage = furnish(folder.path(), &name, with).await?;
        let (pipeline, _) = parts(config, with.model, folder.path(), &storage).await?;
        let site = RagSite::new(name.as_str());
        pipeline.knowledge().sync(&site).await?;
        if with.model {
            read_ahead(&pipeline, &site).await?;
        }
        Ok(Self { pipeline, site, storage, _folder: folder })
    }

    /// Ends what runs.
    pub(super) async fn close(self) {
        self.storage.close().await;
    }
}

async fn furnish(
    folder: &Path,
    site: &SiteId,
    with: Furniture<'_>,
) -> anyhow::Result<Arc<dyn Storage>> {
    let path = folder.join("eval.db");
    let storage = SqliteStorage::open(&path, SqliteOptions::default()).await?;
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let now = Timestamp::now();
    let settings = SiteSettings { firm: with.firm.to_owned(), ..SiteSettings::default() };
    storage.create_site(site, &settings, now).await?;
    let faq::Reading { drafts, notes, .. } = faq::read(with.faq).await?;
    if drafts.is_empty() {
        bail!("no entry could be read from {}", with.faq);
    }
    if !notes.is_empty() {
        say(format_args!(
            "{} remarks on the FAQ file; see `comptoir faq import --dry-run`",
            notes.len()
        ));
    }
    let plan = imports::plan_import(storage.as_ref(), site, &drafts, "fr").await?;
    let status = EntryStatus::Published;
    let ids = Uuid::now_v7;
    let done = imports::apply_import(storage.as_ref(), site, &plan, status, None, now, ids).await?;
    say(format_args!("{done} entries"));
    Ok(storage)
}

/// The pipeline over an index in `folder`, and its engine; with `model` off
/// none is loaded.
pub(super) async fn parts(
    config: &Config,
    model: bool,
    folder: &Path,
    storage: &Arc<dyn Storage>,
) -> anyhow::Result<(Pipeline, Arc<dyn TextGenerator>)> {
    let store = wire::models(config)?;
    let embedder = wire::embedder(config, &store).await?;
    let mut scratch = config.clone();
    scratch.index.path = folder.join("index");
    if !model {
        scratch.engine.kind = EngineKind::Off;
    }
    let index = wire::index(&scratch, embedder.as_ref()).await?;
    let engine: Arc<dyn TextGenerator> = match scratch.engine.kind {
        EngineKind::Local => {
            let model = wire::language_model(&scratch, &store).await?;
            let engine = EngineHandle::start(wire::engine_params(&scratch, model));
            engine.ready().await?;
            Arc::new(engine)
        }
        EngineKind::Remote | EngineKind::Off => wire::engine(&scratch, &store).await,
    };
    let source = Arc::new(StoredEntries(Arc::clone(storage)));
    let knowledge = Arc::new(Knowledge::new(source, index, Vectors::new(embedder, None)));
    let pipeline = Pipeline::new(knowledge, Arc::clone(&engine), PipelineSettings::default());
    Ok((wire::calibrated(config, pipeline)?, engine))
}

/// Has the model read the entries, as a server has by the time it is asked.
pub(super) async fn read_ahead(pipeline: &Pipeline, site: &RagSite) -> anyhow::Result<()> {
    let bar = ProgressBar::new(0);
    pipeline
        // Replies are few and their time does not count here.
        .warm(site, None, |warmed| {
            bar.set_length(warmed.entries as u64);
            bar.set_position(warmed.judged as u64);
        })
        .await?;
    bar.finish_and_clear();
    Ok(())
}
