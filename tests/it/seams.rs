//! A model that lies, hangs or is not there: the visitor is told nothing
//! false, people still work, the owner sees it.

use comptoir_engine::EngineError;
use comptoir_engine::scripted::Script;
use comptoir_protocol::{AnswerStatus, ClientFrame, Event, Route};
use comptoir_tests::firm::{ARTISAN, Faq, LONG_QUESTION, OWNER};
use comptoir_tests::{Desk, TestApp, Visitor, engines};
use std::collections::BTreeSet;

/// Numbers, addresses and the like: every run of letters, digits and their
/// glue that holds a digit, an `@` or `://`.
fn facts(text: &str) -> BTreeSet<String> {
    let glue = |c: char| !(c.is_alphanumeric() || matches!(c, '@' | ':' | '/' | '-' | ','));
    let words = text.split(|c: char| glue(c) && c != '.');
    let is_fact =
        |w: &&str| w.contains(|c: char| c.is_ascii_digit() || c == '@') || w.contains("://");
    let trimmed = |w: &str| w.trim_matches(['.', ',', ':', '-', '/']).to_owned();
    words.filter(is_fact).map(trimmed).filter(|w| !w.is_empty()).collect()
}

fn known_facts() -> BTreeSet<String> {
    let faq = std::fs::read_to_string(Faq::Workshop.path().expect("its file")).expect("the FAQ");
    let settings =
        std::fs::read_to_string(comptoir_tests::firm::settings_file()).expect("the firm");
    facts(&format!("{faq} {settings}"))
}

/// Everything the visitor was shown by the machine, streamed or kept.
fn shown(visitor: &Visitor) -> Vec<String> {
    let kept = visitor.log.iter().filter_map(|e| {
        if let Event::BotMessage { text, .. } = &e.event { Some(text.clone()) } else { None }
    });
    kept.chain(visitor.streamed.values().cloned()).collect()
}

fn is_supported(visitor: &Visitor) {
    let known = known_facts();
    for text in shown(visitor) {
        let invented: Vec<String> = facts(&text).difference(&known).cloned().collect();
        assert!(invented.is_empty(), "{invented:?} is in no entry: {text}");
    }
}

#[test]
fn the_measure_sees_an_invented_fact() {
    let known = known_facts();
    for lie in ["Comptez 480,50 euros.", "Voir https://tarifs-17.example.fr", "promo12@example.fr"]
    {
        assert!(!facts(lie).is_subset(&known), "{lie}");
    }
    for truth in ["La réparation coûte 14 €.", "De 9 h 30 à 18 h 45."] {
        assert!(facts(truth).is_subset(&known), "{truth}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_lie_reaches_the_visitor_in_any_frame() {
    let app = TestApp::builder().engine(engines::lying(7)).open().await;
    let desk = Desk::visit(&app.url(""));
    let questions = [
        LONG_QUESTION,
        "What does the full service include?",
        "Il y a quoi dans la révision ?",
        "How much is a puncture repair?",
        "Combien de temps gardez-vous le vélo et combien coûte la révision ?",
        "Do you rent electric bikes?",
    ];
    for question in questions {
        for _ in 0..3 {
            let mut visitor = app.visitor().await;
            let reply = visitor.ask(question).await;
            assert_eq!(reply.status, AnswerStatus::Complete);
            assert!(!reply.text.is_empty());
            is_supported(&visitor);
        }
    }
    let numbers = desk.get("/metrics").await.body;
    let stops = numbers.lines().find_map(|l| l.strip_prefix("comptoir_guard_stops_total "));
    let stops: u32 = stops.and_then(|n| n.trim().parse().ok()).expect("a number");
    assert!(stops > 0, "the liar was never heard");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_turns_false_in_the_middle_is_not_shown_as_the_answer() {
    let half = "La révision complète coûte 119 €. Elle est gratuite pour les moins de 26 ans.";
    let engine = engines::saying(half);
    let app = TestApp::builder().engine(engine.clone()).open().await;
    let mut visitor = app.visitor().await;
    let reply = visitor.ask(LONG_QUESTION).await;
    assert_eq!(engine.seen().len(), 1, "the model was asked");
    is_supported(&visitor);
    assert!(!shown(&visitor).iter().any(|text| text.contains("26 ans")));
    assert!(
        reply.text.contains("119 €") && !reply.text.contains("gratuite pour"),
        "{}",
        reply.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_breaks_refuses_or_stays_silent_costs_no_answer() {
    let broken = Script::Break {
        text: "La révision complète coûte 119 €. Elle".to_owned(),
        error: EngineError::Cancelled,
    };
    for script in [broken, Script::Refuse(EngineError::Unsupported), Script::Hang] {
        let engine = engines::scripted([script.clone()]);
        let app = TestApp::builder().engine(engine).config(|c| c.engine.deadline_ms = 2_500);
        let app = app.open().await;
        let mut visitor = app.visitor().await;
        let reply = visitor.ask(LONG_QUESTION).await;
        assert_eq!(reply.route, Route::Answer, "{script:?}");
        assert!(reply.text.contains("119 €") && reply.text.contains("90 jours"), "{script:?}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_model_the_faq_and_people_still_answer_and_the_owner_sees_it() {
    let cases = [
        (engines::dead(), "Cause : il s'est arrêté sur une erreur."),
        (engines::loading(), "Le modèle se charge (40 %)"),
    ];
    for (engine, banner) in cases {
        let app = TestApp::builder().engine(engine).open().await;
        let owner = Desk::signed_in(&app.url(""), OWNER).await;
        assert!(owner.get("/admin/inbox").await.shows(banner), "{banner}");
        let mut visitor = app.visitor().await;
        for (question, fact) in [(LONG_QUESTION, "90 jours"), ("Prix pour une crevaison", "14 €")]
        {
            let reply = visitor.ask(question).await;
            assert!(reply.text.contains(fact), "{banner}, {question}: {}", reply.text);
        }
        a_person_answers(&app, &mut visitor).await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_embedder_every_question_is_offered_a_person() {
    let app = TestApp::builder().without_search().open().await;
    let mut visitor = app.visitor().await;
    let reply = visitor.ask("Prix pour une crevaison").await;
    assert_eq!(reply.route, Route::OfferHuman);
    assert!(reply.text.contains("Je ne peux pas répondre pour le moment."), "{}", reply.text);
    assert!(reply.citations.is_empty());
    a_person_answers(&app, &mut visitor).await;
    app.stop().await;
}

async fn a_person_answers(app: &TestApp, visitor: &mut Visitor) {
    let id = visitor.fresh_id();
    visitor.put(&ClientFrame::Human { id: id.clone() }).await;
    visitor.acked(&id).await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    assert_eq!(desk.reply(&key, "Je vous écoute.").await.status, 303);
    let wrote =
        |e: &Event| matches!(e, Event::AgentMessage { text, .. } if text == "Je vous écoute.");
    visitor.event("a person answers", wrote).await;
}
