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
use super::entrance::{constants, entrance, input};
use super::wire::{Field, WireError, fields, put_bytes};

const CUSTOM_DOMAIN: &[u8] = b"ai.onnx.contrib";
const OPERATOR: &[u8] = b"SentencepieceTokenizer";

const MODEL_GRAPH: u32 = 7;
const MODEL_OPSET: u32 = 8;
pub(super) const GRAPH_NODE: u32 = 1;
pub(super) const GRAPH_INITIALIZER: u32 = 5;
const GRAPH_INPUT: u32 = 11;
const GRAPH_OUTPUT: u32 = 12;
pub(super) const TENSOR_BOOL: u64 = 9;

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
fn orphans<'a>(all: &[Field<'a>], operator: &Node<'a>) -> Result<BTreeSet<&'a [u8]>, PrepareError> {
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
