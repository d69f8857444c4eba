//! The lying model against the guard: a thousand fluent lies, none shown.

#[path = "support/faq.rs"]
mod faq;

use comptoir_engine::scripted::Liar;
use comptoir_rag::document::EntryDoc;
use comptoir_rag::guard::{Guard, Sources};
use comptoir_rag::prompt::{self, PromptParts};
use comptoir_text::Lang;
use std::sync::Arc;

/// The demo firm's entries, three at a time, as a reply would be given them.
fn cases() -> Vec<(Vec<Arc<EntryDoc>>, String)> {
    let entries: Vec<Arc<EntryDoc>> = faq::demo_entries().into_iter().map(Arc::new).collect();
    entries
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let sources = entries.iter().cycle().skip(at).take(1 + at % 3).cloned().collect();
            (sources, entry.question.clone())
        })
        .collect()
}

/// What the guard shows of a reply that arrives in pieces of `size` bytes.
fn shown(entries: &[Arc<EntryDoc>], reply: &str, size: usize) -> String {
    let mut guard = Guard::new(Sources::new(entries.iter().map(AsRef::as_ref), Lang::Fr));
    let mut out = String::new();
    let mut piece = String::new();
    for c in reply.chars() {
        piece.push(c);
        if piece.len() >= size {
            out.push_str(&guard.push(&piece).text);
            piece.clear();
        }
    }
    out.push_str(&guard.push(&piece).text);
    out.push_str(&guard.finish().text);
    out
}

/// Whether every sentence shown stands word for word in an entry. The liar
/// never rewords honestly, so anything else that is shown is a lie.
fn honest(entries: &[Arc<EntryDoc>], text: &str) -> bool {
    text.split_inclusive([';', '.', '!', '?', '\n'])
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
        .all(|sentence| {
            entries.iter().any(|e| e.answer.contains(sentence) || e.question.contains(sentence))
        })
}

#[test]
fn a_thousand_lies_and_none_is_shown() {
    let cases = cases();
    let mut told = 0;
    for seed in 0..30 {
        for (entries, message) in &cases {
            let messages = prompt::build(PromptParts {
                firm: "Aubépine Chauffage",
                entries,
                message,
                before: None,
                lang: Lang::Fr,
            });
            let lie = Liar::seeded(seed).lie(&messages);
            let shown = shown(entries, &lie, 1 + usize::try_from(seed).expect("small") % 7);
            assert!(honest(entries, &shown), "shown: {shown:?}\nof the lie: {lie:?}");
            told += 1;
        }
    }
    assert!(told >= 1_000, "{told} lies are too few");
}

/// Small changes to true sentences, the hardest lies of all.
fn bent(sentence: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, c) in sentence.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let other = if c == '9' { '1' } else { '9' };
        let mut text = sentence.to_owned();
        text.replace_range(at..=at, &other.to_string());
        out.push(text);
    }
    for (said, contrary) in [
        ("sauf", "même"),
        ("à partir de", "pour"),
        ("jusqu’à", "pour"),
        ("gratuit", "payant"),
        ("offert", "facturé"),
        ("TTC", "HT"),
        ("avant", "après"),
        ("lundi", "dimanche"),
        ("samedi", "dimanche"),
        ("vendredi", "samedi"),
        ("dimanche", "samedi"),
        ("moins de", "plus de"),
        ("au moins", "au plus"),
        ("compris", "en plus"),
        ("sans ", "avec "),
        ("seulement", "toujours"),
    ] {
        if sentence.contains(said) {
            out.push(sentence.replacen(said, contrary, 1));
        }
    }
    for no in [" ne ", " n’", " n'"] {
        if sentence.contains(no) && (sentence.contains(" pas") || sentence.contains(" que ")) {
            let bare = sentence.replacen(no, " ", 1);
            out.push(bare.replacen(" pas", "", 1).replacen(" que ", " ", 1));
        }
    }
    if !sentence.contains("gratuit") {
        out.push(format!("Gratuitement, {sentence}"));
    }
    out.push(format!("Jusqu'à 50 € : {sentence}"));
    out
}

#[test]
fn bent_sentences_are_never_shown() {
    let entries: Vec<Arc<EntryDoc>> = faq::demo_entries().into_iter().map(Arc::new).collect();
    let mut tried = 0;
    let mut passed = Vec::new();
    for entry in &entries {
        let source = [Arc::clone(entry)];
        for sentence in entry.answer.split_inclusive(". ").map(str::trim) {
            for lie in bent(sentence).into_iter().filter(|lie| lie != sentence) {
                tried += 1;
                if !honest(&source, &shown(&source, &lie, 5)) {
                    passed.push(format!("{sentence}\n  -> {lie}"));
                }
            }
        }
    }
    assert!(tried > 500, "{tried} lies are too few");
    assert!(passed.is_empty(), "{} of {tried} passed:\n{}", passed.len(), passed.join("\n"));
}

#[test]
fn the_demo_firms_own_answers_all_pass() {
    for entry in faq::demo_entries() {
        let entry = Arc::new(entry);
        let text = shown(&[Arc::clone(&entry)], &entry.answer, 4);
        assert_eq!(text.trim(), entry.answer.trim(), "{}", entry.question);
    }
}
