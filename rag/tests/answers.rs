//! The pipeline over the real embedder and the real index, with the demo
//! firm's entries. The model is a double here: what it does is the test.

mod support;

use comptoir_engine::TextGenerator;
use comptoir_engine::scripted::{Liar, Script, Scripted};
use comptoir_rag::document::EntryDoc;
use comptoir_rag::pipeline::{Ask, Route, Speaker, Turn};
use comptoir_rag::retrieve::Ranked;
use comptoir_text::Lang;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use support::asking::{answer, ask, cited, demo};
use support::{Desk, Firm, faq};

#[tokio::test]
async fn a_known_question_gets_the_entrys_words_without_a_model() {
    let firm = demo(support::no_engine()).await;
    for entry in firm.desk.all().iter().step_by(7) {
        let (outcome, shown) =
            answer(&firm, ask(&firm, &entry.question)).await.expect("an outcome");
        assert_eq!(outcome.route, Route::Answer, "{}", entry.question);
        assert_eq!(outcome.text.as_deref(), Some(entry.answer.as_str()));
        assert_eq!(shown, entry.answer);
        assert_eq!(cited(&outcome), [entry.external_id.as_deref().expect("demo ids")]);
        assert!(outcome.trace.hits.len() >= 10);
    }
}

#[tokio::test]
async fn an_edit_counts_at_once_and_the_old_version_never_again() {
    let firm = demo(support::no_engine()).await;
    let question = firm.desk.get("depannage-dimanche").question;
    let before = answer(&firm, ask(&firm, &question)).await.expect("an outcome").0;
    assert_eq!(before.route, Route::Answer);
    let mut entry = firm.desk.get("depannage-dimanche");
    entry.answer = "Le dimanche, le forfait est de 150 € TTC.".into();
    firm.desk.put(entry.clone());
    // Not synced yet: the old words must not be shown any more.
    let stale = answer(&firm, ask(&firm, &question)).await.expect("an outcome").0;
    assert!(!cited(&stale).contains(&"depannage-dimanche"), "{:?}", stale.text);
    let report = firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
    assert!(report.written <= 1);
    let after = answer(&firm, ask(&firm, &question)).await.expect("an outcome").0;
    assert_eq!(after.text.as_deref(), Some("Le dimanche, le forfait est de 150 € TTC."));
    assert_eq!(after.citations[0].version, 2);
    entry = firm.desk.get("depannage-dimanche");
    entry.live = false;
    firm.desk.put(entry);
    firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
    let gone = answer(&firm, ask(&firm, &question)).await.expect("an outcome").0;
    assert!(!cited(&gone).contains(&"depannage-dimanche"));
    assert!(gone.trace.hits.iter().all(|h| h.external_id.as_deref() != Some("depannage-dimanche")));
}

#[tokio::test]
async fn new_synonyms_count_at_once() {
    let firm = demo(support::no_engine()).await;
    let coined = ask(&firm, "un ouistiti ?");
    let first = async || -> Option<String> {
        firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
        let found = firm.pipeline.find(&coined).await.expect("hits");
        found.hits.first().and_then(|hit| hit.entry.external_id.clone())
    };
    assert_ne!(first().await.as_deref(), Some("thermostat"));
    firm.desk.set_synonyms(&["ouistiti", "thermostat"]);
    assert_eq!(first().await.as_deref(), Some("thermostat"));
    firm.desk.set_synonyms(&["ouistiti", "acompte"]);
    assert_eq!(first().await.as_deref(), Some("acompte"));
    firm.desk.set_synonyms(&[]);
    assert!(!matches!(first().await.as_deref(), Some("thermostat" | "acompte")));
}

#[tokio::test]
async fn while_the_faq_changes_nobody_asks_in_vain_or_is_told_what_was() {
    const ROUNDS: usize = 6;
    let firm = demo(support::no_engine()).await;
    let kept = ask(&firm, &firm.desk.get("thermostat").question);
    let edited = ask(&firm, &firm.desk.get("acompte").question);
    firm.pipeline.knowledge().sync(&firm.site).await.expect("a first sync");
    let done = AtomicBool::new(false);
    let changing = async {
        for round in 0..ROUNDS {
            let mut entry = firm.desk.get("acompte");
            entry.answer = format!("Un acompte de {round} % est demandé.");
            firm.desk.put(entry);
            firm.desk.set_synonyms(&["ouistiti", ["thermostat", "acompte"][round % 2]]);
            firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
        }
        done.store(true, Ordering::Relaxed);
    };
    let asking = async {
        let mut asked = 0;
        while !done.load(Ordering::Relaxed) {
            let found = firm.pipeline.find(&kept).await.expect("hits");
            let first = found.hits.first().and_then(|hit| hit.entry.external_id.clone());
            assert_eq!(first.as_deref(), Some("thermostat"), "after {asked} questions");
            let least = firm.desk.get("acompte").version;
            let found = firm.pipeline.find(&edited).await.expect("hits");
            let is_old = |hit: &Ranked| {
                hit.entry.external_id.as_deref() == Some("acompte") && hit.entry.version < least
            };
            assert!(!found.hits.iter().any(is_old), "an old version after {asked} questions");
            asked += 1;
        }
        asked
    };
    let ((), asked) = tokio::join!(changing, asking);
    assert!(asked >= ROUNDS, "{asked} questions were asked meanwhile");
    let found = firm.pipeline.find(&edited).await.expect("hits");
    assert_eq!(found.hits[0].entry.answer, format!("Un acompte de {} % est demandé.", ROUNDS - 1));
}

#[tokio::test]
async fn a_question_in_english_is_written_and_guarded() {
    let lying = Scripted::saying("A callout on Sunday costs 99 €. Call 01 99 00 00 00.");
    let firm = demo(Arc::new(lying)).await;
    let entry = firm.desk.get("depannage-dimanche");
    let mut english = ask(&firm, "How much does a repair cost on Sundays or public holidays?");
    english.lang = Lang::En;
    let (outcome, shown) = answer(&firm, english).await.expect("an outcome");
    assert!(!shown.contains("99") && !outcome.text.clone().unwrap_or_default().contains("99"));
    if outcome.route == Route::Answer {
        assert_eq!(outcome.text.as_deref(), Some(entry.answer.as_str()));
    }
}

#[tokio::test]
async fn a_question_in_another_language_is_looked_up_in_the_faqs_own() {
    let german = |firm: &Firm| Ask {
        lang: Lang::De,
        ..ask(firm, "Was kostet es, wenn Sie am Sonntag kommen müssen?")
    };
    let alone = demo(support::no_engine()).await;
    let (outcome, _) = answer(&alone, german(&alone)).await.expect("an outcome");
    assert_ne!(outcome.route, Route::Answer, "nobody translated, nothing is certain");
    let entry = alone.desk.get("depannage-dimanche");
    let firm = demo(Arc::new(Scripted::saying(entry.question.clone()))).await;
    let (outcome, _) = answer(&firm, german(&firm)).await.expect("an outcome");
    assert_eq!(outcome.route, Route::Answer);
    // What the double then writes in German states nothing: the entry's words.
    assert_eq!(outcome.text.as_deref(), Some(entry.answer.as_str()));
    assert_eq!(outcome.lang, "de");
}

#[tokio::test]
async fn the_liar_shows_nothing_that_no_entry_says() {
    let firm = demo(Arc::new(Liar::seeded(11))).await;
    let answers: Vec<String> = firm.desk.all().into_iter().map(|e| e.answer).collect();
    for entry in firm.desk.all() {
        let mut question = ask(&firm, &entry.question);
        // A page in another language sends every known question to the model.
        question.text = format!("Please: {}", entry.question);
        question.lang = Lang::En;
        let (outcome, shown) = answer(&firm, question).await.expect("an outcome");
        for text in [shown, outcome.text.unwrap_or_default()] {
            let honest = text
                .split_inclusive(['.', ';', '!', '?', '\n'])
                .map(str::trim)
                .all(|s| answers.iter().any(|answer| answer.contains(s)));
            assert!(honest, "{}: {text}", entry.question);
        }
    }
}

#[tokio::test]
async fn a_follow_up_is_understood_from_the_turn_before() {
    let firm = demo(support::no_engine()).await;
    let mut question = ask(&firm, "et le dimanche ?");
    question.history = vec![
        Turn {
            speaker: Speaker::Visitor, text: "Combien coûte un dépannage en semaine ?".into()
        },
        Turn { speaker: Speaker::Assistant, text: firm.desk.get("depannage-semaine").answer },
    ];
    let found = firm.pipeline.find(&question).await.expect("hits");
    assert_eq!(found.hits[0].entry.external_id.as_deref(), Some("depannage-dimanche"));
    assert!(found.before.is_some());
}

#[tokio::test]
async fn two_questions_get_both_answers() {
    let firm = demo(support::no_engine()).await;
    let (a, b) = (firm.desk.get("depannage-samedi"), firm.desk.get("depannage-dimanche"));
    let text = format!("{} {}", a.question, b.question);
    let outcome = answer(&firm, ask(&firm, &text)).await.expect("an outcome").0;
    assert_eq!(cited(&outcome), ["depannage-samedi", "depannage-dimanche"]);
    let text = outcome.text.expect("both answers");
    assert!(text.contains(&a.answer) && text.contains(&b.answer));
}

#[tokio::test]
async fn a_dead_silent_or_full_engine_never_fails_a_visitor() {
    use comptoir_engine::{EngineError, Unavailable};
    let broken = [
        Script::Refuse(EngineError::Unavailable { reason: Unavailable::Stopped }),
        Script::Break { text: "Le ".into(), error: EngineError::Deadline },
        Script::Say(String::new()),
    ];
    for script in broken {
        let firm = demo(Arc::new(Scripted::new([script]))).await;
        for text in
            ["tarif du déplacement", "Do you work on Sundays?", "vous faites les piscines ?"]
        {
            let (outcome, _) = answer(&firm, ask(&firm, text)).await.expect("an outcome");
            assert!(outcome.route != Route::Answer || outcome.text.is_some());
        }
    }
}

#[tokio::test]
async fn without_an_engine_what_probably_answers_is_given_beside_a_person() {
    let firm = demo(support::no_engine()).await;
    let question = ask(&firm, "j'ai une chaudière au mazout, combien pour sa révision annuelle");
    let (outcome, _) = answer(&firm, question).await.expect("an outcome");
    let entry = firm.desk.get("entretien-fioul");
    assert_eq!(outcome.text.as_deref(), Some(entry.answer.as_str()), "{}", outcome.reason);
    assert_eq!(cited(&outcome), ["entretien-fioul"]);
}

#[tokio::test]
async fn bad_input_gets_a_sensible_route() {
    let firm = demo(support::no_engine()).await;
    let noise = "zq wx ".repeat(700);
    for text in [
        "",
        "   ",
        "🙂🙂🙂",
        &noise,
        "你好，请问多少钱？",
        "<script>alert(1)</script>",
        "\u{202e}txet desrever\u{202c}",
        "a\u{200b}b\u{200b}c",
        "\u{0}\u{7}",
        "?????",
    ] {
        let started = std::time::Instant::now();
        let (outcome, _) = answer(&firm, ask(&firm, text)).await.expect("an outcome");
        assert_eq!(outcome.route, Route::OfferHuman, "{text:?}: {:?}", outcome.text);
        assert!(started.elapsed().as_secs() < 60, "a busy machine is slow, not stuck");
    }
}

#[tokio::test]
async fn tiny_double_and_long_faqs_work() {
    let none = Firm::with(Desk::default(), support::no_engine()).await;
    let outcome = answer(&none, ask(&none, "Où êtes-vous ?")).await.expect("an outcome").0;
    assert_eq!((outcome.route, outcome.reason), (Route::OfferHuman, "nothing_found"));
    let desk = Desk::default();
    let template = faq::demo_entries().swap_remove(0);
    for (id, answer) in [(1, "À Angers."), (2, "À Angers."), (3, &*"Très long. ".repeat(3_000))]
    {
        desk.put(EntryDoc {
            id: uuid::Uuid::from_u128(id),
            external_id: Some(format!("e{id}")),
            question: "Où se trouve l'atelier ?".into(),
            alternatives: Vec::new(),
            keywords: Vec::new(),
            answer: answer.into(),
            ..template.clone()
        });
    }
    let firm = Firm::with(desk, support::no_engine()).await;
    let found = firm.pipeline.find(&ask(&firm, "où est l'atelier")).await.expect("hits");
    assert_eq!(found.hits.len(), 3);
}

#[tokio::test]
async fn of_several_near_entries_the_text_is_the_best_ones_alone() {
    let firm = demo(support::no_engine()).await;
    let mut several = 0;
    for question in [
        "combien coûte la venue d'un plombier",
        "je voudrais changer mon installation de chauffage",
        "quel délai pour un rendez-vous",
        "vous faites les vieilles maisons",
        "comment régler la facture des travaux",
    ] {
        let (outcome, _) = answer(&firm, ask(&firm, question)).await.expect("an outcome");
        if outcome.route == Route::OfferHuman && outcome.citations.len() > 1 {
            several += 1;
            let best = outcome.citations[0].answer.trim();
            assert_eq!(outcome.text.as_deref(), Some(best), "{question}");
        }
    }
    assert!(several > 0, "no question of these has several near entries");
}

#[tokio::test]
async fn leaving_cancels_the_reply() {
    let engine = Arc::new(Scripted::new([Script::Hang]));
    let firm = demo(Arc::clone(&engine) as Arc<dyn TextGenerator>).await;
    let mut english = ask(&firm, "How much does a repair cost on Sundays or public holidays?");
    english.lang = Lang::En;
    let pieces = firm.pipeline.answer(english).await.expect("a stream");
    drop(pieces);
    // The work ends by itself; nothing to wait for but the scheduler.
    for _ in 0..200 {
        if engine.status().running == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the reply still runs");
}
