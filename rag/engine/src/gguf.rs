//! Reads the head of a GGUF file and checks that the file holds what its head promises.
//!
//! llama.cpp maps the file and trusts it; a truncated file would end the process at the first
//! missing page. So nothing is given to it that has not passed here. Only the head is read.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

mod tensors;
mod values;

use values::{Reader, Value};

/// What is wrong with a model file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GgufProblem {
    /// There is no such file, or it may not be read.
    #[error("the model file cannot be read ({kind})")]
    Unreadable {
        /// The operating system's reason.
        kind: std::io::ErrorKind,
    },
    /// It is no GGUF file.
    #[error("not a GGUF file")]
    NotGguf,
    /// A GGUF version from before 2023 or from the future.
    #[error("GGUF version {version} is not supported")]
    Version {
        /// The file's version.
        version: u32,
    },
    /// The file ends before what its head promises.
    #[error("the file is incomplete: {actual} bytes of at least {expected}")]
    Truncated {
        /// Bytes the head promises.
        expected: u64,
        /// Bytes there are.
        actual: u64,
    },
    /// The head contradicts itself.
    #[error("the file's head is malformed: {what}")]
    Malformed {
        /// What is wrong with it, for the log.
        what: &'static str,
    },
    /// The weights use a number format this build does not know.
    #[error("weights of unknown format {id}")]
    UnknownFormat {
        /// The format's number.
        id: u32,
    },
}

/// What the head of a model file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelHeader {
    /// `general.name`, or the file's name.
    pub name: String,
    /// `general.architecture`, such as `qwen2`.
    pub architecture: String,
    /// Whether there is a chat template.
    pub has_chat_template: bool,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Longest context the model was trained for, in tokens.
    pub trained_context: u32,
    /// Layers.
    pub layers: u32,
    /// Heads that keep keys and values.
    pub kv_heads: u32,
    /// Numbers per key and head.
    pub key_length: u32,
    /// Numbers per value and head.
    pub value_length: u32,
    /// Numbers per token between layers.
    pub width: u32,
    /// Tokens in the vocabulary.
    pub vocabulary: u32,
}

/// Most entries a head may have; real files have dozens and some hundreds of tensors.
const MOST_ENTRIES: u64 = 100_000;

/// Reads and checks a model file's head.
///
/// # Errors
/// [`GgufProblem`], the first thing found wrong.
pub fn read_header(path: &Path) -> Result<ModelHeader, GgufProblem> {
    let unreadable = |error: std::io::Error| GgufProblem::Unreadable { kind: error.kind() };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(GgufProblem::Unreadable { kind: std::io::ErrorKind::InvalidInput });
    }
    let mut header = parse(BufReader::new(file), metadata.len())?;
    if header.name.is_empty() {
        header.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    }
    Ok(header)
}

fn parse(source: impl Read + Seek, file_bytes: u64) -> Result<ModelHeader, GgufProblem> {
    let mut reader = Reader::new(source, file_bytes);
    if file_bytes < 4 || reader.bytes::<4>()? != *b"GGUF" {
        return Err(GgufProblem::NotGguf);
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(GgufProblem::Version { version });
    }
    let tensors = reader.u64()?;
    let entries = reader.u64()?;
    if tensors > MOST_ENTRIES || entries > MOST_ENTRIES {
        return Err(GgufProblem::Malformed { what: "too many entries" });
    }
    let mut facts = Facts { alignment: 32, ..Facts::default() };
    for _ in 0..entries {
        let key = reader.string()?;
        let value = reader.value()?;
        facts.note(&key, value);
    }
    let alignment = facts.alignment;
    if !alignment.is_power_of_two() {
        return Err(GgufProblem::Malformed { what: "alignment" });
    }
    let data = tensors::data_bytes(&mut reader, tensors, alignment)?;
    let start = reader.position()?.next_multiple_of(alignment);
    let expected = start.saturating_add(data);
    if tensors == 0 || data == 0 {
        return Err(GgufProblem::Malformed { what: "no weights" });
    }
    if file_bytes < expected {
        return Err(GgufProblem::Truncated { expected, actual: file_bytes });
    }
    facts.header(file_bytes)
}

/// The entries that matter here, as they come by. Keys that carry the architecture's name are
/// recognised by their ends, because it may come later.
#[derive(Debug, Default)]
struct Facts {
    header: ModelHeader,
    alignment: u64,
    heads: u32,
}

impl Facts {
    fn note(&mut self, key: &str, value: Value) {
        let header = &mut self.header;
        let end = key.split_once('.').map_or("", |(_, end)| end);
        match (key, end, value) {
            ("general.name", _, Value::Text(text)) => header.name = text,
            ("general.architecture", _, Value::Text(text)) => header.architecture = text,
            ("general.alignment", _, Value::Number(number)) => self.alignment = number,
            ("tokenizer.chat_template", _, Value::Text(text)) => {
                header.has_chat_template = !text.trim().is_empty();
            }
            ("tokenizer.ggml.tokens", _, Value::List { len, .. }) => {
                header.vocabulary = bounded(len);
            }
            (_, "context_length", Value::Number(n)) => header.trained_context = bounded(n),
            (_, "block_count", Value::Number(n)) => header.layers = bounded(n),
            (_, "embedding_length", Value::Number(n)) => header.width = bounded(n),
            (_, "attention.head_count", Value::Number(n) | Value::List { largest: n, .. }) => {
                self.heads = bounded(n);
            }
            (_, "attention.head_count_kv", Value::Number(n) | Value::List { largest: n, .. }) => {
                header.kv_heads = bounded(n);
            }
            (_, "attention.key_length", Value::Number(n)) => header.key_length = bounded(n),
            (_, "attention.value_length", Value::Number(n)) => header.value_length = bounded(n),
            (_, _, Value::Number(_) | Value::Text(_) | Value::List { .. } | Value::Other) => {}
        }
    }

    fn header(mut self, file_bytes: u64) -> Result<ModelHeader, GgufProblem> {
        let header = &mut self.header;
        if header.architecture.is_empty() {
            return Err(GgufProblem::Malformed { what: "no architecture" });
        }
        if header.vocabulary == 0 {
            return Err(GgufProblem::Malformed { what: "no vocabulary" });
        }
        let per_head = header.width / self.heads.max(1);
        if header.key_length == 0 {
            header.key_length = per_head;
        }
        if header.value_length == 0 {
            header.value_length = per_head;
        }
        if header.kv_heads == 0 {
            header.kv_heads = self.heads;
        }
        header.file_bytes = file_bytes;
        Ok(self.header)
    }
}

/// Numbers beyond what a field can hold are as good as the largest one.
fn bounded(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
