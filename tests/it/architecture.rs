//! The tree of crates: edges that must not exist do not.

use comptoir_tests::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything a crate stands on, itself included, as cargo resolves it.
fn tree(package: &str, target: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--offline", "--locked", "-p", package, "-e", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--target", target])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    let names: BTreeSet<String> = names.filter(|n| !n.is_empty()).map(str::to_owned).collect();
    assert!(names.contains(package), "{package} is not in its own tree");
    names
}

fn stands_on_none(package: &str, forbidden: &[&str]) {
    let names = tree(package, "x86_64-unknown-linux-gnu");
    let found: Vec<&&str> = forbidden.iter().filter(|name| names.contains(**name)).collect();
    assert!(found.is_empty(), "{package} stands on {found:?}");
}

const WEB: [&str; 5] = ["axum", "hyper", "tower-http", "tokio-tungstenite", "reqwest"];
const DATABASES: [&str; 4] =
    ["sqlx", "comptoir-storage-sqlite", "comptoir-storage-postgres", "rusqlite"];
const MODELS: [&str; 6] =
    ["llama-cpp-2", "llama-cpp-sys-2", "fastembed", "ort", "qdrant-edge", "qdrant-client"];
const BROWSER: [&str; 3] = ["wasm-bindgen", "web-sys", "js-sys"];

#[test]
fn the_conversation_knows_no_web_no_database_no_model_and_no_faq() {
    for forbidden in [&WEB[..], &DATABASES, &MODELS, &BROWSER] {
        stands_on_none("comptoir-chat", forbidden);
    }
    stands_on_none("comptoir-chat", &["comptoir-rag", "comptoir-admin", "comptoir"]);
}

#[test]
fn a_session_knows_no_web_server_no_database_and_no_model() {
    for forbidden in [&WEB[..], &DATABASES, &MODELS, &BROWSER] {
        stands_on_none("comptoir-session", forbidden);
    }
    stands_on_none("comptoir-session", &["comptoir-rag", "comptoir-admin", "comptoir"]);
}

#[test]
fn the_faq_pipeline_knows_no_conversation_no_web_server_and_no_database() {
    stands_on_none("comptoir-rag", &["axum", "tokio-tungstenite"]);
    stands_on_none("comptoir-rag", &DATABASES);
    stands_on_none("comptoir-rag", &["comptoir-chat", "comptoir-storage", "comptoir"]);
}

#[test]
fn the_admin_knows_no_database_and_no_model() {
    stands_on_none("comptoir-admin", &DATABASES);
    stands_on_none("comptoir-admin", &MODELS);
    stands_on_none("comptoir-admin", &["comptoir-rag", "comptoir-engine", "comptoir"]);
}

#[test]
fn letters_and_pushes_know_no_web_server_no_database_and_no_faq() {
    stands_on_none("comptoir-notify", &["axum", "tokio-tungstenite"]);
    stands_on_none("comptoir-notify", &DATABASES);
    stands_on_none("comptoir-notify", &MODELS);
    stands_on_none("comptoir-notify", &["comptoir-rag", "comptoir-admin", "comptoir"]);
    stands_on_none("comptoir-chat", &["comptoir-notify", "lettre", "ring"]);
}

#[test]
fn the_protocol_and_the_storage_traits_stand_alone() {
    for package in ["comptoir-protocol", "comptoir-storage", "comptoir-messages"] {
        for forbidden in [&WEB[..], &DATABASES, &MODELS, &["tokio"]] {
            stands_on_none(package, forbidden);
        }
    }
}

#[test]
fn the_widget_is_the_protocol_and_the_browser() {
    let names = tree("comptoir-widget", "wasm32-unknown-unknown");
    let own: Vec<&String> = names.iter().filter(|name| name.starts_with("comptoir")).collect();
    assert_eq!(own, ["comptoir-protocol", "comptoir-widget"]);
    for heavy in ["serde", "serde_json", "tokio", "futures", "regex", "url"] {
        assert!(!names.contains(heavy), "the widget carries {heavy}");
    }
}

/// Folders of the crates whose manifest names a dependency.
fn who_names(dependency: &str) -> Vec<String> {
    let mut found = Vec::new();
    for manifest in files(&root(), "Cargo.toml") {
        let text = std::fs::read_to_string(&manifest).expect("a manifest");
        let manifest_table: toml::Table = toml::from_str(&text).expect("a whole manifest");
        if dependency_tables(&manifest_table).any(|table| table.contains_key(dependency)) {
            let folder = manifest.parent().expect("a folder");
            let folder = folder.strip_prefix(root()).expect("in the repository");
            found.push(folder.to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

/// `[dependencies]`, for all targets and for each.
fn dependency_tables(manifest: &toml::Table) -> impl Iterator<Item = &toml::Table> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(toml::Table::values);
    let sections = targets.filter_map(toml::Value::as_table).chain([manifest]);
    sections.filter_map(|section| section.get("dependencies")?.as_table())
}

#[test]
fn each_heavy_library_has_one_home() {
    assert_eq!(who_names("llama-cpp-2"), ["rag/engine"]);
    assert_eq!(who_names("fastembed"), ["rag/embed"]);
    assert_eq!(who_names("qdrant-edge"), ["rag/index/edge"]);
    assert_eq!(who_names("qdrant-client"), ["rag/index/server"]);
    assert_eq!(who_names("askama"), ["admin"]);
    assert_eq!(who_names("lettre"), ["gateway/notify"]);
    assert_eq!(who_names("ring"), ["gateway/notify"]);
    assert_eq!(who_names("wasm-bindgen"), ["widget"]);
    let sql = ["gateway/storage/contract", "gateway/storage/postgres", "gateway/storage/sqlite"];
    assert_eq!(who_names("sqlx"), sql);
}

#[test]
fn one_file_names_llama_cpp() {
    let own = root().join("tests/it/architecture.rs");
    let mut naming = Vec::new();
    for file in files(&root(), ".rs").into_iter().filter(|file| *file != own) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        if text.contains("llama_cpp_2::") || text.contains("use llama_cpp_2") {
            naming.push(file.strip_prefix(root()).expect("in the repository").to_owned());
        }
    }
    assert_eq!(naming, [Path::new("rag/engine/src/llama.rs")]);
}

/// Files of the repository whose name ends so; nothing built or fetched.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).expect("a folder").flatten() {
        let name = item.file_name().to_string_lossy().into_owned();
        if item.path().is_dir() {
            let is_ours = !name.starts_with('.') && name != "target" && name != "node_modules";
            if is_ours {
                found.extend(files(&item.path(), ending));
            }
        } else if name.ends_with(ending) {
            found.push(item.path());
        }
    }
    found
}
