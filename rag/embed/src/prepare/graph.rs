//! Cutting the tokenizing operator out of an ONNX model.
//!
//! The operator gave the graph two things: all token ids of all texts in one
//! row (32-bit), and where each text begins and ends in that row. A handful of
//! standard operators now make exactly these two out of the inputs every
//! transformer-style runner feeds, `input_ids` and `attention_mask`; tokens
//! under a zero of the mask never reach the network.
//!
//! Field numbers are those of `onnx.proto`.

use std::collections::BTreeSet;

use super::PrepareError;
use super::wire::{Field, WireError, fields, put_bytes, put_varint};

const CUSTOM_DOMAIN: &[u8] = b"ai.onnx.contrib";
const OPERATOR: &[u8] = b"SentencepieceTokenizer";

const MODEL_GRAPH: u32 = 7;
const MODEL_OPSET: u32 = 8;
const GRAPH_NODE: u32 = 1;
const GRAPH_INITIALIZER: u32 = 5;
const GRAPH_INPUT: u32 = 11;
const GRAPH_OUTPUT: u32 = 12;
const ATTRIBUTE_INT: u64 = 2;
const ATTRIBUTE_INTS: u64 = 7;
const TENSOR_BOOL: u64 = 9;
const TENSOR_INT32: u64 = 6;
const TENSOR_INT64: u64 = 7;

/// What the cut gives.
pub(super) struct Cut {
    /// The model without the operator.
    pub model: Vec<u8>,
    /// The SentencePiece model the operator carried.
    pub tokenizer: Vec<u8>,
    /// Length of the output vectors.
    pub dimensions: usize,
}

/// The parts of a node this recipe looks at.
struct Node<'a> {
    inputs: Vec<&'a [u8]>,
    outputs: Vec<&'a [u8]>,
    kind: &'a [u8],
    domain: &'a [u8],
    attributes: Vec<&'a [u8]>,
}

/// Cuts the operator out of `published`.
pub(super) fn cut(published: &[u8]) -> Result<Cut, PrepareError> {
    let mut model = Vec::with_capacity(published.len());
    let mut rewritten = None;
    for field in fields(published) {
        let field = field?;
        match (field.number, field.bytes()) {
            (MODEL_GRAPH, Some(graph)) => {
                let (graph, tokenizer, dimensions) = rewrite(graph)?;
                put_bytes(&mut model, MODEL_GRAPH, &graph);
                rewritten = Some((tokenizer, dimensions));
            }
            (MODEL_OPSET, Some(opset)) => {
                if keep_opset(opset)? {
                    model.extend_from_slice(field.raw);
                }
            }
            _ => model.extend_from_slice(field.raw),
        }
    }
    let (tokenizer, dimensions) = rewritten.ok_or(PrepareError::Graph("no graph"))?;
    Ok(Cut { model, tokenizer, dimensions })
}

/// Drops the custom operators' set; refuses versions of the standard set whose
/// operators take other arguments than those written here.
fn keep_opset(opset: &[u8]) -> Result<bool, PrepareError> {
    if first(opset, 1)?.and_then(|field| field.bytes()) == Some(CUSTOM_DOMAIN) {
        return Ok(false);
    }
    match first(opset, 2)?.and_then(|field| field.varint()) {
        Some(11 | 12) => Ok(true),
        Some(_) | None => Err(PrepareError::Graph("operator set is neither 11 nor 12")),
    }
}

fn rewrite(graph: &[u8]) -> Result<(Vec<u8>, Vec<u8>, usize), PrepareError> {
    let all: Vec<Field<'_>> = fields(graph).collect::<Result<_, _>>()?;
    let operator = find_operator(&all)?;
    let [ids, bounds] = operator.outputs[..] else {
        return Err(PrepareError::Graph("the operator has other outputs"));
    };
    let orphans = orphans(&all, &operator)?;
    let mut out = Vec::with_capacity(graph.len());
    let (mut dimensions, mut entered) = (None, false);
    for field in &all {
        match (field.number, field.bytes()) {
            (GRAPH_NODE, Some(bytes)) => {
                // Nodes are listed in order of use: ours come before all.
                if !std::mem::replace(&mut entered, true) {
                    entrance(&mut out, ids, bounds);
                }
                if node(bytes)?.domain != CUSTOM_DOMAIN {
                    out.extend_from_slice(field.raw);
                }
            }
            (GRAPH_INITIALIZER, Some(tensor)) if orphans.contains(tensor_name(tensor)?) => {}
            (GRAPH_INPUT, Some(_)) => {}
            (GRAPH_OUTPUT, Some(output)) => {
                dimensions = Some(last_dimension(output)?);
                out.extend_from_slice(field.raw);
            }
            _ => out.extend_from_slice(field.raw),
        }
    }
    constants(&mut out);
    for name in ["input_ids", "attention_mask"] {
        put_bytes(&mut out, GRAPH_INPUT, &input(name));
    }
    let dimensions = dimensions.ok_or(PrepareError::Graph("no output"))?;
    Ok((out, carried(&operator)?, dimensions))
}

/// The one tokenizing operator, checked to be used as this recipe expects.
fn find_operator<'a>(all: &[Field<'a>]) -> Result<Node<'a>, PrepareError> {
    let mut found = None;
    for bytes in all.iter().filter(|f| f.number == GRAPH_NODE).filter_map(Field::bytes) {
        let node = node(bytes)?;
        if node.domain != CUSTOM_DOMAIN {
            continue;
        }
        if node.kind != OPERATOR || found.is_some() {
            return Err(PrepareError::Graph("other custom operators"));
        }
        found = Some(node);
    }
    let operator = found.ok_or(PrepareError::Graph("no tokenizing operator"))?;
    // inputs: texts, nbest_size, alpha, add_bos, add_eos, reverse
    let [_, _, _, bos, eos, reverse] = operator.inputs[..] else {
        return Err(PrepareError::Graph("the operator has other inputs"));
    };
    let flag = |name| constant_flag(all, name);
    if flag(bos)? && flag(eos)? && !flag(reverse)? {
        Ok(operator)
    } else {
        Err(PrepareError::Graph("the operator marks sentences otherwise"))
    }
}

/// Constants that only the operator read.
fn orphans<'a>(
    all: &[Field<'a>],
    operator: &Node<'a>,
) -> Result<BTreeSet<&'a [u8]>, PrepareError> {
    let mut orphans: BTreeSet<&[u8]> = operator.inputs.iter().copied().collect();
    for bytes in all.iter().filter(|f| f.number == GRAPH_NODE).filter_map(Field::bytes) {
        let node = node(bytes)?;
        if node.domain == CUSTOM_DOMAIN {
            continue;
        }
        for output in &node.outputs {
            if operator.inputs.contains(output) {
                return Err(PrepareError::Graph("the operator is fed by others"));
            }
        }
        for input in node.inputs {
            orphans.remove(input);
        }
    }
    Ok(orphans)
}

/// The value of a one-element boolean constant.
fn constant_flag(all: &[Field<'_>], name: &[u8]) -> Result<bool, PrepareError> {
    for tensor in all.iter().filter(|f| f.number == GRAPH_INITIALIZER).filter_map(Field::bytes) {
        if tensor_name(tensor)? != name {
            continue;
        }
        let kind = first(tensor, 2)?.and_then(|field| field.varint());
        let raw = first(tensor, 9)?.and_then(|field| field.bytes());
        let listed = first(tensor, 5)?;
        let value = match (raw, listed) {
            (Some([byte]), _) => Some(*byte != 0),
            (_, Some(field)) => match (field.varint(), field.bytes()) {
                (Some(number), _) => Some(number != 0),
                (_, Some([byte])) => Some(*byte != 0),
                _ => None,
            },
            _ => None,
        };
        if let (Some(TENSOR_BOOL), Some(value)) = (kind, value) {
            return Ok(value);
        }
    }
    Err(PrepareError::Graph("a flag of the operator is not constant"))
}

/// The bytes of the operator's `model` attribute.
fn carried(operator: &Node<'_>) -> Result<Vec<u8>, PrepareError> {
    for attribute in &operator.attributes {
        if first(attribute, 1)?.and_then(|field| field.bytes()) == Some(b"model") {
            let model = first(attribute, 4)?.and_then(|field| field.bytes());
            return model.map(<[u8]>::to_vec).ok_or(PrepareError::Graph("empty tokenizer"));
        }
    }
    Err(PrepareError::Graph("the operator carries no tokenizer"))
}

fn node(bytes: &[u8]) -> Result<Node<'_>, WireError> {
    let mut node =
        Node { inputs: vec![], outputs: vec![], kind: b"", domain: b"", attributes: vec![] };
    for field in fields(bytes) {
        let field = field?;
        match (field.number, field.bytes()) {
            (1, Some(input)) => node.inputs.push(input),
            (2, Some(output)) => node.outputs.push(output),
            (4, Some(kind)) => node.kind = kind,
            (5, Some(attribute)) => node.attributes.push(attribute),
            (7, Some(domain)) => node.domain = domain,
            _ => {}
        }
    }
    Ok(node)
}

fn tensor_name(tensor: &[u8]) -> Result<&[u8], WireError> {
    Ok(first(tensor, 8)?.and_then(|field| field.bytes()).unwrap_or_default())
}

/// The fixed size of the last dimension of a graph output.
fn last_dimension(output: &[u8]) -> Result<usize, PrepareError> {
    let nested = |message, number| -> Result<&[u8], PrepareError> {
        let field = first(message, number)?;
        field.and_then(|field| field.bytes()).ok_or(PrepareError::Graph("output without shape"))
    };
    let shape = nested(nested(nested(output, 2)?, 1)?, 2)?;
    let mut last = None;
    for dimension in fields(shape) {
        last = dimension?.bytes();
    }
    let size = first(last.unwrap_or_default(), 1)?.and_then(|field| field.varint());
    let size = size.and_then(|size| usize::try_from(size).ok());
    size.ok_or(PrepareError::Graph("output of unknown size"))
}

/// The first field called `number` of a message.
fn first(message: &[u8], number: u32) -> Result<Option<Field<'_>>, WireError> {
    for field in fields(message) {
        let field = field?;
        if field.number == number {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

/// The operators that make the two former outputs out of the new inputs.
fn entrance(out: &mut Vec<u8>, ids: &[u8], bounds: &[u8]) {
    let bool_type = int("to", TENSOR_BOOL);
    let int32_type = int("to", TENSOR_INT32);
    let nodes: [(&str, &[&[u8]], &[u8], Vec<Vec<u8>>); 8] = [
        // Which tokens exist, and which they are, in one row.
        ("Reshape", &[b"input_ids", b"entrance/row"], b"entrance/ids", vec![]),
        ("Reshape", &[b"attention_mask", b"entrance/row"], b"entrance/mask", vec![]),
        ("Cast", &[b"entrance/mask"], b"entrance/exists", vec![bool_type]),
        ("Compress", &[b"entrance/ids", b"entrance/exists"], b"entrance/existing", vec![]),
        ("Cast", &[b"entrance/existing"], ids, vec![int32_type]),
        // Where each text ends, after a leading nought.
        (
            "ReduceSum",
            &[b"attention_mask"],
            b"entrance/lengths",
            vec![ints("axes", &[1]), int("keepdims", 0)],
        ),
        ("CumSum", &[b"entrance/lengths", b"entrance/axis"], b"entrance/ends", vec![]),
        ("Concat", &[b"entrance/nought", b"entrance/ends"], bounds, vec![int("axis", 0)]),
    ];
    for (kind, inputs, output, attributes) in nodes {
        let mut node = Vec::new();
        for input in inputs {
            put_bytes(&mut node, 1, input);
        }
        put_bytes(&mut node, 2, output);
        put_bytes(&mut node, 4, kind.as_bytes());
        for attribute in attributes {
            put_bytes(&mut node, 5, &attribute);
        }
        put_bytes(out, GRAPH_NODE, &node);
    }
}

/// The constants `entrance` reads.
fn constants(out: &mut Vec<u8>) {
    for (name, dims, value) in
        [("entrance/row", Some(1), -1_i64), ("entrance/axis", None, 0), ("entrance/nought", Some(1), 0)]
    {
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
fn input(name: &str) -> Vec<u8> {
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
