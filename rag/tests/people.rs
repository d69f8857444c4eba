//! Who needs a person, by meaning: on sentences that nothing was fitted on.

mod support;

use comptoir_rag::people::{Faq, Head, Need};
use comptoir_rag::pipeline::{Outcome, Route};
use support::{Firm, faq, needs};

#[tokio::test]
async fn the_head_holds_on_sentences_it_was_not_fitted_on() {
    let head = Head::built_in(&support::embedder_id().await).expect("it ships");
    let (mut missed, mut excess, mut people, mut others) = (Vec::new(), Vec::new(), 0, 0);
    for (example, text) in needs::embedded(needs::UNSEEN).await {
        let found = head.need(&example.vector, Faq::Unknown);
        match example.need {
            Some(_) => {
                people += 1;
                missed.extend(found.is_none().then_some(text));
            }
            None => {
                others += 1;
                excess.extend(found.is_some().then_some(text));
            }
        }
    }
    println!(
        "{} of {people} that need a person reach one, {} of {others} others would",
        people - missed.len(),
        excess.len()
    );
    assert!(people + others >= 140);
    assert!(missed.len() * 100 <= people * 10, "{} of {people}: {missed:?}", missed.len());
    assert!(excess.len() * 100 <= others * 5, "{} of {others}: {excess:?}", excess.len());
}

async fn asked(firm: &Firm, text: &str) -> Outcome {
    firm.pipeline.preview(&firm.site, "Aubépine Chauffage", text).await.expect("an outcome")
}

#[tokio::test]
async fn a_need_is_seen_before_the_faq_speaks_and_a_known_question_is_answered() {
    let firm = Firm::from_file(&faq::demo_folder().join("faq.jsonl"), support::no_engine()).await;
    let outcome = asked(&firm, "le tuyau vient de se percer, la cuisine est sous l'eau").await;
    assert_eq!((outcome.route, outcome.reason), (Route::Handover, Need::Water.word()));
    let outcome = asked(&firm, "vos gars sont repartis en laissant tout en plan").await;
    assert_eq!((outcome.route, outcome.reason), (Route::Handover, Need::Complaint.word()));
    assert!(outcome.text.is_none() && !outcome.trace.judged);
    for entry in firm.desk.all() {
        for text in std::iter::once(&entry.question).chain(&entry.alternatives) {
            let outcome = asked(&firm, text).await;
            assert_eq!(outcome.route, Route::Answer, "{text}: {}", outcome.reason);
            let cited = outcome.citations.first().map(|cited| cited.id);
            assert_eq!(cited, Some(entry.id), "{text}");
            assert!(!outcome.trace.judged);
        }
    }
}
