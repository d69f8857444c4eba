//! Who may open a conversation, and how it begins.

use comptoir_protocol::{ByeCode, ClientFrame, ErrorCode, Hello, Resume, ServerFrame};
use comptoir_tests::{Seen, TestApp, Visitor};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_firms_own_pages_may_connect() {
    let app = TestApp::builder().open().await;
    let own = app.origin();
    let outcomes = [
        (Some("https://ailleurs.example"), "demo", 403),
        (None, "demo", 403),
        (Some("null"), "demo", 403),
        (Some(own.as_str()), "inconnu", 404),
        (Some(own.as_str()), "PAS%20UN%20SITE", 404),
    ];
    for (origin, site, status) in outcomes {
        let refused = Visitor::try_connect(app.address, origin, site).await;
        assert_eq!(refused.map(drop), Err(status), "{origin:?} on {site}");
    }
    app.stop().await;
}

/// Reads to the end: the error, the goodbye, the close code.
async fn dismissal(visitor: &mut Visitor) -> (ErrorCode, ByeCode, Option<u16>) {
    let (mut error, mut bye) = (None, None);
    loop {
        match visitor.see().await {
            Seen::Closed(code) => {
                return (error.expect("an error first"), bye.expect("then goodbye"), code);
            }
            Seen::Frame(frame) => {
                if let ServerFrame::Error { code, .. } = *frame {
                    error = Some(code);
                } else if let ServerFrame::Bye { code, .. } = *frame {
                    bye = Some(code);
                } else {
                    panic!("unexpected: {frame:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_frame_is_a_hello_this_gateway_speaks() {
    let app = TestApp::builder().open().await;
    let hello = app.stranger().await.hello_frame();
    let newer = Hello { v: 99, ..hello.clone() };
    let elsewhere = Hello { site: "autre".to_owned(), ..hello };
    let text = |frame: &ClientFrame| Message::text(serde_json::to_string(frame).expect("a frame"));
    let cases = [
        (text(&ClientFrame::Ping), ErrorCode::HelloExpected),
        (text(&ClientFrame::Hello(newer)), ErrorCode::UnsupportedVersion),
        (text(&ClientFrame::Hello(elsewhere)), ErrorCode::UnknownSite),
        (Message::binary(vec![1, 2, 3]), ErrorCode::BadFrame),
        (Message::text("bonjour"), ErrorCode::BadFrame),
    ];
    for (first, expected) in cases {
        let mut stranger = app.stranger().await;
        stranger.put_raw(first).await;
        let policy = Some(1008);
        assert_eq!(dismissal(&mut stranger).await, (expected, ByeCode::Protocol, policy));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_welcome_introduces_the_firm_and_asks_for_the_notice() {
    let app = TestApp::builder().open().await;
    let mut visitor = app.stranger().await;
    let welcome = visitor.hello().await;
    assert_eq!(welcome.resume, Resume::Fresh);
    assert!(welcome.notice_due && welcome.events.is_empty() && welcome.token.is_some());
    let card = welcome.site;
    assert_eq!(card.firm, "Cycles Trébuchet");
    assert_eq!(card.phone.as_deref(), Some("01 99 00 45 12"));
    assert_eq!(card.quick_questions.len(), 2);
    assert!(card.notice.contains("assistant automatique (IA)"), "{}", card.notice);
    assert!(card.notice.contains("Cycles Trébuchet"), "{}", card.notice);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_joins_a_conversation_of_somebody_else() {
    let app = TestApp::builder().open().await;
    let mut lea = app.visitor().await;
    lea.say("Un secret entre nous.").await;
    for token in [None, Some("a".repeat(43))] {
        let mut other = app.stranger().await;
        other.conversation.clone_from(&lea.conversation);
        other.token = token;
        let hello = ClientFrame::Hello(other.hello_frame());
        other.put(&hello).await;
        let (code, bye, _) = dismissal(&mut other).await;
        assert_eq!((code, bye), (ErrorCode::NotYours, ByeCode::Protocol));
    }
    app.stop().await;
}
