//! What would be answered after a change, over the real embedder and index,
//! while visitors are served from what is published.

mod support;

use comptoir_rag::document::EntryDoc;
use comptoir_rag::groups::{ALIKE, Asked, group};
use comptoir_rag::knowledge::Vectors;
use comptoir_rag::phrasings::leads_there;
use comptoir_rag::pipeline::{Outcome, Pipeline, Route};
use std::sync::Arc;
use support::{Firm, faq};
use uuid::Uuid;

async fn demo() -> Firm {
    Firm::from_file(&faq::demo_folder().join("faq.jsonl"), support::no_engine()).await
}

async fn with(firm: &Firm, changes: &[EntryDoc]) -> Pipeline {
    let drafted = firm.pipeline.knowledge().drafted(&firm.site, changes).await;
    firm.pipeline.over(Arc::new(drafted.expect("a draft")))
}

async fn asked(firm: &Firm, pipeline: &Pipeline, question: &str) -> Outcome {
    let outcome = pipeline.preview(&firm.site, "Aubépine", question).await;
    outcome.expect("an outcome")
}

#[tokio::test]
async fn a_draft_without_changes_answers_as_visitors_are_answered() {
    let firm = demo().await;
    let same = with(&firm, &[]).await;
    for entry in firm.desk.all().iter().step_by(5) {
        let (now, then) = (
            asked(&firm, &firm.pipeline, &entry.question).await,
            asked(&firm, &same, &entry.question).await,
        );
        assert_eq!((now.route, now.text), (then.route, then.text), "{}", entry.question);
        assert_eq!(now.trace.hits, then.trace.hits, "{}", entry.question);
    }
}

#[tokio::test]
async fn a_changed_answer_is_seen_in_the_draft_and_nowhere_else() {
    let firm = demo().await;
    let old = firm.desk.get("depannage-semaine");
    let answer = "Le forfait dépannage est de 71 € TTC.".to_owned();
    let new = EntryDoc { answer: answer.clone(), version: old.version + 1, ..old.clone() };
    let points = firm.pipeline.knowledge().index().count(&firm.site).await.expect("a count");
    let draft = with(&firm, &[new]).await;
    let then = asked(&firm, &draft, &old.question).await;
    assert_eq!((then.route, then.text), (Route::Answer, Some(answer)));
    let now = asked(&firm, &firm.pipeline, &old.question).await;
    assert_eq!(now.text.as_deref(), Some(old.answer.as_str()), "visitors have the draft");
    let after = firm.pipeline.knowledge().index().count(&firm.site).await.expect("a count");
    assert!(points <= after, "the draft took points away");
    let report = firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
    assert_eq!((report.written, report.removed), (0, 0), "the draft left something behind");
}

#[tokio::test]
async fn what_would_be_gone_or_new_is_gone_or_found() {
    let firm = demo().await;
    let old = firm.desk.get("depannage-semaine");
    let without = with(&firm, &[EntryDoc { live: false, ..old.clone() }]).await;
    let then = asked(&firm, &without, &old.question).await;
    assert!(then.citations.iter().all(|cited| cited.id != old.id), "{:?}", then.citations);
    let question = "Louez-vous des tondeuses à gazon ?".to_owned();
    let new = EntryDoc {
        id: Uuid::from_u128(0xabc),
        version: 1,
        external_id: None,
        question: question.clone(),
        alternatives: vec!["location de tondeuse".to_owned()],
        answer: "Oui, 12 € la journée.".to_owned(),
        ..old
    };
    let more = with(&firm, std::slice::from_ref(&new)).await;
    for asking in [question.as_str(), "location de tondeuse"] {
        let then = asked(&firm, &more, asking).await;
        assert_eq!(then.text.as_deref(), Some("Oui, 12 € la journée."), "{asking}");
        let now = asked(&firm, &firm.pipeline, asking).await;
        assert_ne!(now.route, Route::Answer, "{asking}");
    }
    let both = with(&firm, &[new.clone(), EntryDoc { live: false, ..new }]).await;
    assert_ne!(asked(&firm, &both, &question).await.route, Route::Answer, "the last word counts");
}

#[tokio::test]
async fn a_phrasing_leads_to_its_entry_or_is_another_ones() {
    let firm = demo().await;
    let entries = firm.desk.all();
    let (one, other) = (&entries[0], &entries[9]);
    firm.pipeline.knowledge().sync(&firm.site).await.expect("a sync");
    let knowledge = firm.pipeline.knowledge();
    let own = leads_there(knowledge, &firm.site, one, &one.alternatives[0]).await;
    assert!(own.expect("a look"));
    let foreign = leads_there(knowledge, &firm.site, one, &other.question).await;
    assert!(!foreign.expect("a look"), "{} is of another entry", other.question);
}

/// Pairs of the demo's phrasings: how often two of one entry are put together,
/// and how often two of different entries are.
#[tokio::test]
#[ignore = "a measure, not a check"]
async fn pairs_of_phrasings() {
    let firm = demo().await;
    let state = firm.pipeline.knowledge().state(&firm.site).await.expect("the entries");
    let entries = faq::entries(&faq::demo_folder().join("faq.jsonl"));
    let phrasings: Vec<(uuid::Uuid, String)> = entries
        .iter()
        .flat_map(|entry| {
            let texts = std::iter::once(&entry.question).chain(&entry.alternatives);
            texts.map(|text| (entry.id, text.clone()))
        })
        .collect();
    let texts: Vec<String> = phrasings.iter().map(|(_, text)| text.clone()).collect();
    let vectors = Vectors::new(support::embedder(), None);
    let found = vectors.of_visitor(&texts).await.expect("embeddings");
    let questions: Vec<Asked> = texts
        .iter()
        .zip(found)
        .map(|(text, vector)| Asked::new(text.clone(), vector, |term| state.all.idf(term)))
        .collect();
    let pairs = |alike: f32| {
        let (mut right, mut wrong) = (0, 0);
        for group in group(&questions, alike) {
            for (at, one) in group.all.iter().enumerate() {
                for other in &group.all[at + 1..] {
                    let same = phrasings[*one].0 == phrasings[*other].0;
                    *if same { &mut right } else { &mut wrong } += 1;
                }
            }
        }
        println!(
            "{alike:.2}: {} questions, pairs of one entry {right}, of two {wrong}",
            texts.len()
        );
    };
    for step in 0..14_u8 {
        pairs(0.34 + 0.04 * f32::from(step));
    }
    pairs(ALIKE);
}
