//! The demo firm's files are what newcomers meet first: they parse without a
//! remark and agree with each other.

use std::collections::HashSet;
use std::path::PathBuf;

use comptoir_ingest::{Parsed, SourceHint, parse};
use serde_json::Value;

fn demo(name: &str) -> Vec<u8> {
    let folder =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("tests are run by cargo"))
            .join("../../xtask/demo");
    std::fs::read(folder.join(name)).expect("the demo file is in the tree")
}

fn parsed(name: &str) -> Parsed {
    parse(&demo(name), &SourceHint::named(name))
}

#[test]
fn the_faq_parses_without_a_remark() {
    let faq = parsed("faq.jsonl");
    assert!(faq.notes.is_empty(), "{:?}", faq.notes);
    assert!(faq.drafts.len() >= 45);
    for draft in &faq.drafts {
        assert!(draft.external_id.is_some() && draft.category.is_some(), "{draft:?}");
        assert!((2..=5).contains(&draft.alternatives.len()), "{draft:?}");
        // An answer served word for word stays well under 200 tokens.
        assert!(draft.answer.chars().count() <= 400, "{draft:?}");
    }
}

#[test]
fn the_questions_point_at_entries_that_exist() {
    let faq = parsed("faq.jsonl");
    let ids: HashSet<&str> = faq.drafts.iter().filter_map(|d| d.external_id.as_deref()).collect();
    let text = String::from_utf8(demo("questions.jsonl")).expect("UTF-8");
    let mut seen = HashSet::new();
    for row in text.lines() {
        let row: Value = serde_json::from_str(row).expect("one object per line");
        let id = row["id"].as_str().expect("an id").to_owned();
        for entry in row["relevant"].as_array().expect("an array") {
            assert!(ids.contains(entry.as_str().unwrap_or_default()), "{id}: {entry}");
        }
        assert!(seen.insert(id), "ids are unique");
    }
    assert!(seen.len() >= 90);
}

#[test]
fn the_page_gives_the_questions_it_shows() {
    let page = parsed("site/index.html");
    assert!(page.notes.is_empty(), "{:?}", page.notes);
    let questions: Vec<&str> = page.drafts.iter().map(|d| d.question.as_str()).collect();
    assert_eq!(
        questions,
        [
            "Le devis est-il gratuit ?",
            "Peut-on payer en plusieurs fois ?",
            "L’entretien est-il obligatoire ?",
        ]
    );
}
