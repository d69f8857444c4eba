//! A visitor waits for the model's first word only so long; then the entry's
//! own words are there. The engine is a double: its slowness is the test.

mod support;

use comptoir_engine::TextGenerator;
use comptoir_engine::scripted::{Script, Scripted};
use comptoir_rag::pipeline::{Ask, Outcome, Piece, Route};
use comptoir_text::Lang;
use futures::StreamExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Firm, faq};

/// An answer longer than this is put in the model's words.
const LONG: usize = 600;
/// A sentence of that entry, which the guard lets through.
const SAID: &str = "Les pièces sont en plus, sur accord avant la réparation.";

async fn firm(engine: &Arc<Scripted>) -> Firm {
    let engine = Arc::clone(engine) as Arc<dyn TextGenerator>;
    Firm::from_file(&faq::demo_folder().join("faq.jsonl"), engine).await
}

/// Asks for the entry with the demo's longest answer, made longer still.
async fn asked(firm: &Firm, first_word: Option<Duration>) -> (Outcome, Duration) {
    let mut entry = firm.desk.get("depannage-semaine");
    if entry.answer.chars().count() <= LONG {
        entry.answer = [entry.answer.as_str(); 4].join(" ");
        firm.desk.put(entry.clone());
        firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
    }
    let ask = Ask {
        site: firm.site.clone(),
        firm: "Ardelune".into(),
        text: entry.question,
        lang: Lang::Fr,
        history: Vec::new(),
        client: 1,
        first_word,
    };
    let start = Instant::now();
    let mut pieces = firm.pipeline.answer(ask).await.expect("pieces");
    while let Some(piece) = pieces.next().await {
        if let Piece::Done(outcome) = piece.expect("no error") {
            return (*outcome, start.elapsed());
        }
    }
    panic!("no end")
}

fn slow() -> Script {
    Script::SaySlowly { text: SAID.into(), first: Duration::from_secs(3), between: Duration::ZERO }
}

#[tokio::test]
async fn a_first_word_that_is_late_is_not_waited_for() {
    let engine = Arc::new(Scripted::new([slow()]));
    let firm = firm(&engine).await;
    let (outcome, took) = asked(&firm, Some(Duration::from_millis(300))).await;
    assert_eq!((outcome.route, outcome.reason), (Route::Answer, "first_word_late"));
    assert!(outcome.text.is_some_and(|text| text.chars().count() > LONG), "its own words");
    assert!(took < Duration::from_secs(2), "{took:?}");
    let (outcome, _) = asked(&firm, Some(Duration::from_secs(60))).await;
    assert_eq!(outcome.reason, "written");
    let (outcome, _) = asked(&firm, None).await;
    assert_eq!(outcome.reason, "written");
}

#[tokio::test]
async fn a_queue_that_is_too_long_is_not_joined() {
    let engine = Arc::new(Scripted::saying(SAID));
    engine.set_expected_wait(Duration::from_secs(9));
    let firm = firm(&engine).await;
    let (outcome, _) = asked(&firm, Some(Duration::from_secs(2))).await;
    assert_eq!((outcome.route, outcome.reason), (Route::Answer, "first_word_late"));
    assert!(engine.seen().is_empty(), "nobody was asked");
    engine.set_expected_wait(Duration::from_secs(1));
    assert_eq!(asked(&firm, Some(Duration::from_secs(2))).await.0.reason, "written");
}
