//! Entries read from JSONL files.

use comptoir_rag::document::EntryDoc;
use comptoir_text::Lang;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The entries of a JSONL file.
pub fn entries(path: &Path) -> Vec<EntryDoc> {
    let text = std::fs::read_to_string(path).expect("the FAQ file is there");
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.enumerate().map(|(at, line)| doc(line, at)).collect()
}

/// The demo firm's entries.
pub fn demo_entries() -> Vec<EntryDoc> {
    entries(&demo_folder().join("faq.jsonl"))
}

/// One line of a FAQ file.
fn doc(line: &str, at: usize) -> EntryDoc {
    let row: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let list = |name: &str| -> Vec<String> {
        let items = row[name].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
    };
    EntryDoc {
        id: Uuid::from_u128(0x1000 + u128::try_from(at).expect("few rows")),
        version: 1,
        revision: 0,
        external_id: row["id"].as_str().map(str::to_owned),
        question: text("question"),
        alternatives: list("alternatives"),
        answer: text("answer"),
        category: row["category"].as_str().map(str::to_owned),
        keywords: list("keywords"),
        lang: Lang::Fr,
        live: true,
    }
}

/// The demo firm's files.
pub fn demo_folder() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("tests are run by cargo"))
        .join("../xtask/demo")
}
