//! The memo before a double that says something else each time.

use std::time::Duration;

use super::*;
use crate::ClientKey;
use crate::scripted::{Script, Scripted};

fn request(system: &str, user: &str) -> GenerateRequest {
    GenerateRequest {
        messages: vec![ChatMessage::system(system), ChatMessage::user(user)],
        max_tokens: 50,
        stop: vec![],
        deadline: Duration::from_secs(5),
        client: ClientKey(1),
    }
}

fn memo(scripts: impl IntoIterator<Item = Script>, most: usize) -> (Memo, Arc<Scripted>) {
    let inner = Arc::new(Scripted::new(scripts));
    (Memo::new(Arc::clone(&inner) as Arc<dyn TextGenerator>, most), inner)
}

fn saying(words: [&str; 4]) -> Vec<Script> {
    words.map(|word| Script::Say(word.to_owned())).into()
}

async fn reply(memo: &Memo, request: GenerateRequest) -> String {
    let generation = memo.generate(request).await.expect("accepted");
    generation.collect_text().await.expect("a reply").0
}

#[tokio::test]
async fn the_same_request_is_answered_once() {
    let (memo, inner) = memo(saying(["un", "deux", "trois", "quatre"]), 9);
    assert_eq!(reply(&memo, request("entry 1", "Ouvert lundi ?")).await, "un");
    let mut again = request("entry 1", "  Ouvert\n lundi ? ");
    (again.client, again.deadline) = (ClientKey(2), Duration::from_secs(9));
    assert_eq!(reply(&memo, again).await, "un", "blanks, visitor and deadline change nothing");
    assert_eq!(reply(&memo, request("entry 2", "Ouvert lundi ?")).await, "deux", "a new version");
    assert_eq!(reply(&memo, request("entry 1", "ouvert lundi ?")).await, "trois", "other words");
    let shorter = GenerateRequest { max_tokens: 9, ..request("entry 1", "Ouvert lundi ?") };
    assert_eq!(reply(&memo, shorter).await, "quatre");
    assert_eq!(inner.seen().len(), 4);
    let counts = memo.status().memo;
    assert_eq!((counts.hits, counts.misses, counts.held), (1, 4, 4));
}

#[tokio::test]
async fn what_did_not_end_by_itself_is_not_kept() {
    let broken = Script::Break { text: "Nous".into(), error: EngineError::Cancelled };
    let slow = Script::SaySlowly {
        text: "Nous ouvrons le lundi à neuf heures".into(),
        first: Duration::ZERO,
        between: Duration::from_millis(40),
    };
    let (memo, _) = memo([broken, slow.clone(), slow, Script::Say("Oui.".into())], 9);
    let broken = memo.generate(request("e", "q")).await.expect("accepted");
    assert!(broken.collect_text().await.is_err());
    let late = GenerateRequest { deadline: Duration::from_millis(60), ..request("e", "q") };
    assert!(reply(&memo, late).await.starts_with("Nous"));
    let mut left = memo.generate(request("e", "q")).await.expect("accepted");
    assert!(futures::StreamExt::next(&mut left).await.is_some());
    drop(left);
    assert_eq!(memo.status().memo.held, 0);
    assert_eq!(reply(&memo, request("e", "q")).await, "Oui.");
    assert_eq!(memo.status().memo.held, 1);
}

#[tokio::test]
async fn verdicts_are_kept_by_entries_and_question() {
    let score = |value: f32| {
        let target_logprobs = vec![value];
        vec![Score { token_logprobs: vec![], target_logprobs, cached_tokens: 0 }]
    };
    let scripted = Scripted::saying("").with_scores([score(-1.0), score(-2.0), score(-3.0)]);
    let memo = Memo::new(Arc::new(scripted), 9);
    let ask = |entry: &str, question: &str| ScoreRequest {
        candidates: vec![vec![ChatMessage::system(entry)]],
        question: question.into(),
        closing: "Oui ou Non.".into(),
        targets: vec!["Oui".into()],
        deadline: Duration::from_secs(5),
        client: ClientKey(1),
    };
    let first = memo.score(ask("entry", "Ouvert ?")).await.expect("scores");
    assert_eq!(memo.score(ask("entry", "Ouvert  ?")).await.expect("scores"), first);
    assert_ne!(memo.score(ask("entry 2", "Ouvert ?")).await.expect("scores"), first);
    assert_ne!(memo.score(ask("entry", "Fermé ?")).await.expect("scores"), first);
}
