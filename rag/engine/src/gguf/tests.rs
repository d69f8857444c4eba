use std::io::Cursor;

use proptest::prelude::*;

use super::*;

/// A tiny well-formed file: one tensor of 32 single-precision numbers.
fn file() -> Vec<u8> {
    let mut bytes = Vec::new();
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    };
    bytes.extend(b"GGUF");
    bytes.extend(3u32.to_le_bytes());
    bytes.extend(1u64.to_le_bytes());
    bytes.extend(3u64.to_le_bytes());
    text(&mut bytes, "general.architecture");
    bytes.extend(8u32.to_le_bytes());
    text(&mut bytes, "toy");
    text(&mut bytes, "toy.block_count");
    bytes.extend(4u32.to_le_bytes());
    bytes.extend(2u32.to_le_bytes());
    text(&mut bytes, "tokenizer.ggml.tokens");
    bytes.extend(9u32.to_le_bytes());
    bytes.extend(8u32.to_le_bytes());
    bytes.extend(2u64.to_le_bytes());
    text(&mut bytes, "a");
    text(&mut bytes, "é");
    text(&mut bytes, "weights");
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(32u64.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(0u64.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(32) + 128, 0);
    bytes
}

fn parsed(bytes: &[u8]) -> Result<ModelHeader, GgufProblem> {
    parse(Cursor::new(bytes), bytes.len() as u64)
}

#[test]
fn a_whole_file_is_read() {
    let header = parsed(&file()).expect("well-formed");
    assert_eq!(header.architecture, "toy");
    assert_eq!((header.layers, header.vocabulary), (2, 2));
    assert!(!header.has_chat_template);
}

#[test]
fn every_truncation_is_noticed() {
    let whole = file();
    for len in 4..whole.len() {
        let problem = parsed(&whole[..len]).expect_err("truncated");
        assert!(matches!(problem, GgufProblem::Truncated { .. }), "{len}: {problem:?}");
    }
}

#[test]
fn other_files_are_recognised() {
    assert_eq!(parsed(b"PK\x03\x04 not a model at all"), Err(GgufProblem::NotGguf));
    assert_eq!(parsed(b""), Err(GgufProblem::NotGguf));
    let mut old = file();
    old[4] = 1;
    assert_eq!(parsed(&old), Err(GgufProblem::Version { version: 1 }));
}

#[test]
fn a_missing_file_and_a_folder_are_unreadable() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for path in [folder.path().to_path_buf(), folder.path().join("none.gguf")] {
        let problem = read_header(&path).expect_err("no file");
        assert!(matches!(problem, GgufProblem::Unreadable { .. }), "{problem:?}");
    }
}

proptest! {
    /// No change to any bytes may make the reader panic or take long.
    #[test]
    fn damaged_heads_never_panic(changes in prop::collection::vec((0usize..250, any::<u8>()), 1..6)) {
        let mut bytes = file();
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        drop(parsed(&bytes));
    }
}
