//! Fair use: refused in words a client understands, and nothing is lost.

use comptoir_protocol::{ClientFrame, ClientId, Event, Resume, ServerFrame};
use comptoir_tests::{Seen, TestApp, Visitor, until};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_messages_are_answered_busy_and_not_kept() {
    let app = TestApp::builder().config(|c| c.limits.messages_per_minute = 3).open().await;
    let mut visitor = app.visitor().await;
    for _ in 0..3 {
        visitor.say("Bonjour").await;
    }
    let id = ClientId::from("too-many");
    visitor.put(&ClientFrame::Send { id: id.clone(), text: "Encore".to_owned() }).await;
    let retry_ms = visitor
        .until("busy", |frame| {
            if let ServerFrame::Busy { id: Some(refused), retry_ms } = frame
                && *refused == id
            {
                return Some(*retry_ms);
            }
            None
        })
        .await;
    assert!((1..=20_000).contains(&retry_ms), "{retry_ms}");
    // Another visitor is not concerned.
    app.visitor().await.say("Et moi ?").await;
    visitor.come_back().await;
    let kept = |e: &Event| matches!(e, Event::VisitorMessage { id: kept, .. } if *kept == id);
    assert!(!visitor.log.iter().any(|e| kept(&e.event)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_cannot_write_more_by_being_many_visitors() {
    let app = TestApp::builder().config(|c| c.limits.messages_per_minute = 1).open().await;
    let mut busy = 0;
    for _ in 0..9 {
        let mut visitor = app.visitor().await;
        visitor.put(&ClientFrame::Send { id: ClientId::from("m"), text: "Bonjour".into() }).await;
        let answered = visitor.until("an answer", |frame| {
            let is_busy = matches!(frame, ServerFrame::Busy { .. });
            (is_busy || matches!(frame, ServerFrame::Ack { .. })).then_some(u32::from(is_busy))
        });
        busy += answered.await;
    }
    assert!((1..=3).contains(&busy), "{busy}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_keeps_sending_nonsense_is_let_go() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    for _ in 0..100 {
        visitor.put_raw(Message::text("{")).await;
    }
    let mut refused = 0;
    while !matches!(visitor.see().await, Seen::Closed(_)) {
        refused += 1;
    }
    assert!(refused < 40, "{refused}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_counted_by_address_and_in_all() {
    let app = TestApp::builder().config(|c| c.limits.connections_per_minute = 2).open().await;
    let origin = app.origin();
    let (_one, _two) = (app.stranger().await, app.stranger().await);
    let third = Visitor::try_connect(app.address, Some(&origin), "demo").await;
    assert_eq!(third.map(drop), Err(429));
    app.stop().await;

    let app = TestApp::builder().config(|c| c.limits.connections = 1).open().await;
    let origin = app.origin();
    let mut only = app.stranger().await;
    let second = Visitor::try_connect(app.address, Some(&origin), "demo").await;
    assert_eq!(second.map(drop), Err(503));
    only.vanish();
    let freed = async || Visitor::try_connect(app.address, Some(&origin), "demo").await.ok();
    drop(until(Duration::from_secs(10), "a place is free again", freed).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_that_is_too_large_ends_the_connection_not_the_conversation() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    visitor.say("Avant").await;
    let text = format!(r#"{{"t":"send","id":"big","text":"{}"}}"#, "x".repeat(17_000));
    visitor.put_raw(Message::text(text)).await;
    while !matches!(visitor.see().await, Seen::Closed(_)) {}
    let welcome = visitor.come_back().await;
    assert_eq!(welcome.resume, Resume::Replay);
    visitor.say("Après").await;
    app.stop().await;
}

/// A client that does not read: another one of the same visitor floods the
/// conversation until the gateway lets it go. Then it comes back and misses
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_is_too_slow_is_let_go_and_resumes() {
    // More than both kernels hold; less than a client of ours takes in one frame.
    const ENOUGH: usize = 1_200;
    let app = TestApp::builder().config(|c| c.limits.messages_per_minute = 600_000).open().await;
    let mut slow = app.visitor().await;
    let mut quick = app.stranger().await;
    quick.token.clone_from(&slow.token);
    quick.hello().await;
    // A person is asked for, so that the machine has nothing to say.
    let id = quick.fresh_id();
    quick.put(&ClientFrame::Human { id: id.clone() }).await;
    quick.acked(&id).await;
    // Kernel buffers hold megabytes; three-byte letters fill them sooner.
    let text = "€".repeat(4_000);
    let mut sent = 0;
    while sent < ENOUGH && connections(&app).await > 1 {
        for _ in 0..40 {
            quick.say(&text).await;
            sent += 1;
        }
    }
    until(Duration::from_secs(30), "the slow reader is let go", async || {
        (connections(&app).await <= 1).then_some(())
    })
    .await;
    let welcome = slow.come_back().await;
    assert!(matches!(welcome.resume, Resume::Replay | Resume::Snapshot));
    assert_eq!(slow.last_seq(), quick.last_seq());
    assert_eq!(slow.log, quick.log);
    app.stop().await;
}

async fn connections(app: &TestApp) -> u32 {
    let page = comptoir_tests::Desk::visit(&app.url("")).get("/metrics").await;
    let line = page.body.lines().find_map(|line| line.strip_prefix("comptoir_connections "));
    line.and_then(|count| count.trim().parse().ok()).expect("the number of connections")
}
