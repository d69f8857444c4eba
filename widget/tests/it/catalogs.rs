//! The sentences: complete, in order, with the same gaps in every language.

use std::collections::BTreeMap;
use std::path::PathBuf;

use comptoir_widget::texts::{Key, NAMES, Texts};
use comptoir_widget::view::Scene;

fn catalogs() -> BTreeMap<String, Vec<(String, String)>> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("tests are run by cargo");
    let folder = PathBuf::from(own).join("src/texts");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the catalogs are there") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|e| e == "json") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            found.insert(name, members(&text));
        }
    }
    found
}

/// Members in the order of the file, which the build relies on.
fn members(text: &str) -> Vec<(String, String)> {
    let whole: BTreeMap<String, String> =
        serde_json::from_str(text).expect("a flat object of sentences");
    let mut ordered: Vec<_> = whole.into_iter().collect();
    ordered.sort_by_key(|(name, _)| {
        text.find(&format!("\n  \"{name}\":")).expect("one sentence a line")
    });
    ordered
}

/// What the build makes of a catalog.
pub fn joined(lang: &str) -> String {
    let catalog = &catalogs()[lang];
    let sentences: Vec<_> = catalog.iter().map(|(_, s)| s.replace("{}", "\u{2}")).collect();
    sentences.join("\u{1}")
}

#[test]
fn every_language_has_every_sentence_in_order() {
    let catalogs = catalogs();
    assert!(catalogs.contains_key("fr") && catalogs.contains_key("en"));
    for (lang, catalog) in &catalogs {
        let names: Vec<&str> = catalog.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, NAMES, "{lang}");
        for ((name, sentence), (_, french)) in catalog.iter().zip(&catalogs["fr"]) {
            assert!(!sentence.trim().is_empty(), "{lang} {name}");
            let gaps = |s: &str| s.matches("{}").count();
            assert_eq!(gaps(sentence), gaps(french), "{lang} {name}");
            assert!(!sentence.contains('!'), "{lang} {name}: calm");
        }
    }
}

#[test]
fn sentences_are_found_and_filled() {
    let texts = Texts::new(&joined("fr"));
    assert_eq!(texts.get(Key::Send), "Envoyer");
    assert_eq!(texts.get(Key::You), "Vous");
    let mut scene = Scene::new(&texts);
    scene.fill(Key::Joined, "Camille");
    assert_eq!(scene.into_text(), "\u{3}Camille a rejoint la conversation.");
    assert_eq!(Texts::new("").get(Key::You), "", "a catalog that is too short is not fatal");
}
