//! The embedder of this product: fastembed over a prepared folder.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use comptoir_models::Manifest;
use fastembed::{
    InitOptionsUserDefined, Pooling, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel,
};
use serde::{Deserialize, Serialize};

use crate::Embedder;
use crate::error::EmbedError;
use crate::runtime::load_runtime;

/// How token vectors become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// The graph does it: its only output is one vector per text.
    InGraph,
    /// The first token's vector.
    Cls,
    /// The mean over tokens.
    Mean,
}

/// `config.json` of a prepared folder. fastembed reads `pad_token_id` from the
/// same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderConfig {
    /// Name of the model; the first half of [`Embedder::id`].
    pub model_type: String,
    /// Length of the vectors.
    pub hidden_size: usize,
    /// Longest input in tokens, markers included; the rest is cut off.
    pub max_tokens: usize,
    /// How token vectors become one.
    pub pooling: Pool,
    /// Token that fills up a batch (never used here: texts go one by one).
    pub pad_token_id: u32,
}

/// Bytes per token that nothing people write comes near; what is further on
/// than that is not even cut into tokens.
const TOKEN: usize = 64;

/// A sentence encoder run by fastembed.
pub struct FastEmbedder {
    id: String,
    dimensions: usize,
    /// Bytes of a text that are looked at.
    reach: usize,
    // A session runs one text at a time. The lock is taken per text, not per
    // call, so that a visitor's question waits for one text of a running
    // import and not for all of them.
    model: Mutex<TextEmbedding>,
}

impl FastEmbedder {
    /// Loads the model in `folder` with the ONNX Runtime library `runtime`,
    /// using `threads` cores per text (one is right for short questions).
    /// Checks every byte of the folder first (about 0.1 s) and embeds one
    /// probe. Blocking.
    ///
    /// # Errors
    /// The folder is incomplete or changed, the library unusable, the model
    /// refused.
    pub fn open(folder: &Path, runtime: &Path, threads: usize) -> Result<Self, EmbedError> {
        let manifest = Manifest::read(folder)?;
        manifest.check(folder)?;
        load_runtime(runtime)?;
        let path = folder.join("config.json");
        let config_file = read(&path)?;
        let config: FolderConfig = serde_json::from_slice(&config_file)
            .map_err(|source| EmbedError::Configuration { path, source })?;
        let tokenizer_files = TokenizerFiles {
            tokenizer_file: read(&folder.join("tokenizer.json"))?,
            config_file,
            special_tokens_map_file: read(&folder.join("special_tokens_map.json"))?,
            tokenizer_config_file: read(&folder.join("tokenizer_config.json"))?,
        };
        let graph = read(&folder.join("model.onnx"))?;
        let model = UserDefinedEmbeddingModel::new(graph, tokenizer_files).with_pooling(
            match config.pooling {
                // On a two-dimensional output fastembed's CLS pooling is the
                // identity, which is what an already pooled graph needs.
                Pool::InGraph | Pool::Cls => Pooling::Cls,
                Pool::Mean => Pooling::Mean,
            },
        );
        let options = InitOptionsUserDefined::new()
            .with_max_length(config.max_tokens)
            .with_intra_threads(threads.max(1));
        let model = TextEmbedding::try_new_from_user_defined(model, options)
            .map_err(|source| EmbedError::Load { source })?;
        let embedder = Self {
            id: format!("{}@{}", config.model_type, manifest.digest().short()),
            dimensions: config.hidden_size,
            reach: config.max_tokens * TOKEN,
            model: Mutex::new(model),
        };
        embedder.one("bonjour")?;
        tracing::info!(embedder.id = embedder.id, "embed.opened");
        Ok(embedder)
    }

    fn one(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let text = beginning(text, self.reach);
        let mut model = self.model.lock().map_err(|_| EmbedError::Poisoned)?;
        let vectors = model.embed([text], None).map_err(|source| EmbedError::Run { source })?;
        drop(model);
        let vector = vectors.into_iter().next().unwrap_or_default();
        let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        if vector.len() == self.dimensions && (norm - 1.0).abs() < 1e-3 {
            return Ok(vector);
        }
        Err(EmbedError::Vector { expected: self.dimensions, found: vector.len() })
    }
}

impl Embedder for FastEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        texts.iter().map(|text| self.one(text)).collect()
    }
}

/// The first `most` bytes at most, whole characters.
fn beginning(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn read(path: &Path) -> Result<Vec<u8>, EmbedError> {
    fs::read(path).map_err(|source| EmbedError::Unreadable { path: path.to_owned(), source })
}
