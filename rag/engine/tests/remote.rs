//! The remote backend against servers that misbehave: small TCP doubles that answer what they are
//! told. A well-behaved server is llama.cpp's own; see the ignored test.

mod common;

use std::time::{Duration, Instant};

use comptoir_engine::remote::{RemoteGenerator, RemoteParams};
use comptoir_engine::{
    Chunk, EngineError, EngineState, FinishReason, RemoteFault, TextGenerator, Unavailable,
};
use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use common::ask;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    connection: close\r\n\r\n";

fn event(text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!("data: {{\"choices\":[{{\"delta\":{{\"content\":{text}}}}}]}}\n\n")
}

const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
                    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\
                    \n\ndata: [DONE]\n\n";

/// What the double does with its one connection after it has read the request.
enum Act {
    /// Sends these parts with a pause between, then closes.
    Send(Vec<Vec<u8>>, Duration),
    /// Sends this, then reads until the other side closes, and reports.
    Wait(Vec<u8>, oneshot::Sender<()>),
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.expect("request");
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length:").and_then(|value| value.trim().parse().ok())
        });
        if body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

/// A server for one request. Gives the request back.
async fn server(act: Act) -> (RemoteGenerator, oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let address = format!("http://{}", listener.local_addr().expect("address"));
    let (seen, request) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("connection");
        drop(seen.send(read_request(&mut stream).await));
        match act {
            Act::Send(parts, pause) => {
                for part in parts {
                    if stream.write_all(&part).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
            }
            Act::Wait(bytes, closed) => {
                stream.write_all(&bytes).await.expect("sent");
                let mut rest = [0; 64];
                while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
                closed.send(()).expect("somebody waits for this");
            }
        }
    });
    (generator(&address), request)
}

fn generator(address: &str) -> RemoteGenerator {
    let mut params = RemoteParams::new(address.parse().expect("address"), "petit");
    // Long enough for a double that waits for its turn on a busy machine.
    params.silence = Duration::from_secs(2);
    params.key = Some("secret-key".into());
    RemoteGenerator::new(params).expect("parameters")
}

fn sent(text: &str) -> Act {
    Act::Send(vec![text.as_bytes().to_vec()], Duration::ZERO)
}

fn fault(error: &EngineError) -> Option<RemoteFault> {
    if let EngineError::Unavailable { reason: Unavailable::Remote(fault) } = error {
        return Some(fault.clone());
    }
    None
}

#[tokio::test]
async fn a_reply_arrives_whole_however_the_bytes_are_cut() {
    let text = format!("{HEAD}{}{}{STOP}", event("Bonjour "), event("à vous"));
    let parts = text.as_bytes().chunks(11).map(<[u8]>::to_vec).collect();
    let (remote, request) = server(Act::Send(parts, Duration::from_millis(1))).await;
    let reply = remote.generate(ask("Bonjour ?", 500, 1)).await.expect("accepted");
    let (text, finish) = reply.collect_text().await.expect("reply");
    assert_eq!(text, "Bonjour à vous");
    assert_eq!((finish.reason, finish.prompt_tokens), (FinishReason::Stop, 7));
    let request = request.await.expect("request");
    assert!(request.starts_with("POST /v1/chat/completions "));
    assert!(request.to_lowercase().contains("authorization: bearer secret-key"));
    assert!(request.contains("\"max_tokens\":199"), "the limit holds for remote models");
    assert_eq!(remote.status().state, EngineState::Ready);
}

#[tokio::test]
async fn dropping_the_reply_closes_the_connection() {
    let (closed, seen) = oneshot::channel();
    let bytes = format!("{HEAD}{}", event("Un"));
    let (remote, _request) = server(Act::Wait(bytes.into_bytes(), closed)).await;
    let mut reply = remote.generate(ask("?", 50, 1)).await.expect("accepted");
    assert_eq!(reply.next().await, Some(Ok(Chunk::Text("Un".into()))));
    drop(reply);
    seen.await.expect("the server saw the connection close");
}

#[tokio::test]
async fn silence_is_noticed_before_and_after_the_first_word() {
    for first in [String::new(), event("Un")] {
        let (closed, _seen) = oneshot::channel();
        let bytes = format!("{HEAD}{first}").into_bytes();
        let (remote, _request) = server(Act::Wait(bytes, closed)).await;
        let reply = remote.generate(ask("?", 50, 1)).await.expect("accepted");
        let error = reply.collect_text().await.expect_err("silent");
        assert_eq!(fault(&error), Some(RemoteFault::Silent), "{error:?}");
        assert!(matches!(remote.status().state, EngineState::Dead { .. }));
    }
}

#[tokio::test]
async fn a_deadline_ends_a_slow_reply_and_keeps_its_text() {
    let mut parts = vec![HEAD.as_bytes().to_vec()];
    parts.extend((0..200).map(|_| event("mot ").into_bytes()));
    let (remote, _request) = server(Act::Send(parts, Duration::from_millis(20))).await;
    let mut request = ask("?", 190, 1);
    request.deadline = Duration::from_millis(250);
    let start = Instant::now();
    let reply = remote.generate(request).await.expect("accepted");
    let (text, finish) = reply.collect_text().await.expect("text so far");
    assert_eq!(finish.reason, FinishReason::Deadline);
    assert!(text.starts_with("mot ") && start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn garbage_and_cut_replies_are_errors() {
    let cases = [
        format!("{HEAD}data: {{not json\n\n"),
        format!("{HEAD}{}", event("cut before the end")),
        format!("{HEAD}<html>hello</html>"),
        format!("{HEAD}data: {}\n\n", "x".repeat(300_000)),
    ];
    for case in cases {
        let (remote, _request) = server(sent(&case)).await;
        let reply = remote.generate(ask("?", 50, 1)).await.expect("accepted");
        let error = reply.collect_text().await.expect_err("garbage");
        assert_eq!(fault(&error), Some(RemoteFault::Garbled), "{error:?}");
    }
}

#[tokio::test]
async fn statuses_are_told_apart() {
    let answer = |line: &str| sent(&format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n"));
    let refused = |error: EngineError| fault(&error).expect("a remote fault");
    let (remote, _) = server(answer("429 Slow\r\nretry-after: 7")).await;
    let busy = EngineError::Busy { position: 1, retry_after: Duration::from_secs(7) };
    assert_eq!(remote.generate(ask("?", 5, 1)).await.expect_err("busy"), busy);
    let (remote, _) = server(answer("401 No")).await;
    let error = remote.generate(ask("?", 5, 1)).await.expect_err("refused");
    assert_eq!(refused(error), RemoteFault::Refused);
    let (remote, _) = server(answer("500 Oops")).await;
    let error = remote.generate(ask("?", 5, 1)).await.expect_err("failed");
    assert_eq!(refused(error), RemoteFault::Status(500));
    let (remote, _) = server(answer("302 Elsewhere\r\nlocation: http://127.0.0.1:9/")).await;
    let error = remote.generate(ask("?", 5, 1)).await.expect_err("not followed");
    assert_eq!(refused(error), RemoteFault::Status(302));
}

#[tokio::test]
async fn nobody_there_is_unreachable_and_visible() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let remote = generator(&format!("http://{}", listener.local_addr().expect("address")));
    drop(listener);
    let error = remote.generate(ask("?", 5, 1)).await.expect_err("nobody there");
    assert_eq!(fault(&error), Some(RemoteFault::Unreachable));
    assert!(matches!(remote.status().state, EngineState::Dead { .. }));
}

#[tokio::test]
async fn a_server_that_never_stops_is_stopped() {
    let text = HEAD.to_owned() + &event("mot ").repeat(5000);
    let (remote, _request) = server(sent(&text)).await;
    let reply = remote.generate(ask("?", 190, 1)).await.expect("accepted");
    let (text, finish) = reply.collect_text().await.expect("reply");
    assert_eq!(finish.reason, FinishReason::Length);
    assert_eq!(text.split_whitespace().count(), 199);
}

#[test]
fn addresses_that_are_no_servers_are_refused() {
    let params = RemoteParams::new("file:///etc".parse().expect("address"), "petit");
    assert!(matches!(RemoteGenerator::new(params.clone()), Err(RemoteFault::Address)));
    assert!(!format!("{params:?}").contains("key"));
}

/// Against a real server, for instance llama.cpp's: `COMPTOIR_REMOTE_URL=http://127.0.0.1:8080`.
#[tokio::test]
#[ignore = "needs a running server, named by COMPTOIR_REMOTE_URL"]
async fn a_real_server_replies() {
    let address = std::env::var("COMPTOIR_REMOTE_URL").expect("COMPTOIR_REMOTE_URL is set");
    let params = RemoteParams::new(address.parse().expect("address"), "default");
    let remote = RemoteGenerator::new(params).expect("parameters");
    let reply = remote.generate(ask("Why is the sky blue?", 24, 1)).await.expect("accepted");
    let (text, finish) = reply.collect_text().await.expect("reply");
    assert!(!text.is_empty() && finish.completion_tokens <= 24, "{text}");
}
