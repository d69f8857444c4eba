//! Replies written with guesses, and threads tried anew, with the toy model.

use std::time::Duration;

use super::tests::{LONG, Running, Toy, start_with};
use super::*;
use crate::runtime::Retuned;
use crate::scheduler::Token;

/// A prompt that holds what the toy will say: the numbers that follow its own length.
fn telling(len: usize) -> Vec<Token> {
    (0..len).map(|at| Token::try_from(at + len).unwrap_or(0)).collect()
}

fn guessing(toy: Toy) -> Running {
    // Wide steps cost little here, so that guesses always pay.
    let costs = Costs::new(vec![(1, 10.0), (8, 11.0)]);
    start_with(toy, |worker| worker.with_costs(costs).guessing())
}

async fn told(worker: &Running, prompt: Vec<Token>, most: usize) -> (String, usize) {
    let reply = worker.ask_with(prompt, most, &[], LONG);
    let (text, finish) = reply.collect_text().await.expect("a reply");
    (text, finish.completion_tokens)
}

#[tokio::test]
async fn guesses_spare_steps_and_change_nothing() {
    let plain = start_with(Toy::default(), |worker| worker);
    let expected = told(&plain, telling(100), 40).await;
    let steps = plain.shared.status().totals.steps;
    plain.end();
    let worker = guessing(Toy::default());
    assert_eq!(told(&worker, telling(100), 40).await, expected);
    let status = worker.shared.status();
    let (drafted, accepted) = (status.totals.drafted_tokens, status.totals.accepted_tokens);
    assert!(status.totals.steps + 20 < steps, "{} and {steps} steps", status.totals.steps);
    assert!(accepted > 20 && accepted <= drafted, "{accepted} of {drafted}");
    worker.end();
}

#[tokio::test]
async fn wrong_guesses_are_taken_back() {
    let turns = vec![105, 106, 111, 118, 127];
    let plain = start_with(Toy { turns: turns.clone(), ..Toy::default() }, |worker| worker);
    let expected = told(&plain, telling(100), 40).await;
    plain.end();
    let worker = guessing(Toy { turns, ..Toy::default() });
    assert_eq!(told(&worker, telling(100), 40).await, expected);
    let totals = worker.shared.status().totals;
    assert!(totals.accepted_tokens < totals.drafted_tokens, "{totals:?}");
    worker.end();
}

#[tokio::test]
async fn a_guess_beyond_the_end_or_the_limit_is_not_shown() {
    let worker = guessing(Toy::default());
    // The toy ends a reply at 50.
    let (text, _) = told(&worker, telling(40), 40).await;
    assert!(text.ends_with("48 49 "), "{text}");
    let (text, written) = told(&worker, telling(100), 7).await;
    assert_eq!((written, text.as_str()), (7, "100 101 102 103 104 105 106 "));
    worker.end();
}

#[tokio::test]
async fn slow_steps_make_threads_be_tried_anew_when_nobody_asks() {
    let retuned = Some(Retuned { threads: 1, is_reduced: true, is_empty: true });
    let toy = Toy { retuned, pace: Duration::from_millis(3), ..Toy::default() };
    let long_ago = Instant::now() - Duration::from_secs(100);
    let pace = Pace::new(Costs::new(vec![(1, 10.0)]), long_ago);
    let worker = start_with(toy, |worker| worker.watching(pace));
    let before = told(&worker, telling(60), 40).await;
    let end = Instant::now() + LONG;
    while worker.shared.status().threads != 1 {
        assert!(Instant::now() < end, "no other number of threads was tried");
        tokio::task::yield_now().await;
    }
    assert_eq!(told(&worker, telling(60), 40).await, before, "it goes on with an empty memory");
    worker.end();
}
