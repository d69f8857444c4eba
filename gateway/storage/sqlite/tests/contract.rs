//! The contract suite on a real file.

use comptoir_storage::Storage as _;
use comptoir_storage_contract::{commit_rate, run};
use comptoir_storage_sqlite::{SqliteOptions, SqliteStorage};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

async fn open(folder: &Path) -> SqliteStorage {
    SqliteStorage::open(&folder.join("comptoir.db"), SqliteOptions::default())
        .await
        .expect("opened")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Arc::new(open(folder.path()).await);
    run(Arc::clone(&storage) as _, "SQLite").await;
    storage.close().await;
    let files = || std::fs::read_dir(folder.path()).expect("listed").count();
    // The last connection's own thread ends a moment after the pool says so.
    let soon = Instant::now() + Duration::from_secs(5);
    while files() > 1 && Instant::now() < soon {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(files(), 1, "closing folds the log into the file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commits_per_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = disk_write(&folder.path().join("raw"));
    eprintln!("one durable write of 4 KiB to this disk: {:.2} ms", disk.as_secs_f64() * 1e3);
    let storage = Arc::new(open(folder.path()).await);
    for (committers, each) in [(1, 200), (16, 50)] {
        let rate = commit_rate(Arc::clone(&storage) as _, committers, each).await;
        eprintln!("SQLite, {rate}");
    }
    storage.close().await;
}

/// Half of the writes to this disk are faster.
fn disk_write(path: &Path) -> Duration {
    let mut file = File::create(path).expect("a file");
    let mut times: Vec<Duration> = (0..51)
        .map(|_| {
            let begun = Instant::now();
            file.write_all(&[7; 4096]).and_then(|()| file.sync_data()).expect("written");
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[25]
}
