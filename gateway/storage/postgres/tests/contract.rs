//! The contract suite on a real PostgreSQL server, started for this binary.

use comptoir_storage::{PeopleStore as _, SiteStore as _, Storage as _, StorageError};
use comptoir_storage_contract::postgres::ScratchServer;
use comptoir_storage_contract::{commit_rate, run};
use comptoir_storage_postgres::{PostgresOptions, PostgresStorage};
use std::sync::{Arc, OnceLock};

/// One server for all tests here; it stops when the process ends.
fn server() -> &'static ScratchServer {
    static SERVER: OnceLock<ScratchServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        // Waits for the disk as a real one does: the rate below is a real one.
        ScratchServer::start_with(&[]).unwrap_or_else(|error| panic!("{error}"))
    })
}

async fn open(database: &str) -> PostgresStorage {
    let url = server().create_database(database).await.expect("a fresh database");
    connect(&url).await
}

async fn connect(url: &str) -> PostgresStorage {
    PostgresStorage::connect(url, PostgresOptions::default()).await.expect("connected")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_keeps_the_contract() {
    let storage = Arc::new(open("contract").await);
    run(Arc::clone(&storage) as _, "PostgreSQL").await;
    storage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commits_per_second() {
    let storage = Arc::new(open("rate").await);
    for (committers, each) in [(1, 200), (16, 50)] {
        let rate = commit_rate(Arc::clone(&storage) as _, committers, each).await;
        eprintln!("PostgreSQL, {rate}");
    }
    storage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_at_once_migrate_once() {
    let url = server().create_database("nodes").await.expect("a fresh database");
    let nodes = (0..6).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { connect(&url).await })
    });
    for node in nodes.collect::<Vec<_>>() {
        let storage = node.await.expect("no node failed");
        assert!(!storage.has_agents().await.expect("tables are there"));
        storage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_see_each_others_commits() {
    let url = server().create_database("pair").await.expect("a fresh database");
    let (one, two) = (connect(&url).await, connect(&url).await);
    let site = comptoir_storage::model::SiteId::parse("sablon").expect("valid");
    let settings = comptoir_storage::model::SiteSettings::default();
    let at = jiff::Timestamp::UNIX_EPOCH;
    one.create_site(&site, &settings, at).await.expect("created");
    assert!(two.site(&site).await.expect("read").is_some());
    let again = two.create_site(&site, &settings, at).await;
    assert!(matches!(again, Err(StorageError::Taken { what: "site id" })), "{again:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_and_no_wait() {
    let url = "postgres://comptoir@127.0.0.1:1/nothing";
    let refused = PostgresStorage::connect(url, PostgresOptions::default()).await;
    assert!(matches!(refused, Err(StorageError::Backend(_))), "{refused:?}");
    let nonsense = PostgresStorage::connect("not an address", PostgresOptions::default()).await;
    assert!(matches!(nonsense, Err(StorageError::Backend(_))), "{nonsense:?}");
}
