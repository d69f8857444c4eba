//! Making a folder fastembed can load out of the published sentence encoder.
//!
//! The graph, as published, takes strings and tokenises them inside, with a
//! SentencePiece operator that ONNX Runtime does not have. The preparation
//! takes this operator out, replaces it by inputs of token ids, and writes the
//! tokenizer the operator carried as a `tokenizer.json`. Every weight and every
//! other operator stays as published, byte for byte.

mod entrance;
mod graph;
mod sentencepiece;
#[cfg(test)]
mod tests;
mod tokenizer;
mod wire;

use std::fs;
use std::path::{Path, PathBuf};

use comptoir_models::Prepare;
use serde_json::json;

use crate::fast::{FolderConfig, Pool};

/// Why a graph cannot be prepared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The bytes are not Protocol Buffers.
    #[error("not a protocol buffer: {0}")]
    Wire(#[from] wire::WireError),
    /// The graph is not the kind this recipe knows.
    #[error("not the expected graph: {0}")]
    Graph(&'static str),
    /// The tokenizer inside is not the kind this recipe knows.
    #[error("not the expected tokenizer: {0}")]
    Tokenizer(&'static str),
    /// A file cannot be read or written.
    #[error("cannot read or write {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Longest input in tokens. The network has no limit of its own (it pools over
/// windows of a few tokens); this one bounds the time, about 15 ms per text.
const MAX_TOKENS: usize = 512;

/// Recipe `use-multilingual-v3/1`: the multilingual Universal Sentence Encoder.
#[derive(Debug, Clone, Copy, Default)]
pub struct UseMultilingual;

impl Prepare for UseMultilingual {
    fn recipe(&self) -> &str {
        "use-multilingual-v3/1"
    }

    fn prepare(
        &self,
        source: &Path,
        into: &Path,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(prepare_use_multilingual(source, into)?)
    }
}

/// Writes the five files of a prepared folder. Deterministic.
///
/// # Errors
/// The source is another graph, or a file cannot be written.
pub fn prepare_use_multilingual(source: &Path, into: &Path) -> Result<(), PrepareError> {
    let published = fs::read(source)
        .map_err(|error| PrepareError::Io { path: source.to_owned(), source: error })?;
    let cut = graph::cut(&published)?;
    let pieces = sentencepiece::parse(&cut.tokenizer)?;
    let config = FolderConfig {
        model_type: "use-multilingual-v3".to_owned(),
        hidden_size: cut.dimensions,
        max_tokens: MAX_TOKENS,
        pooling: Pool::InGraph,
        pad_token_id: pieces.unknown,
    };
    let config = serde_json::to_vec(&config).map_err(|_| PrepareError::Graph("dimensions"))?;
    let files = [
        ("model.onnx", cut.model),
        ("tokenizer.json", tokenizer::json(&pieces).to_string().into_bytes()),
        ("config.json", config),
        // Deliberately empty: a visitor who types "<s>" writes three characters.
        ("special_tokens_map.json", b"{}".to_vec()),
        (
            "tokenizer_config.json",
            tokenizer::sorted(json!({
                "model_max_length": MAX_TOKENS,
                "pad_token": tokenizer::UNKNOWN,
            }))
            .to_string()
            .into_bytes(),
        ),
    ];
    for (name, bytes) in files {
        let path = into.join(name);
        fs::write(&path, bytes).map_err(|source| PrepareError::Io { path, source })?;
    }
    Ok(())
}
