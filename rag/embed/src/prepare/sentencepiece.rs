//! Reading a SentencePiece model (`sentencepiece_model.proto`).
//!
//! Only the kind the sentence encoder carries is accepted: a unigram model
//! without byte fallback, with the default treatment of spaces.

use super::PrepareError;
use super::wire::{Value, fields};

/// What a tokenizer needs of it.
pub(super) struct Pieces {
    /// Text and score of every piece, by id.
    pub pieces: Vec<Piece>,
    /// The id of the unknown piece.
    pub unknown: u32,
    /// The id that opens a text.
    pub begin: u32,
    /// The id that closes it.
    pub end: u32,
    /// The table that folds characters, in SentencePiece's own format.
    pub charsmap: Vec<u8>,
}

/// One entry of the vocabulary.
pub(super) struct Piece {
    /// What it matches (spaces written as U+2581).
    pub text: String,
    /// Its log-probability.
    pub score: f32,
    /// Whether text can match it, as opposed to markers.
    pub matches_text: bool,
}

const NORMAL: u64 = 1;
const UNKNOWN: u64 = 2;
const CONTROL: u64 = 3;
const USER_DEFINED: u64 = 4;
const UNIGRAM: u64 = 1;

/// Reads a model.
pub(super) fn parse(model: &[u8]) -> Result<Pieces, PrepareError> {
    let mut found =
        Pieces { pieces: Vec::new(), unknown: 0, begin: 1, end: 2, charsmap: Vec::new() };
    for field in fields(model) {
        let field = field?;
        match (field.number, field.bytes()) {
            (1, Some(bytes)) => found.pieces.push(piece(bytes)?),
            (2, Some(bytes)) => training(bytes, &mut found)?,
            (3, Some(bytes)) => normalising(bytes, &mut found)?,
            _ => {}
        }
    }
    let known = |id: u32| (id as usize) < found.pieces.len();
    if ![found.unknown, found.begin, found.end].into_iter().all(known) {
        return Err(PrepareError::Tokenizer("markers outside the vocabulary"));
    }
    if found.charsmap.is_empty() {
        return Err(PrepareError::Tokenizer("no character table"));
    }
    Ok(found)
}

fn piece(bytes: &[u8]) -> Result<Piece, PrepareError> {
    let mut found = Piece { text: String::new(), score: 0.0, matches_text: true };
    for field in fields(bytes) {
        let field = field?;
        match (field.number, field.value) {
            (1, Value::Bytes(text)) => {
                found.text = String::from_utf8(text.to_vec())
                    .map_err(|_| PrepareError::Tokenizer("a piece is not UTF-8"))?;
            }
            (2, Value::Fixed32(score)) => found.score = f32::from_le_bytes(score),
            (3, Value::Varint(NORMAL | USER_DEFINED)) => {}
            (3, Value::Varint(UNKNOWN | CONTROL)) => found.matches_text = false,
            (3, _) => return Err(PrepareError::Tokenizer("unused or byte pieces")),
            _ => {}
        }
    }
    Ok(found)
}

fn training(bytes: &[u8], into: &mut Pieces) -> Result<(), PrepareError> {
    for field in fields(bytes) {
        let field = field?;
        let Some(value) = field.varint() else {
            continue;
        };
        let id = || u32::try_from(value).map_err(|_| PrepareError::Tokenizer("no such marker"));
        match field.number {
            3 if value != UNIGRAM => return Err(PrepareError::Tokenizer("not a unigram model")),
            24 if value != 0 => return Err(PrepareError::Tokenizer("spaces are suffixes")),
            35 if value != 0 => return Err(PrepareError::Tokenizer("bytes as fallback")),
            40 => into.unknown = id()?,
            41 => into.begin = id()?,
            42 => into.end = id()?,
            _ => {}
        }
    }
    Ok(())
}

fn normalising(bytes: &[u8], into: &mut Pieces) -> Result<(), PrepareError> {
    for field in fields(bytes) {
        let field = field?;
        match (field.number, field.value) {
            (2, Value::Bytes(table)) => into.charsmap = table.to_vec(),
            // Dummy prefix, removal of extra spaces, escaping: all on by default.
            (3..=5, Value::Varint(0)) => {
                return Err(PrepareError::Tokenizer("spaces are treated otherwise"));
            }
            _ => {}
        }
    }
    Ok(())
}
