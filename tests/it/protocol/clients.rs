//! Clients that are slow, silent, or out of step: let go in words they
//! understand, and nothing is lost.

use comptoir_protocol::{
    ByeCode, ClientFrame, ClientId, ErrorCode, Event, FeedbackValue, Resume, Seq, ServerFrame,
};
use comptoir_tests::{Seen, TestApp, Visitor, within};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// Reads until the end of a connection; gives the goodbye, if there was one.
async fn dismissed(visitor: &mut Visitor) -> Option<(ByeCode, u32)> {
    let mut bye = None;
    loop {
        match visitor.see().await {
            Seen::Closed(_) => return bye,
            Seen::Frame(frame) => {
                if let ServerFrame::Bye { code, retry_ms } = *frame {
                    bye = Some((code, retry_ms));
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_that_dribbles_is_let_go() {
    let app = TestApp::builder().config(|c| c.limits.handshake_seconds = 1).open().await;
    let mut slow = TcpStream::connect(app.address).await.expect("connected");
    slow.write_all(b"GET /ws?site=demo HTTP/1.1\r\nHost: x\r\n").await.expect("sent");
    let begun = Instant::now();
    let dribbling = async {
        let (mut reading, mut writing) = slow.split();
        let mut beat = tokio::time::interval(Duration::from_millis(100));
        let mut answer = Vec::new();
        tokio::select! {
            end = reading.read_to_end(&mut answer) => drop(end),
            () = async { loop {
                beat.tick().await;
                // After the end it cannot be sent any more.
                drop(writing.write_all(b"X-Slow: 1\r\n").await);
            } } => {}
        }
    };
    within(Duration::from_secs(20), "the counter hangs up", dribbling).await;
    assert!(begun.elapsed() >= Duration::from_millis(900), "not before its time");
    app.visitor().await.say("Les autres ne remarquent rien.").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_never_says_hello_is_let_go() {
    let app = TestApp::builder().config(|c| c.limits.handshake_seconds = 1).open().await;
    let mut stranger = app.stranger().await;
    let bye = within(Duration::from_secs(20), "a goodbye", dismissed(&mut stranger)).await;
    let (code, retry_ms) = bye.expect("a goodbye before the end");
    assert_eq!(code, ByeCode::Idle);
    assert!((500..=1_000).contains(&retry_ms), "{retry_ms}");
    app.stop().await;
}

/// As after a cable was pulled: no byte, no end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_of_whom_nothing_is_heard_is_taken_for_gone_and_resumes() {
    let app = TestApp::builder().config(|c| c.limits.silence_seconds = 1).open().await;
    let mut visitor = app.visitor().await;
    visitor.say("Bonjour").await;
    let bye = within(Duration::from_secs(20), "a goodbye", dismissed(&mut visitor)).await;
    assert_eq!(bye.expect("a goodbye before the end").0, ByeCode::Idle);
    let held = visitor.log.clone();
    let welcome = visitor.come_back().await;
    assert_eq!(welcome.resume, Resume::Replay);
    assert_eq!(visitor.log[..held.len()], held[..]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_in_endless_pieces_ends_the_connection_not_the_conversation() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    visitor.say("Avant").await;
    let piece = |code, last| Message::Frame(Frame::message(vec![b'x'; 1_000], code, last));
    visitor.put_raw(piece(OpCode::Data(Data::Text), false)).await;
    for _ in 0..40 {
        visitor.put_raw(piece(OpCode::Data(Data::Continue), false)).await;
    }
    dismissed(&mut visitor).await;
    assert_eq!(visitor.come_back().await.resume, Resume::Replay);
    visitor.say("Après").await;
    app.stop().await;
}

/// What refers to events that do not exist is refused, or changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_refers_to_the_future_is_refused_and_the_conversation_goes_on() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.visitor().await;
    let (ahead, value) = (Seq(9_999), FeedbackValue::No);
    let id = ClientId::from("judged");
    visitor.put(&ClientFrame::Feedback { id: id.clone(), message: ahead, value }).await;
    let refused = visitor
        .until("an error", |frame| {
            if let ServerFrame::Error { code, id } = frame {
                Some((*code, id.clone()))
            } else {
                None
            }
        })
        .await;
    assert_eq!(refused, (ErrorCode::BadFrame, Some(id)));
    visitor.put(&ClientFrame::Read { seq: ahead }).await;
    visitor.put(&ClientFrame::Read { seq: Seq(u64::MAX) }).await;
    let said = visitor.say("Bonjour").await;
    let key = visitor.conversation.as_ref().expect("a conversation").0.parse().expect("a key");
    let stored = app.storage.conversation(comptoir_storage::model::ConversationKey(key)).await;
    let read = stored.expect("read").expect("there").head.visitor_read;
    assert!(read < said, "nobody has read what is not written: {read:?}");
    let feedback = |e: &comptoir_protocol::NumberedEvent| matches!(e.event, Event::Feedback { .. });
    assert!(!visitor.log.iter().any(feedback));
    app.stop().await;
}
