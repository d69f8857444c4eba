//! A firm in memory over the real index and the real embedder.
#![expect(dead_code, reason = "each test binary uses a part of it")]

pub mod asking;
pub mod faq;
pub mod needs;

use async_trait::async_trait;
use comptoir_embed::{Embedder, FastEmbedder};
use comptoir_engine::scripted::Scripted;
use comptoir_engine::{EngineHandle, EngineParams, EngineState, TextGenerator, Unavailable};
use comptoir_index_edge::EdgeIndex;
use comptoir_rag::SiteId;
use comptoir_rag::confidence::Judge;
use comptoir_rag::document::{EntryDoc, EntrySource, SourceError};
use comptoir_rag::knowledge::{Knowledge, Vectors};
use comptoir_rag::pipeline::{Pipeline, PipelineSettings};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use uuid::Uuid;

/// Entries in memory, edited by the tests.
#[derive(Default)]
pub struct Desk {
    entries: Mutex<Vec<EntryDoc>>,
    synonyms: Mutex<Vec<Vec<String>>>,
}

impl Desk {
    /// Writes a new version of an entry, or a first one.
    pub fn put(&self, mut doc: EntryDoc) {
        let mut entries = self.entries.lock().expect("no test panics inside");
        doc.revision = entries.iter().map(|e| e.revision).max().unwrap_or(0) + 1;
        if let Some(at) = entries.iter().position(|e| e.id == doc.id) {
            doc.version = entries[at].version + 1;
            entries.remove(at);
        }
        entries.push(doc);
    }

    /// The entry under the owner's identifier.
    pub fn get(&self, external: &str) -> EntryDoc {
        let entries = self.entries.lock().expect("no test panics inside");
        let found = entries.iter().find(|e| e.external_id.as_deref() == Some(external));
        found.expect("the entry exists").clone()
    }

    /// Makes these words mean the same, and no others.
    pub fn set_synonyms(&self, group: &[&str]) {
        let group: Vec<String> = group.iter().map(|word| (*word).to_owned()).collect();
        *self.synonyms.lock().expect("no test panics inside") = vec![group];
    }

    pub fn all(&self) -> Vec<EntryDoc> {
        self.entries.lock().expect("no test panics inside").clone()
    }
}

#[async_trait]
impl EntrySource for Desk {
    async fn changes_since(
        &self,
        _: &SiteId,
        revision: i64,
        limit: usize,
    ) -> Result<Vec<EntryDoc>, SourceError> {
        let mut found: Vec<EntryDoc> =
            self.all().into_iter().filter(|e| e.revision > revision).collect();
        found.sort_by_key(|e| e.revision);
        found.truncate(limit);
        Ok(found)
    }

    async fn by_ids(&self, _: &SiteId, ids: &[Uuid]) -> Result<Vec<EntryDoc>, SourceError> {
        Ok(self.all().into_iter().filter(|e| ids.contains(&e.id)).collect())
    }

    async fn revision(&self, _: &SiteId) -> Result<i64, SourceError> {
        Ok(self.all().iter().map(|e| e.revision).max().unwrap_or(0))
    }

    async fn synonyms(&self, _: &SiteId) -> Result<Vec<Vec<String>>, SourceError> {
        Ok(self.synonyms.lock().expect("no test panics inside").clone())
    }
}

/// A firm ready to be asked.
pub struct Firm {
    pub desk: Arc<Desk>,
    pub pipeline: Pipeline,
    pub site: SiteId,
    _folder: tempfile::TempDir,
}

impl Firm {
    /// A firm with the entries of a JSONL file.
    pub async fn from_file(path: &Path, engine: Arc<dyn TextGenerator>) -> Self {
        let desk = Desk::default();
        for doc in faq::entries(path) {
            desk.put(doc);
        }
        Self::with(desk, engine).await
    }

    pub async fn with(desk: Desk, engine: Arc<dyn TextGenerator>) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let embedder = embedder();
        let index = EdgeIndex::open(folder.path(), embedder.dimensions()).expect("an index");
        let desk = Arc::new(desk);
        let knowledge = Knowledge::new(
            Arc::clone(&desk) as Arc<dyn EntrySource>,
            Arc::new(index),
            Vectors::new(embedder, None),
        );
        // A busy test machine is slow, not wrong.
        let settings = PipelineSettings {
            judge: Judge { deadline: Duration::from_secs(120), ..Judge::default() },
            deadline: Duration::from_secs(240),
            ..PipelineSettings::default()
        };
        let pipeline = Pipeline::new(Arc::new(knowledge), engine, settings);
        Self { desk, pipeline, site: SiteId::new("scratch"), _folder: folder }
    }
}

/// Where models are pulled to.
pub fn models() -> PathBuf {
    std::env::var_os("COMPTOIR_MODELS_DIR").map_or_else(
        || {
            let home = std::env::var_os("HOME").expect("a home folder");
            PathBuf::from(home).join(".cache/comptoir/models")
        },
        PathBuf::from,
    )
}

/// The default embedder, loaded once per test binary.
pub fn embedder() -> Arc<dyn Embedder> {
    static LOADED: OnceLock<Arc<dyn Embedder>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let models = models();
        let runtime = models.join("onnxruntime-1.24.4/libonnxruntime.so");
        let embedder = FastEmbedder::open(&models.join("use-multilingual-v3"), &runtime, 1)
            .expect("`comptoir model pull use-multilingual-v3` has been run");
        Arc::new(embedder)
    });
    Arc::clone(loaded)
}

pub async fn embedder_id() -> String {
    embedder().id().to_owned()
}

/// An engine that is down.
pub fn no_engine() -> Arc<dyn TextGenerator> {
    let engine = Scripted::saying("");
    engine.set_state(EngineState::Dead { reason: Unavailable::Stopped });
    Arc::new(engine)
}

/// The engine over `COMPTOIR_GGUF`, when it is set.
pub async fn engine_from_env() -> Option<Arc<dyn TextGenerator>> {
    let model = std::env::var_os("COMPTOIR_GGUF")?;
    // Room for every entry's state, so that a long run reads each once.
    let params =
        EngineParams { context: 16_384, prefixes: 96, ..EngineParams::new(PathBuf::from(model)) };
    let engine = EngineHandle::start(params);
    engine.ready().await.expect("the model loads");
    Some(Arc::new(engine))
}
