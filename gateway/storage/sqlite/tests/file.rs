//! What only a file can suffer: a killed process, a second process, a fresh
//! file opened twice at once, a file that is no database.

use comptoir_protocol::{ClientId, Epoch, Event, NumberedEvent, Seq};
use comptoir_storage::model::{
    Commit, ConversationHead, ConversationKey, NewConversation, NewEvent, SiteId, SiteSettings,
    TokenHash,
};
use comptoir_storage::{ConversationStore as _, SiteStore as _, Storage as _, StorageError};
use comptoir_storage_sqlite::{SqliteOptions, SqliteStorage};
use jiff::Timestamp;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use uuid::Uuid;

const FILE: &str = "COMPTOIR_TEST_FILE";
const CONVERSATION: &str = "COMPTOIR_TEST_CONVERSATION";

async fn open(path: &Path) -> SqliteStorage {
    SqliteStorage::open(path, SqliteOptions::default()).await.expect("opened")
}

async fn begin(storage: &SqliteStorage) -> ConversationKey {
    let site = SiteId::parse("sablon").expect("valid");
    let now = Timestamp::UNIX_EPOCH;
    storage.create_site(&site, &SiteSettings::default(), now).await.expect("created");
    let new = NewConversation {
        key: ConversationKey(Uuid::now_v7()),
        site,
        visitor: TokenHash([7; 32]),
        epoch: Epoch::from("e"),
        head: ConversationHead::beginning("fr"),
        page: "/".to_owned(),
        at: now,
    };
    storage.begin(&new).await.expect("begun").key
}

async fn say(storage: &SqliteStorage, key: ConversationKey, after: Seq) -> Seq {
    let id = ClientId(format!("m-{}", after.0 + 1));
    let event = Event::VisitorMessage { id: id.clone(), text: "Allô ? ".repeat(40) };
    let commit = Commit {
        key,
        expected: after,
        events: vec![NewEvent { event, client_id: Some(id) }],
        base: ConversationHead::beginning("fr"),
        head: ConversationHead::beginning("fr"),
        gaps: Vec::new(),
        notifications: Vec::new(),
        at: Timestamp::UNIX_EPOCH,
    };
    storage.commit(&commit).await.expect("committed").last_seq
}

async fn log(storage: &SqliteStorage, key: ConversationKey) -> Vec<NumberedEvent> {
    storage.events(key, Seq(0), u32::MAX).await.expect("read")
}

/// This binary again, running only the test of that name.
fn child(test: &str, file: &Path, key: ConversationKey) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .env(CONVERSATION, key.0.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started")
}

/// Says "stored N" after each acknowledged commit, until killed.
#[tokio::test]
#[ignore = "the killed process of the test below"]
async fn commits_until_killed() {
    let (file, key) = (std::env::var(FILE), std::env::var(CONVERSATION));
    let (file, key) = (file.expect("a file"), key.expect("a conversation"));
    let key = ConversationKey(Uuid::parse_str(&key).expect("a key"));
    let storage = open(Path::new(&file)).await;
    let mut last = storage.conversation(key).await.expect("read").expect("present").last_seq;
    loop {
        last = say(&storage, key, last).await;
        eprintln!("stored {}", last.0);
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("comptoir.db");
    let storage = open(&file).await;
    let key = begin(&storage).await;
    storage.close().await;
    let mut told = 0;
    for round in 1..=5 {
        let mut process = child("commits_until_killed", &file, key);
        let lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let stored = lines.map_while(Result::ok).filter_map(|line| {
            line.strip_prefix("stored ").and_then(|number| number.parse::<u64>().ok())
        });
        // Killed right after an acknowledgement, while the next commit is on its way.
        told = stored.take(7 * round).last().expect("something was stored");
        process.kill().expect("killed");
        let status = process.wait().expect("ended");
        assert!(!status.success(), "the process was still at work");
        let storage = open(&file).await;
        let numbers: Vec<u64> = log(&storage, key).await.iter().map(|event| event.seq.0).collect();
        let last = storage.conversation(key).await.expect("read").expect("present").last_seq;
        storage.close().await;
        assert!(last.0 >= told, "{told} was acknowledged, {} is stored", last.0);
        assert_eq!(numbers, (1..=last.0).collect::<Vec<_>>(), "whole and without gaps");
    }
    assert!(told >= 35, "each round went on from the one before");
}

/// Reads the log beside a writer; fails if it cannot.
#[tokio::test]
#[ignore = "the second process of the test below"]
async fn reads_the_log_once() {
    let (file, key) = (std::env::var(FILE), std::env::var(CONVERSATION));
    let (file, key) = (file.expect("a file"), key.expect("a conversation"));
    let key = ConversationKey(Uuid::parse_str(&key).expect("a key"));
    let storage = open(Path::new(&file)).await;
    eprintln!("read {}", log(&storage, key).await.len());
    // It may write too, and waits its turn.
    let last = storage.conversation(key).await.expect("read").expect("present").last_seq;
    say(&storage, key, last).await;
    storage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_reads_and_writes_the_same_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("comptoir.db");
    let storage = open(&file).await;
    let key = begin(&storage).await;
    let mut last = Seq(0);
    for _ in 0..3 {
        last = say(&storage, key, last).await;
    }
    let process = child("reads_the_log_once", &file, key);
    let output = process.wait_with_output().expect("ended");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    assert!(words.contains("read 3"), "{words}");
    assert_eq!(log(&storage, key).await.len(), 4, "what the other wrote is seen here");
    storage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fresh_file_may_be_opened_several_times_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("comptoir.db");
        let openings = (0..4).map(|_| {
            let file = file.clone();
            tokio::spawn(async move { open(&file).await })
        });
        for opening in openings.collect::<Vec<_>>() {
            let storage = opening.await.expect("no opening failed");
            assert_eq!(storage.sites().await.expect("tables are there"), []);
            storage.close().await;
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Madame, Monsieur, ".repeat(400)).expect("written");
    let refused = SqliteStorage::open(&file, SqliteOptions::default()).await;
    assert!(matches!(refused, Err(StorageError::Backend(_))), "{refused:?}");
    let nowhere = folder.path().join("missing").join("comptoir.db");
    let refused = SqliteStorage::open(&nowhere, SqliteOptions::default()).await;
    assert!(matches!(refused, Err(StorageError::Backend(_))), "{refused:?}");
}
