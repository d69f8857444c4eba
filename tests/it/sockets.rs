//! What an idle visitor costs: memory of the real binary, per open socket with
//! its session, its conversation and its place in the audience.

use comptoir_protocol::{ClientFrame, Hello, PROTOCOL_VERSION, Seq};
use comptoir_tests::firm::SITE;
use comptoir_tests::{Door, Process, Socket, heavy, sockets};
use futures::SinkExt;
use futures::stream::{self, StreamExt};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

/// Sockets before memory is read for the first time, so that what is needed
/// once is not counted.
const FIRST: usize = 500;

/// Sockets of the product.
const OURS: usize = 10_000;

/// Sockets with the library's own buffers; fewer, they are large.
const THEIRS: usize = 4_000;

/// Buffers of axum's WebSockets unless told otherwise, in bytes.
const AXUM: u32 = 128 * 1024;

/// Sockets opened at the same time.
const AT_ONCE: usize = 64;

/// A client that says nothing for so long might be taken for gone.
const PING: Duration = Duration::from_secs(25);

fn counter(buffer: Option<u32>) -> Process {
    let mut counter = Process::workshop("[engine]\nkind = \"off\"");
    let no_models = counter.folder().join("no-models").display().to_string();
    counter.set("COMPTOIR_MODELS__DIR", &no_models);
    counter.set("COMPTOIR_LOG__FILTER", "error");
    counter.set("COMPTOIR_LIMITS__CONNECTIONS", "20000");
    counter.set("COMPTOIR_LIMITS__CONNECTIONS_PER_MINUTE", "1000000");
    if let Some(buffer) = buffer {
        counter.set("COMPTOIR_LIMITS__SOCKET_BUFFER_BYTES", &buffer.to_string());
    }
    counter
}

async fn visitor(door: Door, number: usize) -> Socket {
    let mut socket = door.open(number).await.expect("the counter accepts");
    let hello = ClientFrame::Hello(Hello {
        v: PROTOCOL_VERSION,
        site: SITE.to_owned(),
        token: None,
        conversation: None,
        epoch: None,
        seq: Seq(0),
        lang: "fr".to_owned(),
        page: "/".to_owned(),
    });
    let hello = serde_json::to_string(&hello).expect("a frame");
    socket.send(Message::text(hello)).await.expect("said");
    let welcome = socket.next().await.expect("an answer").expect("a whole one");
    assert!(welcome.to_text().is_ok_and(|text| text.contains("welcome")), "{welcome:?}");
    socket
}

async fn ping(open: &mut [Socket]) {
    for socket in open {
        socket.send(Message::text(r#"{"t":"ping"}"#)).await.expect("it is still open");
    }
}

async fn fill(open: &mut Vec<Socket>, until: usize, door: &Door) {
    let mut pinged = Instant::now();
    while open.len() < until {
        let from = open.len();
        let numbers = from..until.min(from + FIRST);
        let opening = stream::iter(numbers.map(|number| visitor(door.clone(), number)));
        let opened: Vec<Socket> = opening.buffer_unordered(AT_ONCE).collect().await;
        open.extend(opened);
        if pinged.elapsed() > PING {
            pinged = Instant::now();
            ping(open).await;
        }
    }
}

/// Bytes per idle socket.
async fn cost(sockets: usize, buffer: Option<u32>) -> u64 {
    let mut counter = counter(buffer);
    counter.start().await;
    let process = counter.id().expect("it runs");
    let door = Door::new(vec![counter.address], &format!("http://{}", counter.address), SITE);
    let mut open = Vec::new();
    fill(&mut open, FIRST, &door).await;
    let before = sockets::memory_kib(process);
    fill(&mut open, sockets, &door).await;
    ping(&mut open).await;
    let last = open.last_mut().expect("somebody");
    assert!(last.next().await.is_some_and(|pong| pong.is_ok()), "the last one is heard");
    let after = sockets::memory_kib(process);
    drop(open);
    assert_eq!(counter.stop().await, Some(0), "{}", counter.log());
    (after - before) * 1024 / (sockets - FIRST) as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: cargo xtask bench sockets"]
async fn bench_of_idle_sockets() {
    let _turn = heavy().await;
    sockets::allow(20_000);
    let ours = cost(OURS, None).await;
    let theirs = cost(THEIRS, Some(AXUM)).await;
    let kib = |bytes: u64| bytes as f64 / 1024.0;
    eprintln!("{:<34} {:>8} {:>16}", "memory per idle visitor socket", "sockets", "KiB per socket");
    eprintln!("{:<34} {OURS:>8} {:>16.1}", "as shipped", kib(ours));
    eprintln!("{:<34} {THEIRS:>8} {:>16.1}", "with axum's default buffers", kib(theirs));
    eprintln!("times less: {:.1}", theirs as f64 / ours as f64);
    assert!(ours < theirs / 4, "the buffers are what they are said to be");
}
