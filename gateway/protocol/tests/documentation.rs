//! The schema and the README are what strangers write clients from, so both
//! are checked against the types. `COMPTOIR_BLESS=1` writes them anew.

use comptoir_protocol::{ClientFrame, ServerFrame, examples};
use std::path::PathBuf;

fn beside(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("tests are run by cargo"))
        .join(name)
}

fn is_blessing() -> bool {
    std::env::var_os("COMPTOIR_BLESS").is_some()
}

fn json<T: serde::Serialize>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| serde_json::to_string(value).expect("plain data")).collect()
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let schema = serde_json::json!({
        "client": schemars::schema_for!(ClientFrame),
        "server": schemars::schema_for!(ServerFrame),
    });
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    let file = beside("schema.json");
    if is_blessing() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    assert!(committed == text, "schema.json is stale: run with COMPTOIR_BLESS=1");
}

#[test]
fn the_readme_shows_every_example() {
    let readme = std::fs::read_to_string(beside("README.md")).unwrap();
    let all = [
        json(&examples::client_frames()),
        json(&examples::server_frames()),
        json(&examples::events()),
    ];
    for example in all.concat() {
        assert!(readme.contains(&example), "not in README.md: {example}");
    }
}

#[test]
fn every_example_survives_the_wire() {
    for frame in examples::client_frames() {
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(serde_json::from_str::<ClientFrame>(&text).unwrap(), frame);
    }
    for frame in examples::server_frames() {
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(serde_json::from_str::<ServerFrame>(&text).unwrap(), frame);
    }
}

#[test]
fn unknown_fields_are_ignored_and_unknown_kinds_are_not() {
    let newer = r#"{"t":"typing","on":true,"since":4}"#;
    assert_eq!(
        serde_json::from_str::<ClientFrame>(newer).unwrap(),
        ClientFrame::Typing { on: true }
    );
    assert!(serde_json::from_str::<ClientFrame>(r#"{"t":"sing"}"#).is_err());
}
