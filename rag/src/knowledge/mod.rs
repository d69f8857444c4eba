//! Keeps the index and the in-memory analysis in step with the entries.
//!
//! Entries come in through [`EntrySource`], vectors go out to the index, and a
//! snapshot of each site ([`SiteState`]) is swapped in as a whole. Everything
//! here can be rebuilt from the source at any time. It must never decide what
//! a visitor is told: a hit is only a hint until the current entry was loaded.

mod bm25;
mod draft;
mod fill;
mod points;
mod progress;
mod state;
mod vectors;

pub use bm25::{Bag, Bm25};
pub use fill::kind;
pub use state::{Known, SiteState, Word, content_words};
pub use vectors::{Vector, Vectors, cosine};

use crate::RagError;
use crate::document::{EntryDoc, EntrySource};
use comptoir_index::{SiteId, VectorIndex};
use progress::Gauge;
use state::{EntryTexts, Vocabulary};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The version of the text analysis behind stored vectors.
const ANALYSIS: u32 = 1;

/// How often a fill begins again because entries changed meanwhile; what is
/// stale then is removed by the next one.
const TURNS: u32 = 3;

/// Entries read from the source at a time.
const PAGE: usize = 500;

/// What a run changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncReport {
    /// Entries written to the index.
    pub written: usize,
    /// Entries removed from it.
    pub removed: usize,
    /// The site's revision that is served now.
    pub revision: i64,
}

/// The knowledge of all sites.
pub struct Knowledge {
    source: Arc<dyn EntrySource>,
    index: Arc<dyn VectorIndex>,
    vectors: Arc<Vectors>,
    // Short locks, never held across an await.
    states: Mutex<HashMap<SiteId, Arc<SiteState>>>,
    gates: Mutex<HashMap<SiteId, Arc<tokio::sync::Mutex<()>>>>,
    stamped: tokio::sync::OnceCell<()>,
    gauge: Gauge,
}

impl Knowledge {
    /// Knowledge over the given parts. `vectors` decides whether embeddings
    /// survive a restart.
    #[must_use]
    pub fn new(
        source: Arc<dyn EntrySource>,
        index: Arc<dyn VectorIndex>,
        vectors: impl Into<Arc<Vectors>>,
    ) -> Self {
        Self {
            source,
            index,
            vectors: vectors.into(),
            states: Mutex::default(),
            gates: Mutex::default(),
            stamped: tokio::sync::OnceCell::new(),
            gauge: Gauge::default(),
        }
    }

    /// How far, in percent, the running indexing is; `None` while there is
    /// none.
    #[must_use]
    pub fn indexing(&self) -> Option<u8> {
        self.gauge.percent()
    }

    /// The embeddings.
    #[must_use]
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// The index.
    #[must_use]
    pub fn index(&self) -> &Arc<dyn VectorIndex> {
        &self.index
    }

    /// The entries.
    #[must_use]
    pub fn source(&self) -> &Arc<dyn EntrySource> {
        &self.source
    }

    /// The site's snapshot; the first call for a site fills its index.
    ///
    /// # Errors
    /// When storage, index or embedder fail.
    pub async fn state(&self, site: &SiteId) -> Result<Arc<SiteState>, RagError> {
        if let Some(state) = self.snapshot(site) {
            return Ok(state);
        }
        self.fill(site).await?;
        Ok(self.snapshot(site).unwrap_or_default())
    }

    /// Brings the index and the snapshot up to the source, synonyms included,
    /// embedding only texts that were never seen. Questions asked meanwhile
    /// are answered from what was there before; an entry that has changed
    /// since is left out of it, never shown in its old version.
    ///
    /// # Errors
    /// When storage, index or embedder fail; what was served stays served.
    pub async fn sync(&self, site: &SiteId) -> Result<SyncReport, RagError> {
        let Some(before) = self.snapshot(site) else {
            return self.fill(site).await;
        };
        let gate = self.gate(site);
        let _held = gate.lock().await;
        let before = self.snapshot(site).unwrap_or(before);
        let changes = self.changes(site, before.revision).await?;
        let synonyms = self.source.synonyms(site).await?;
        let Some(revision) = changes.iter().map(|doc| doc.revision).max() else {
            // The index knows nothing of synonyms: no text is touched for them.
            if let Some(state) = before.with_synonyms(&synonyms) {
                self.publish(site, state);
            }
            return Ok(SyncReport { revision: before.revision, ..SyncReport::default() });
        };
        let mut docs: BTreeMap<Uuid, EntryDoc> =
            before.entries.iter().map(|(id, known)| (*id, EntryDoc::clone(&known.doc))).collect();
        let mut report = SyncReport { revision, ..SyncReport::default() };
        let changed: HashSet<Uuid> = changes.iter().map(|doc| doc.id).collect();
        for doc in changes {
            if doc.live {
                docs.insert(doc.id, doc);
            } else if docs.remove(&doc.id).is_some() {
                report.removed += 1;
            }
        }
        let docs = docs.into_values().collect();
        let prepared = self.prepare(docs, revision, &synonyms).await?;
        for id in &changed {
            if prepared.entries.contains_key(id) {
                report.written += 1;
            } else {
                self.index.delete_entry(site, *id).await?;
            }
        }
        self.write(site, &prepared, &changed).await?;
        self.publish(site, prepared);
        self.save_vectors();
        self.stamp(revision).await?;
        Ok(report)
    }

    /// Fills the site's index and makes its first snapshot. Whoever asks
    /// meanwhile waits for it.
    async fn fill(&self, site: &SiteId) -> Result<SyncReport, RagError> {
        self.check_stamp().await?;
        let gate = self.gate(site);
        let _held = gate.lock().await;
        if let Some(state) = self.snapshot(site) {
            return Ok(SyncReport { revision: state.revision, ..SyncReport::default() });
        }
        let mut turn = 1;
        let (state, revision) = loop {
            let (state, revision) = self.read(site).await?;
            let is_whole = self.write_whole(site, &state, revision).await?;
            if is_whole || turn == TURNS {
                break (state, revision);
            }
            turn += 1;
        };
        let report = SyncReport { written: state.entries.len(), removed: 0, revision };
        self.publish(site, state);
        self.save_vectors();
        self.stamp(revision).await?;
        Ok(report)
    }

    /// The site as the source has it now, and how far that is.
    async fn read(&self, site: &SiteId) -> Result<(SiteState, i64), RagError> {
        let mut docs: BTreeMap<Uuid, EntryDoc> = BTreeMap::new();
        let mut revision = 0;
        for doc in self.changes(site, 0).await? {
            revision = revision.max(doc.revision);
            if doc.live {
                docs.insert(doc.id, doc);
            } else {
                docs.remove(&doc.id);
            }
        }
        let synonyms = self.source.synonyms(site).await?;
        let state = self.prepare(docs.into_values().collect(), revision, &synonyms).await?;
        Ok((state, revision))
    }

    async fn changes(&self, site: &SiteId, mut from: i64) -> Result<Vec<EntryDoc>, RagError> {
        let mut out = Vec::new();
        loop {
            let page = self.source.changes_since(site, from, PAGE).await?;
            let Some(last) = page.iter().map(|doc| doc.revision).max() else {
                return Ok(out);
            };
            // A source that does not move on would be read for ever.
            let stuck = last <= from;
            from = from.max(last);
            out.extend(page);
            if stuck {
                return Ok(out);
            }
        }
    }

    /// Analyses and embeds all entries into a new snapshot.
    async fn prepare(
        &self,
        docs: Vec<EntryDoc>,
        revision: i64,
        synonyms: &[Vec<String>],
    ) -> Result<SiteState, RagError> {
        let running = self.gauge.begin();
        let mut vocabulary = Vocabulary::default();
        let known: Vec<Known> =
            docs.into_iter().map(|doc| state::analyse(doc, &mut vocabulary)).collect();
        let texts: Vec<String> = known.iter().flat_map(|k| EntryTexts::of(&k.doc).all()).collect();
        let words = vocabulary.spellings();
        let (base, total) = (texts.len(), texts.len() + words.len());
        self.vectors.of_entries(&texts, &|done| running.at(done, total)).await?;
        let word_vectors =
            self.vectors.of_entries(&words, &|done| running.at(base + done, total)).await?;
        let questions: Vec<String> = known.iter().map(|k| k.doc.question.clone()).collect();
        let question_vectors = self.vectors.of_entries(&questions, &|_| {}).await?;
        let parts = known.into_iter().zip(question_vectors).collect();
        Ok(SiteState::build(revision, parts, vocabulary, word_vectors, synonyms))
    }

    /// Writes the changed entries of a snapshot to the index, one by one.
    async fn write(
        &self,
        site: &SiteId,
        state: &SiteState,
        changed: &HashSet<Uuid>,
    ) -> Result<(), RagError> {
        for (id, known) in state.entries.iter().filter(|(id, _)| changed.contains(id)) {
            let points = self.points(site, known).await?;
            self.index.replace_entry(site, *id, points).await?;
        }
        Ok(())
    }

    fn snapshot(&self, site: &SiteId) -> Option<Arc<SiteState>> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(site).cloned()
    }

    fn gate(&self, site: &SiteId) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(site.clone()).or_default())
    }

    fn publish(&self, site: &SiteId, state: SiteState) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.insert(site.clone(), Arc::new(state));
    }

    /// Keeps the vectors in use for the next start.
    fn save_vectors(&self) {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let used: HashSet<u128> = states
            .values()
            .flat_map(|state| {
                let texts = state.entries.values().flat_map(|k| EntryTexts::of(&k.doc).all());
                let words = state.words.iter().map(|word| word.key);
                texts.map(|t| vectors::key(&t)).chain(words).collect::<Vec<_>>()
            })
            .collect();
        drop(states);
        self.vectors.save(&|key| used.contains(&key));
    }
}
