//! A thousand requests, half of them given up at some moment: nothing may stay behind.

use super::models;
use super::table::{Table, setting};
use comptoir_engine::machine::own_memory;
use comptoir_engine::{
    ChatMessage, ClientKey, EngineError, EngineHandle, EngineParams, GenerateRequest, TextGenerator,
};
use futures::StreamExt;
use std::time::{Duration, Instant};

/// Requests under way at once.
const AT_ONCE: usize = 12;

/// Adds the row.
pub async fn row(table: &mut Table) {
    let requests = setting("COMPTOIR_BENCH_CANCELS", 1_000);
    let file = models().join("smollm2-135m-instruct-q4_1.gguf");
    let engine = EngineHandle::start(EngineParams { queue: 32, ..EngineParams::new(file) });
    engine.ready().await.expect("the small model loads");
    // What is taken once and for all is taken by then.
    work(&engine, 0..50).await;
    let before = own_memory().0;
    work(&engine, 50..requests).await;
    let end = Instant::now() + Duration::from_secs(30);
    while engine.status().running + engine.status().waiting > 0 && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (status, after) = (engine.status(), own_memory().0);
    let grown = after.saturating_sub(before) / 1_000_000;
    let totals = status.totals;
    let left = status.running + status.waiting;
    let settled = totals.cancelled + totals.completed + totals.late;
    let figure = format!(
        "{} of {requests} given up; {left} slots and {} requests left, {grown} MB more",
        totals.cancelled,
        totals.requests - settled
    );
    let holds = left == 0 && settled == totals.requests && grown < 64;
    table.judge("leaving in the middle", figure, "nothing left, < 64 MB", holds);
    engine.stop().await;
}

async fn work(engine: &EngineHandle, numbers: std::ops::Range<usize>) {
    let asked = numbers.map(|number| one(engine, number));
    futures::stream::iter(asked).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

/// Every other one leaves after some words, or before the first.
async fn one(engine: &EngineHandle, number: usize) {
    let request = GenerateRequest {
        messages: vec![ChatMessage::user(format!("Count from {number} on."))],
        max_tokens: 24,
        stop: vec![],
        deadline: Duration::from_secs(120),
        client: ClientKey(number as u64),
    };
    let mut reply = loop {
        match engine.generate(request.clone()).await {
            Ok(reply) => break reply,
            Err(EngineError::Busy { .. }) => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(error) => panic!("{error}"),
        }
    };
    // No chance: the same words are left after in every run.
    let words =
        if number.is_multiple_of(2) { usize::MAX } else { number.wrapping_mul(2_654_435_761) % 12 };
    for _ in 0..words {
        match reply.next().await {
            Some(chunk) => drop(chunk.expect("no error")),
            None => return,
        }
    }
}
