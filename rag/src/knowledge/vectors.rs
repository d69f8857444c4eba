//! Embeddings by content: a text is embedded once, whatever entry, version or
//! restart it comes back in.

use crate::RagError;
use comptoir_embed::Embedder;
use lru::LruCache;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A shared unit vector.
pub type Vector = Arc<[f32]>;

/// Texts per call of the embedder, so that a visitor's question never waits
/// behind a whole import.
const BATCH: usize = 8;

/// Longer texts are cut before embedding (characters); what an encoder makes
/// of the end of a long text no longer tells entries apart.
const LONGEST: usize = 2_000;

/// Vectors of questions and words asked by visitors, kept for a while.
const RECENT: usize = 4_096;

/// The embedder with a memory.
pub struct Vectors {
    embedder: Arc<dyn Embedder>,
    // Short locks, never held across an await: lookups only.
    kept: Mutex<HashMap<u128, Vector>>,
    recent: Mutex<LruCache<u128, Vector>>,
    path: Option<PathBuf>,
}

impl Vectors {
    /// A cache over `embedder`; with a directory, what entries need survives
    /// a restart there. An unreadable file is an empty cache.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, directory: Option<&Path>) -> Self {
        let path = directory.map(|dir| dir.join(file_name(embedder.id())));
        let kept =
            path.as_deref().and_then(|path| load(path, embedder.dimensions())).unwrap_or_default();
        Self {
            embedder,
            kept: Mutex::new(kept),
            recent: Mutex::new(LruCache::new(
                NonZeroUsize::new(RECENT).unwrap_or(NonZeroUsize::MIN),
            )),
            path,
        }
    }

    /// The embedder behind.
    #[must_use]
    pub fn embedder(&self) -> &Arc<dyn Embedder> {
        &self.embedder
    }

    /// Vectors of texts that belong to entries; kept until the next save.
    ///
    /// # Errors
    /// When the embedder fails.
    pub async fn of_entries(
        &self,
        texts: &[String],
        done: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Vec<Vector>, RagError> {
        let keys: Vec<u128> = texts.iter().map(|t| key(t)).collect();
        let missing: Vec<usize> = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut seen = std::collections::HashSet::new();
            (0..texts.len())
                .filter(|i| !kept.contains_key(&keys[*i]) && seen.insert(keys[*i]))
                .collect()
        };
        let mut ready = texts.len() - missing.len();
        for chunk in missing.chunks(BATCH) {
            let batch: Vec<String> = chunk.iter().map(|i| texts[*i].clone()).collect();
            let vectors = self.embed(batch).await?;
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend(chunk.iter().map(|i| keys[*i]).zip(vectors));
            ready += chunk.len();
            done(ready);
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let empty: Vector = Arc::from(vec![0.0; self.embedder.dimensions()]);
        Ok(keys
            .iter()
            .map(|k| kept.get(k).cloned().unwrap_or_else(|| Arc::clone(&empty)))
            .collect())
    }

    /// Vectors of what a visitor wrote.
    ///
    /// # Errors
    /// When the embedder fails.
    pub async fn of_visitor(&self, texts: &[String]) -> Result<Vec<Vector>, RagError> {
        let keys: Vec<u128> = texts.iter().map(|t| key(t)).collect();
        let mut out: Vec<Option<Vector>> = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            keys.iter().map(|k| kept.get(k).or_else(|| recent.get(k)).cloned()).collect()
        };
        let missing: Vec<usize> = (0..texts.len()).filter(|i| out[*i].is_none()).collect();
        if !missing.is_empty() {
            let batch = missing.iter().map(|i| texts[*i].clone()).collect();
            let vectors = self.embed(batch).await?;
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            for (i, vector) in missing.into_iter().zip(vectors) {
                recent.put(keys[i], Arc::clone(&vector));
                out[i] = Some(vector);
            }
        }
        Ok(out.into_iter().flatten().collect())
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vector>, RagError> {
        let embedder = Arc::clone(&self.embedder);
        let wanted = texts.len();
        let vectors = tokio::task::spawn_blocking(move || {
            let cut: Vec<String> =
                texts.iter().map(|t| t.chars().take(LONGEST).collect()).collect();
            let refs: Vec<&str> = cut.iter().map(String::as_str).collect();
            embedder.embed(&refs)
        })
        .await
        .map_err(|_| RagError::Task)??;
        if vectors.len() != wanted {
            return Err(RagError::Vectors { wanted, got: vectors.len() });
        }
        Ok(vectors.into_iter().map(|v| Arc::from(unit(v))).collect())
    }

    /// Writes what entries need to disk, dropping what they no longer use.
    /// A failure costs time at the next start and nothing else.
    pub fn save(&self, used: &dyn Fn(u128) -> bool) {
        let Some(path) = &self.path else { return };
        let mut bytes = Vec::new();
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|k, _| used(*k));
            for (key, vector) in kept.iter() {
                bytes.extend_from_slice(&key.to_le_bytes());
                bytes.extend(vector.iter().flat_map(|x| x.to_le_bytes()));
            }
        }
        let partial = path.with_extension("part");
        let written = std::fs::File::create(&partial)
            .and_then(|mut file| file.write_all(&bytes))
            .and_then(|()| std::fs::rename(&partial, path));
        if let Err(error) = written {
            tracing::warn!(%error, "embedding cache not saved");
        }
    }
}

/// FNV-1a over the bytes, 128 bits; stable because it is stored.
pub(super) fn key(text: &str) -> u128 {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in text.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    hash
}

fn file_name(embedder: &str) -> String {
    let safe: String =
        embedder.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("vectors-{safe}.bin")
}

fn load(path: &Path, dimensions: usize) -> Option<HashMap<u128, Vector>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.read_to_end(&mut bytes).ok()?;
    let record = 16 + dimensions * 4;
    if record == 16 || bytes.len() % record != 0 {
        return None;
    }
    let mut out = HashMap::new();
    for row in bytes.chunks_exact(record) {
        let key = u128::from_le_bytes(row[..16].try_into().ok()?);
        let vector: Vec<f32> = row[16..]
            .chunks_exact(4)
            .filter_map(|x| x.try_into().ok().map(f32::from_le_bytes))
            .collect();
        if vector.iter().all(|x| x.is_finite()) {
            out.insert(key, Arc::from(vector));
        }
    }
    Some(out)
}

/// Length one, so that a dot product is the cosine; zero stays zero.
fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 && length.is_finite() {
        for x in &mut vector {
            *x /= length;
        }
    }
    vector
}

/// Cosine of two unit vectors.
#[must_use]
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
