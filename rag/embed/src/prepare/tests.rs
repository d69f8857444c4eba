//! The cut on a small graph of our own; the real one is in `tests/`.

use super::graph::cut;
use super::wire::{fields, put_bytes, put_varint};
use super::{PrepareError, sentencepiece};

fn message(parts: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, bytes) in parts {
        put_bytes(&mut out, *number, bytes);
    }
    out
}

fn flag(name: &str, value: u8) -> Vec<u8> {
    let mut tensor = Vec::new();
    put_varint(&mut tensor, 2, 9);
    put_bytes(&mut tensor, 8, name.as_bytes());
    put_bytes(&mut tensor, 9, &[value]);
    tensor
}

/// A published graph in miniature: operator, one consumer, constants.
fn published(reverse: u8, standard_set: u64) -> Vec<u8> {
    let attribute = message(&[(1, b"model"), (4, b"the tokenizer")]);
    let operator = message(&[
        (1, b"texts"),
        (1, b"nbest"),
        (1, b"alpha"),
        (1, b"yes"),
        (1, b"yes"),
        (1, b"reverse"),
        (2, b"ids"),
        (2, b"bounds"),
        (4, b"SentencepieceTokenizer"),
        (5, &attribute),
        (7, b"ai.onnx.contrib"),
    ]);
    let consumer = message(&[(1, b"ids"), (1, b"nbest"), (2, b"out"), (4, b"Gather")]);
    let mut size = Vec::new();
    put_varint(&mut size, 1, 512);
    let shape = message(&[(1, &message(&[(2, b"n")])), (1, &size)]);
    let kind = message(&[(1, &message(&[(2, &shape)]))]);
    let output = message(&[(1, b"out"), (2, &kind)]);
    let graph = message(&[
        (1, &operator),
        (1, &consumer),
        (2, b"small"),
        (5, &flag("yes", 1)),
        (5, &flag("reverse", reverse)),
        (5, &message(&[(8, b"nbest")])),
        (11, &message(&[(1, b"texts")])),
        (12, &output),
        (99, b"a field of the future"),
    ]);
    let mut standard = Vec::new();
    put_varint(&mut standard, 2, standard_set);
    message(&[
        (7, &graph),
        (8, &message(&[(1, b"ai.onnx.contrib")])),
        (8, &standard),
        (14, b"metadata"),
    ])
}

fn texts(message: &[u8], number: u32) -> Vec<Vec<u8>> {
    let found = fields(message).filter_map(Result::ok).filter(|field| field.number == number);
    found.filter_map(|field| field.bytes().map(<[u8]>::to_vec)).collect()
}

#[test]
fn the_operator_goes_and_everything_else_stays() {
    let cut = cut(&published(0, 12)).expect("the graph is as expected");
    assert_eq!(cut.tokenizer, b"the tokenizer");
    assert_eq!(cut.dimensions, 512);
    assert_eq!(texts(&cut.model, 8).len(), 1, "the custom operator set is gone");
    assert_eq!(texts(&cut.model, 14), [b"metadata"]);
    let graph = texts(&cut.model, 7).remove(0);
    assert_eq!(texts(&graph, 99), [b"a field of the future"]);
    let nodes = texts(&graph, 1);
    assert_eq!(nodes.len(), 9);
    assert!(nodes.iter().all(|node| texts(node, 7).is_empty()));
    assert_eq!(texts(&nodes[8], 4), [b"Gather"], "the consumer comes after what feeds it");
    let made: Vec<_> = nodes.iter().flat_map(|node| texts(node, 2)).collect();
    assert!(made.contains(&b"ids".to_vec()) && made.contains(&b"bounds".to_vec()));
    let inputs: Vec<_> = texts(&graph, 11).iter().flat_map(|input| texts(input, 1)).collect();
    assert_eq!(inputs, [b"input_ids".to_vec(), b"attention_mask".to_vec()]);
    let constants: Vec<_> = texts(&graph, 5).iter().flat_map(|tensor| texts(tensor, 8)).collect();
    assert!(constants.contains(&b"nbest".to_vec()), "still read by the consumer");
    assert!(!constants.contains(&b"reverse".to_vec()), "read by nobody any more");
}

#[test]
fn another_graph_is_refused() {
    for wrong in [published(1, 12), published(0, 13), Vec::new(), message(&[(7, b"")])] {
        assert!(matches!(cut(&wrong), Err(PrepareError::Graph(_))));
    }
}

#[test]
fn a_damaged_graph_is_an_error_at_every_length() {
    let whole = published(0, 12);
    for length in 0..whole.len() {
        // Only what follows the graph may be missing without harm.
        if cut(&whole[..length]).is_ok() {
            assert!(length > whole.len() - 40, "{length}");
        }
    }
}

#[test]
fn another_tokenizer_is_refused() {
    let mut piece = message(&[(1, b"a")]);
    piece.extend([0x15, 0, 0, 0, 0]);
    let three: Vec<(u32, &[u8])> = vec![(1, &piece), (1, &piece), (1, &piece)];
    let with = |training: &[u8], normalising: &[u8]| {
        let mut parts = three.clone();
        parts.extend([(2, training), (3, normalising)]);
        sentencepiece::parse(&message(&parts))
    };
    let number = |number, value| {
        let mut out = Vec::new();
        put_varint(&mut out, number, value);
        out
    };
    let table = message(&[(2, b"table")]);
    assert!(with(b"", &table).is_ok());
    assert!(with(b"", b"").is_err(), "no table");
    assert!(with(&number(3, 2), &table).is_err(), "byte-pair model");
    assert!(with(&number(35, 1), &table).is_err(), "byte fallback");
    assert!(with(&number(41, 3), &table).is_err(), "marker outside the vocabulary");
    assert!(with(b"", &[&table[..], &number(4, 0)].concat()).is_err(), "spaces kept");
}
