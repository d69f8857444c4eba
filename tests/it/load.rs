//! Many visitors at once: everybody is answered, once, in order; and how long
//! that takes. `cargo xtask bench visitors` prints the figures of the big run.

use comptoir_tests::{TestApp, Visitor, quantile};
use std::time::{Duration, Instant};

/// Questions the FAQ answers in its own words, with the fact expected.
const QUESTIONS: [(&str, &str); 2] = [
    ("Combien coûte une réparation de crevaison ?", "14 €"),
    ("Louez-vous des vélos électriques ?", "38 €"),
];

/// Times of one visitor's questions: until stored, until answered.
type Times = Vec<(Duration, Duration)>;

/// Asks in turns and notes the times.
async fn ask(mut visitor: Visitor, rounds: usize) -> Times {
    let mut times = Vec::new();
    for (question, fact) in QUESTIONS.into_iter().cycle().take(rounds) {
        let start = Instant::now();
        let asked = visitor.say(question).await;
        let stored = start.elapsed();
        let reply = visitor.reply_to(asked).await;
        assert!(reply.text.contains(fact), "{question}: {}", reply.text);
        times.push((stored, start.elapsed()));
    }
    times
}

async fn storm(visitors: usize, rounds: usize) -> Times {
    let app = TestApp::builder().open().await;
    let mut present = Vec::new();
    for _ in 0..visitors {
        present.push(app.visitor().await);
    }
    let asking: Vec<_> = present.into_iter().map(|v| tokio::spawn(ask(v, rounds))).collect();
    let mut times = Vec::new();
    for task in asking {
        times.extend(task.await.expect("a visitor was answered"));
    }
    app.stop().await;
    times
}

fn tell(visitors: usize, times: &Times) {
    let stored = || times.iter().map(|t| t.0).collect::<Vec<_>>();
    let answered = || times.iter().map(|t| t.1).collect::<Vec<_>>();
    eprintln!(
        "{visitors} visitors, {} questions: stored p50 {:?} p99 {:?}, answered p50 {:?} p99 {:?}",
        times.len(),
        quantile(&stored(), 0.5),
        quantile(&stored(), 0.99),
        quantile(&answered(), 0.5),
        quantile(&answered(), 0.99),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_visitors_at_once_are_all_answered() {
    let times = storm(40, 3).await;
    assert_eq!(times.len(), 120, "nobody was forgotten");
    tell(40, &times);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: cargo xtask bench visitors"]
async fn bench_of_visitors() {
    let times = storm(400, 5).await;
    assert_eq!(times.len(), 2_000, "nobody was forgotten");
    tell(400, &times);
}
