//! What replaces the tokenizing operator: two inputs and eight standard
//! operators that give the graph what the operator gave it.

use super::graph::{GRAPH_INITIALIZER, GRAPH_NODE, TENSOR_BOOL};
use super::wire::{put_bytes, put_varint};

const ATTRIBUTE_INT: u64 = 2;
const ATTRIBUTE_INTS: u64 = 7;
const TENSOR_INT32: u64 = 6;
const TENSOR_INT64: u64 = 7;

/// The operators that make the two former outputs out of the new inputs.
pub(super) fn entrance(out: &mut Vec<u8>, ids: &[u8], bounds: &[u8]) {
    // Which tokens exist, and which they are, in one row.
    put_node(out, "Reshape", &[b"input_ids", b"entrance/row"], b"entrance/ids", &[]);
    put_node(out, "Reshape", &[b"attention_mask", b"entrance/row"], b"entrance/mask", &[]);
    let to_bool = int("to", TENSOR_BOOL);
    put_node(out, "Cast", &[b"entrance/mask"], b"entrance/exists", &[to_bool]);
    let both: [&[u8]; 2] = [b"entrance/ids", b"entrance/exists"];
    put_node(out, "Compress", &both, b"entrance/existing", &[]);
    put_node(out, "Cast", &[b"entrance/existing"], ids, &[int("to", TENSOR_INT32)]);
    // Where each text ends, after a leading nought.
    let per_text = [ints("axes", &[1]), int("keepdims", 0)];
    put_node(out, "ReduceSum", &[b"attention_mask"], b"entrance/lengths", &per_text);
    put_node(out, "CumSum", &[b"entrance/lengths", b"entrance/axis"], b"entrance/ends", &[]);
    put_node(out, "Concat", &[b"entrance/nought", b"entrance/ends"], bounds, &[int("axis", 0)]);
}

fn put_node(
    out: &mut Vec<u8>,
    kind: &str,
    inputs: &[&[u8]],
    output: &[u8],
    attributes: &[Vec<u8>],
) {
    let mut node = Vec::new();
    for input in inputs {
        put_bytes(&mut node, 1, input);
    }
    put_bytes(&mut node, 2, output);
    put_bytes(&mut node, 4, kind.as_bytes());
    for attribute in attributes {
        put_bytes(&mut node, 5, attribute);
    }
    put_bytes(out, GRAPH_NODE, &node);
}

/// The constants `entrance` reads.
pub(super) fn constants(out: &mut Vec<u8>) {
    for (name, dims, value) in [
        ("entrance/row", Some(1), -1_i64),
        ("entrance/axis", None, 0),
        ("entrance/nought", Some(1), 0),
    ] {
        let mut tensor = Vec::new();
        if let Some(dims) = dims {
            put_varint(&mut tensor, 1, dims);
        }
        put_varint(&mut tensor, 2, TENSOR_INT64);
        put_bytes(&mut tensor, 8, name.as_bytes());
        put_bytes(&mut tensor, 9, &value.to_le_bytes());
        put_bytes(out, GRAPH_INITIALIZER, &tensor);
    }
}

/// A graph input of 64-bit integers, texts by tokens.
pub(super) fn input(name: &str) -> Vec<u8> {
    let mut shape = Vec::new();
    for dimension in ["texts", "tokens"] {
        let mut named = Vec::new();
        put_bytes(&mut named, 2, dimension.as_bytes());
        put_bytes(&mut shape, 1, &named);
    }
    let (mut tensor, mut kind, mut input) = (Vec::new(), Vec::new(), Vec::new());
    put_varint(&mut tensor, 1, TENSOR_INT64);
    put_bytes(&mut tensor, 2, &shape);
    put_bytes(&mut kind, 1, &tensor);
    put_bytes(&mut input, 1, name.as_bytes());
    put_bytes(&mut input, 2, &kind);
    input
}

fn int(name: &str, value: u64) -> Vec<u8> {
    let mut attribute = Vec::new();
    put_bytes(&mut attribute, 1, name.as_bytes());
    put_varint(&mut attribute, 3, value);
    put_varint(&mut attribute, 20, ATTRIBUTE_INT);
    attribute
}

fn ints(name: &str, values: &[u64]) -> Vec<u8> {
    let mut attribute = Vec::new();
    put_bytes(&mut attribute, 1, name.as_bytes());
    for value in values {
        put_varint(&mut attribute, 8, *value);
    }
    put_varint(&mut attribute, 20, ATTRIBUTE_INTS);
    attribute
}
