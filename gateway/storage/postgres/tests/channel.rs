//! The channel between nodes, on a real PostgreSQL server; and what it costs.

use comptoir_storage::{Channel as _, Listening, MAX_MESSAGE_BYTES};
use comptoir_storage_contract::postgres::ScratchServer;
use comptoir_storage_postgres::PostgresChannel;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

async fn next(ear: &mut Box<dyn Listening>) -> Result<String, comptoir_storage::StorageError> {
    tokio::time::timeout(PATIENCE, ear.next()).await.expect("something within the time")
}

#[tokio::test]
async fn everybody_hears_everything_in_order() {
    let server = ScratchServer::start().expect("a server");
    let url = server.create_database("channel").await.expect("a database");
    let elsewhere = server.create_database("elsewhere").await.expect("a database");
    let (one, two) =
        (PostgresChannel::new(&url).expect("one"), PostgresChannel::new(&url).expect("two"));
    let other = PostgresChannel::new(&elsewhere).expect("other");
    let mut ears = [one.listen().await.expect("one hears"), two.listen().await.expect("two hears")];
    other.send(&["not for us".to_owned()]).await.expect("sent");
    let long = "é".repeat(MAX_MESSAGE_BYTES / 2);
    let batch: Vec<String> = (0..50).map(|number| format!("{number} « ' \" \n")).collect();
    one.send(&batch).await.expect("sent");
    two.send(std::slice::from_ref(&long)).await.expect("the longest is sent");
    one.send(&[]).await.expect("nothing is fine");
    for ear in &mut ears {
        for expected in batch.iter().chain([&long]) {
            assert_eq!(next(ear).await.expect("heard"), *expected);
        }
    }
}

#[tokio::test]
async fn a_broken_ear_says_so_and_a_new_one_hears() {
    let server = ScratchServer::start().expect("a server");
    let url = server.create_database("broken").await.expect("a database");
    let channel = PostgresChannel::new(&url).expect("a channel");
    let mut ear = channel.listen().await.expect("listens");
    channel.send(&["before".to_owned()]).await.expect("sent");
    assert_eq!(next(&mut ear).await.expect("heard"), "before");
    assert_eq!(server.cut("broken", "comptoir-listen").await.expect("cut"), 1);
    next(&mut ear).await.expect_err("it is broken");
    let mut ear = channel.listen().await.expect("listens again");
    // The sender's connection breaks too: one batch is refused, the next goes.
    assert_eq!(server.cut("broken", "comptoir-notify").await.expect("cut"), 1);
    let message = ["after".to_owned()];
    if channel.send(&message).await.is_err() {
        channel.send(&message).await.expect("over a new connection");
    }
    assert_eq!(next(&mut ear).await.expect("heard"), "after");
}

#[tokio::test]
async fn a_server_that_is_gone_is_an_error_and_no_wait() {
    let url = "postgres://comptoir@127.0.0.1:1/nothing";
    let channel = PostgresChannel::new(url).expect("an address");
    assert!(channel.listen().await.is_err());
    assert!(channel.send(&["x".to_owned()]).await.is_err());
    assert!(PostgresChannel::new("not an address").is_err());
}
