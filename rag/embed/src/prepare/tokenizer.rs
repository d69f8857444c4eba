//! Writing the same tokenizer as a `tokenizer.json`.
//!
//! Reproduces SentencePiece step by step: fold characters with its table, drop
//! spaces at both ends, collapse runs of spaces, mark word beginnings with
//! U+2581, then choose the likeliest pieces, and frame them with the two
//! markers.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::sentencepiece::Pieces;

/// The unknown piece's name here. Markers get a leading space: after folding no
/// text contains a space, so nobody can write one of them.
pub(super) const UNKNOWN: &str = " <unk>";
const BEGIN: &str = " <s>";
const END: &str = " </s>";

/// The document.
pub(super) fn json(pieces: &Pieces) -> Value {
    let vocabulary: Vec<Value> = pieces
        .pieces
        .iter()
        .zip(0_u32..)
        .map(|(piece, id)| {
            let text = match id {
                id if id == pieces.unknown => UNKNOWN.to_owned(),
                id if id == pieces.begin => BEGIN.to_owned(),
                id if id == pieces.end => END.to_owned(),
                _ if piece.matches_text => piece.text.clone(),
                _ => format!(" {}", piece.text),
            };
            json!([text, piece.score])
        })
        .collect();
    let spaces = json!({
        "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true
    });
    let marker = |name: &str, id: u32| json!({ "id": name, "ids": [id], "tokens": [name] });
    let text = json!({ "Sequence": { "id": "A", "type_id": 0 } });
    let framed = |name: &str| json!({ "SpecialToken": { "id": name, "type_id": 0 } });
    sorted(json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                { "type": "Precompiled", "precompiled_charsmap": STANDARD.encode(&pieces.charsmap) },
                { "type": "Replace", "pattern": { "Regex": "^ +| +$" }, "content": "" },
                { "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " },
            ],
        },
        "pre_tokenizer": spaces,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [framed(BEGIN), text, framed(END)],
            "pair": [text, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": { BEGIN: marker(BEGIN, pieces.begin), END: marker(END, pieces.end) },
        },
        "decoder": spaces,
        "model": {
            "type": "Unigram",
            "unk_id": pieces.unknown,
            "byte_fallback": false,
            "vocab": vocabulary,
        },
    }))
}

/// The same value with keys in alphabetical order, so that the bytes written do
/// not depend on how serde_json was compiled.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<_, _> = map.into_iter().collect();
            Value::Object(ordered.into_iter().map(|(key, inner)| (key, sorted(inner))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(sorted).collect()),
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => scalar,
    }
}
