//! Stopping in order, and what an operator sees.

use comptoir_protocol::{AnswerStatus, ByeCode, Event, ServerFrame};
use comptoir_tests::firm::{CONDENSED, LONG_QUESTION};
use comptoir_tests::{Desk, Seen, TestApp, engines};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_lets_the_reply_end_and_tells_visitors_to_come_back() {
    let engine = engines::slowly(CONDENSED, Duration::from_millis(60));
    let mut app = TestApp::builder().engine(engine).open().await;
    let mut visitor = app.visitor().await;
    visitor.say(LONG_QUESTION).await;
    let is_delta = |frame: &ServerFrame| matches!(frame, ServerFrame::Delta { .. }).then_some(());
    visitor.until("the first words", is_delta).await;
    app.ask_to_stop();
    let mut bye = None;
    let code = loop {
        match visitor.see().await {
            Seen::Closed(code) => break code,
            Seen::Frame(frame) => {
                if let ServerFrame::Bye { code, retry_ms } = *frame {
                    bye = Some((code, retry_ms));
                }
            }
        }
    };
    let (reason, retry_ms) = bye.expect("a goodbye before the end");
    assert_eq!((reason, code), (ByeCode::Restart, Some(1012)));
    assert!((100..=10_000).contains(&retry_ms));
    let last = visitor.log.last().expect("a log");
    let Event::BotMessage { text: kept, status, .. } = &last.event else {
        panic!("the reply did not end: {last:?}")
    };
    assert_eq!((kept.as_str(), *status), (CONDENSED, AnswerStatus::Complete));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_sees_health_and_numbers_but_no_words() {
    let app = TestApp::builder().engine(engines::dead()).open().await;
    let pages = Desk::visit(&app.url(""));
    assert_eq!(pages.get("/healthz").await.body, "ok");
    let ready = pages.get("/readyz").await;
    assert_eq!(ready.status, 200, "a dead engine does not close the counter");
    let ready: serde_json::Value = serde_json::from_str(&ready.body).expect("JSON");
    assert_eq!(ready["database"], true);
    assert_eq!(ready["knowledge"], true);
    assert_eq!(ready["engine"], "down");
    let mut visitor = app.visitor().await;
    visitor.ask("Combien coûte une réparation de crevaison ?").await;
    let numbers = pages.get("/metrics").await.body;
    for line in [
        "comptoir_connections 1",
        "comptoir_visitor_messages_total 1",
        "comptoir_replies_total{route=\"Answer\"} 1",
        "comptoir_first_text_seconds_count 1",
    ] {
        assert!(numbers.contains(line), "{line} is not in:\n{numbers}");
    }
    assert!(!numbers.contains("crevaison"));
    app.stop().await;
}
