//! How long a visitor's message takes until an artisan reads it, on disk on
//! the way, beside a socket that only gives back what it hears.

use comptoir::ws::Shape;
use comptoir_protocol::ClientFrame;
use comptoir_tests::firm::{ARTISAN, SITE};
use comptoir_tests::{Desk, Door, Echo, Process, Visitor, heavy, quantile, sockets};
use futures::{SinkExt, StreamExt};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

/// Visitors who are only there.
const PRESENT: usize = 1_000;

/// Messages measured.
const ROUNDS: usize = 1_000;

/// Times of one thing.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn row(&self, what: &str) -> (Duration, Duration) {
        let (middle, late) = (quantile(&self.0, 0.5), quantile(&self.0, 0.99));
        eprintln!("{what:<34} {middle:>10.2?} {late:>10.2?}");
        (middle, late)
    }
}

/// One durable write to this disk.
fn disk_write(file: &mut File) -> Duration {
    let begun = Instant::now();
    file.write_all(&[7; 4096]).and_then(|()| file.sync_data()).expect("written");
    begun.elapsed()
}

fn scratch(folder: &Path) -> File {
    File::create(folder.join("raw")).expect("a file")
}

async fn present(counter: &Process) -> Vec<Visitor> {
    let mut present = Vec::new();
    for _ in 0..PRESENT {
        let origin = format!("http://{}", counter.address);
        let mut visitor = Visitor::connect(counter.address, &origin, SITE).await;
        visitor.hello().await;
        present.push(visitor);
    }
    present
}

fn counter() -> Process {
    let mut counter = Process::workshop("[engine]\nkind = \"off\"");
    let no_models = counter.folder().join("no-models").display().to_string();
    counter.set("COMPTOIR_MODELS__DIR", &no_models);
    counter.set("COMPTOIR_LOG__FILTER", "error");
    counter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: cargo xtask bench delivery"]
async fn bench_of_delivery() {
    let _turn = heavy().await;
    sockets::allow(20_000);
    let mut counter = counter();
    counter.start().await;
    let echo = Echo::start(Shape::default()).await;
    let others = present(&counter).await;
    let mut visitor = counter.visitor().await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let desk = Desk::signed_in(&counter.url(""), ARTISAN).await;
    assert_eq!(desk.act(&key, "claim").await.status, 303);
    let mut live = desk.live(Some((&key, 0))).await;
    let door = Door::new(vec![echo.address], "http://localhost", SITE);
    let mut mirror = door.open(0).await.expect("the echo accepts");
    let mut file = scratch(counter.folder());
    let (mut disk, mut back, mut there) = (Times::default(), Times::default(), Times::default());
    for round in 0..ROUNDS {
        disk.0.push(disk_write(&mut file));
        let text = format!("Message numéro {round}.");
        let id = visitor.fresh_id();
        let frame = ClientFrame::Send { id: id.clone(), text: text.clone() };
        let same = serde_json::to_string(&frame).expect("a frame");
        let begun = Instant::now();
        mirror.send(Message::text(same)).await.expect("said");
        mirror.next().await.expect("given back").expect("whole");
        back.0.push(begun.elapsed());
        let begun = Instant::now();
        visitor.put(&frame).await;
        live.news("row", |row| row.contains(&text)).await;
        there.0.push(begun.elapsed());
        visitor.acked(&id).await;
    }
    eprintln!("{:<34} {:>10} {:>10}", format!("{PRESENT} visitors present"), "p50", "p99");
    let (disk_middle, disk_late) = disk.row("one durable write to this disk");
    let (_, echo_late) = back.row("raw echo, there and back");
    let (_, late) = there.row("visitor to artisan, on disk");
    let goal = |disk: Duration| 3 * echo_late + disk;
    eprintln!(
        "goal, p99 of 3 echoes and one write: {:.2?} with the usual write, {:.2?} with a late \
         one: {}",
        goal(disk_middle),
        goal(disk_late),
        if late <= goal(disk_middle) { "met" } else { "missed" },
    );
    assert_eq!(there.0.len(), ROUNDS);
    drop(others);
    assert_eq!(counter.stop().await, Some(0), "{}", counter.log());
}
