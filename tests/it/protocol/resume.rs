//! A broken connection loses nothing.

use comptoir_protocol::{ClientFrame, Epoch, Event, Resume, Seq, ServerFrame};
use comptoir_tests::firm::{CONDENSED, LONG_QUESTION};
use comptoir_tests::{TestApp, engines};
use std::time::Duration;

async fn what_was_missed_is_replayed(app: TestApp) {
    let mut phone = app.visitor().await;
    phone.say("Premier message").await;
    let mut laptop = app.stranger().await;
    laptop.token.clone_from(&phone.token);
    laptop.hello().await;
    phone.vanish();
    for n in 0..5 {
        laptop.say(&format!("Message numéro {n}")).await;
    }
    let held = phone.last_seq();
    let welcome = phone.come_back().await;
    assert_eq!(welcome.resume, Resume::Replay);
    assert_eq!(welcome.events.first().map(|event| event.seq), Some(held.next()));
    let seen = phone.last_seq();
    assert!(seen >= Seq(held.0 + 5));
    let common = phone.log.len().min(laptop.log.len());
    assert_eq!(phone.log[..common], laptop.log[..common]);
    phone.vanish();
    laptop.vanish();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_is_replayed_on_sqlite() {
    what_was_missed_is_replayed(TestApp::builder().open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_is_replayed_on_postgres() {
    what_was_missed_is_replayed(TestApp::builder().postgres().open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_the_gateway_does_not_know_is_replaced_by_a_snapshot() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    visitor.say("Un message").await;
    let whole = visitor.log.clone();
    visitor.epoch = Some(Epoch::from("une autre incarnation"));
    let welcome = visitor.come_back().await;
    assert_eq!(welcome.resume, Resume::Snapshot);
    assert_eq!(welcome.events[..whole.len()], whole[..]);

    let mut ahead = app.stranger().await;
    let mut hello = visitor.hello_frame();
    hello.seq = Seq(10_000);
    ahead.put(&ClientFrame::Hello(hello)).await;
    let snapshot = ahead
        .until("a welcome", |frame| {
            if let ServerFrame::Welcome(welcome) = frame { Some(welcome.clone()) } else { None }
        })
        .await;
    assert_eq!(snapshot.resume, Resume::Snapshot);
    assert_eq!(snapshot.events[..whole.len()], whole[..]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_answer_goes_on_where_it_was() {
    let engine = engines::slowly(CONDENSED, Duration::from_millis(60));
    let app = TestApp::builder().engine(engine).open().await;
    let mut visitor = app.visitor().await;
    let asked = visitor.say(LONG_QUESTION).await;
    let is_delta = |frame: &ServerFrame| matches!(frame, ServerFrame::Delta { .. }).then_some(());
    visitor.until("the first words", is_delta).await;
    let welcome = visitor.come_back().await;
    let so_far = welcome.answering.expect("an answer is under way").text;
    assert!(so_far.contains("119 €"), "{so_far}");
    let reply = visitor.reply_to(asked).await;
    assert_eq!(reply.text, CONDENSED);
    assert_eq!(reply.streamed.trim(), CONDENSED, "what was streamed is what is kept");
    let messages = visitor.log.iter().filter(|e| matches!(e.event, Event::BotMessage { .. }));
    assert_eq!(messages.count(), 1);
    app.stop().await;
}
