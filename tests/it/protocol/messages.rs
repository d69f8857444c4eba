//! What a visitor sends: kept exactly once, acknowledged when on disk,
//! refused by name.

use comptoir_protocol::{ClientFrame, ClientId, ErrorCode, Event, ServerFrame};
use comptoir_storage::model::ConversationKey;
use comptoir_tests::{TestApp, Visitor};
use tokio_tungstenite::tungstenite::Message;

async fn refusal(visitor: &mut Visitor) -> (ErrorCode, Option<ClientId>) {
    let picked = visitor.until("an error", |frame| {
        if let ServerFrame::Error { code, id } = frame { Some((*code, id.clone())) } else { None }
    });
    picked.await
}

fn send(id: &str, text: &str) -> ClientFrame {
    ClientFrame::Send { id: ClientId::from(id), text: text.to_owned() }
}

fn written(visitor: &Visitor) -> Vec<&str> {
    let text =
        |e: &'_ comptoir_protocol::NumberedEvent| matches!(e.event, Event::VisitorMessage { .. });
    let events = visitor.log.iter().filter(|e| text(e));
    events
        .filter_map(|e| {
            if let Event::VisitorMessage { text, .. } = &e.event {
                Some(text.as_str())
            } else {
                None
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_taken_before_the_notice_was_shown() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.stranger().await;
    visitor.hello().await;
    visitor.put(&send("early", "Bonjour")).await;
    let refused = refusal(&mut visitor).await;
    assert_eq!(refused, (ErrorCode::NoticeRequired, Some(ClientId::from("early"))));
    visitor.notice().await;
    visitor.put(&send("early", "Bonjour")).await;
    visitor.acked(&ClientId::from("early")).await;
    assert_eq!(written(&visitor), ["Bonjour"]);
    app.stop().await;
}

async fn a_message_sent_again_is_one_message(app: TestApp) {
    let mut visitor = app.visitor().await;
    let id = ClientId::from("m-1");
    visitor.put(&send("m-1", "Faites-vous les tandems ?")).await;
    let first = visitor.acked(&id).await;
    let held_before_ack = visitor.log.iter().any(|event| event.seq == first);
    assert!(held_before_ack, "the event comes before its acknowledgement");
    visitor.put(&send("m-1", "Faites-vous les tandems ?")).await;
    assert_eq!(visitor.acked(&id).await, first);
    visitor.come_back().await;
    visitor.put(&send("m-1", "Faites-vous les tandems ?")).await;
    assert_eq!(visitor.acked(&id).await, first);
    visitor.put(&send("m-1", "Tout autre chose")).await;
    assert_eq!(refusal(&mut visitor).await, (ErrorCode::IdReused, Some(id)));
    let key = visitor.conversation.as_ref().expect("a conversation").0.parse().expect("a key");
    let kept = app.storage.events(ConversationKey(key), comptoir_protocol::Seq(0), 100).await;
    let kept = kept.expect("the log");
    let messages = kept.iter().filter(|e| matches!(e.event, Event::VisitorMessage { .. }));
    assert_eq!(messages.count(), 1);
    visitor.vanish();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_again_is_one_message_on_sqlite() {
    a_message_sent_again_is_one_message(TestApp::builder().open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_again_is_one_message_on_postgres() {
    a_message_sent_again_is_one_message(TestApp::builder().postgres().open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_a_frame_is_refused_and_the_conversation_goes_on() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    let deep = format!("{{\"t\":{}1{}}}", "[".repeat(7_000), "]".repeat(7_000));
    let frames = [
        Message::text("{"),
        Message::text(r#"{"t":"danser"}"#),
        Message::text(deep),
        Message::text(r#"{"t":"send","id":7,"text":"x"}"#),
        Message::text(r#"{"t":"send","id":"un identifiant avec espaces","text":"x"}"#),
        Message::binary(b"{}".to_vec()),
    ];
    for frame in frames {
        visitor.put_raw(frame).await;
        assert_eq!(refusal(&mut visitor).await, (ErrorCode::BadFrame, None));
    }
    visitor.put(&ClientFrame::Ping).await;
    visitor.until("the pong", |frame| matches!(frame, ServerFrame::Pong).then_some(())).await;
    visitor.say("Tout va bien.").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_has_one_to_four_thousand_characters() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    visitor.put(&send("long", &"é".repeat(4_001))).await;
    let long = (ErrorCode::MessageTooLong, Some(ClientId::from("long")));
    assert_eq!(refusal(&mut visitor).await, long);
    visitor.put(&send("blank", " \u{200b}\n ")).await;
    let blank = (ErrorCode::EmptyMessage, Some(ClientId::from("blank")));
    assert_eq!(refusal(&mut visitor).await, blank);
    let longest = "é".repeat(4_000);
    visitor.say(&longest).await;
    assert_eq!(written(&visitor), [longest.as_str()]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_windows_of_a_visitor_show_the_same() {
    let app = TestApp::builder().open().await;
    let mut one = app.visitor().await;
    let mut two = app.stranger().await;
    two.token.clone_from(&one.token);
    two.hello().await;
    assert_eq!(one.conversation, two.conversation);
    let asked = one.say("Combien coûte une réparation de crevaison ?").await;
    let reply = one.reply_to(asked).await;
    let same = two.reply_to(asked).await;
    assert_eq!((reply.seq, reply.text), (same.seq, same.text));
    two.say("Merci").await;
    one.event(
        "the other window's message",
        |e| matches!(e, Event::VisitorMessage { text, .. } if text == "Merci"),
    )
    .await;
    let both = one.log.len().min(two.log.len());
    assert_eq!(one.log[..both], two.log[..both]);
    app.stop().await;
}
