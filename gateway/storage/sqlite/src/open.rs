//! Opening and closing the file.

use crate::error::{backend, busy};
use async_trait::async_trait;
use comptoir_storage::{Storage, StorageError};
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::time::{Duration, Instant};

static MIGRATIONS: Migrator = sqlx::migrate!("../../../migrations/sqlite");

/// How to open the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteOptions {
    /// Connections that read side by side.
    pub readers: u32,
    /// How long to wait for another process that holds the write lock.
    pub busy_timeout: Duration,
    /// How long a call waits for a free connection before it fails.
    pub acquire_timeout: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            busy_timeout: Duration::from_secs(10),
            acquire_timeout: Duration::from_secs(15),
        }
    }
}

/// Storage in one SQLite file. Cloning shares the connections.
#[derive(Debug, Clone)]
pub struct SqliteStorage {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStorage {
    /// Opens the file, creating it if need be, and brings its tables up to date.
    ///
    /// # Errors
    /// `Backend` when the file cannot be opened or written, is no database, or
    /// belongs to a newer version.
    pub async fn open(path: &Path, options: SqliteOptions) -> Result<Self, StorageError> {
        let connect = connect_options(path, options);
        let patience = options.busy_timeout;
        patiently(patience, || migrate(&connect)).await?;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(options.acquire_timeout);
        let writer = patiently(patience, || async {
            writer.clone().connect_with(connect.clone()).await.map_err(backend)
        });
        let writer = writer.await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .max_lifetime(None)
            .acquire_timeout(options.acquire_timeout);
        let read_only = connect.clone().pragma("query_only", "ON");
        let readers = patiently(patience, || async {
            readers.clone().connect_with(read_only.clone()).await.map_err(backend)
        });
        Ok(Self { writer, readers: readers.await? })
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Single statements that change rows; several belong into [`Self::begin_write`].
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// A transaction that holds the write lock from its start: what it reads
    /// cannot change before it commits.
    pub(crate) async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>, StorageError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(backend)
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn ping(&self) -> Result<(), StorageError> {
        sqlx::query_scalar!(r#"SELECT 1 AS "one!: i64""#)
            .fetch_one(&self.readers)
            .await
            .map(drop)
            .map_err(backend)
    }

    async fn close(&self) {
        self.readers.close().await;
        // The last connection to close folds the log into the file.
        self.writer.close().await;
    }
}

fn connect_options(path: &Path, options: SqliteOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.busy_timeout)
        // A log grown by a long read is cut back, instead of staying large.
        .pragma("journal_size_limit", "67108864")
        .optimize_on_close(true, 400)
        .disable_statement_logging()
}

/// How long to wait before asking a busy file again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// Tries again while another opening holds the file. SQLite's own busy timeout
/// does not cover the change of a fresh file to a write-ahead log: that step
/// answers "busy" at once (<https://sqlite.org/wal.html>, "sometimes queries
/// return SQLITE_BUSY in WAL mode").
async fn patiently<T, F: Future<Output = Result<T, StorageError>>>(
    patience: Duration,
    mut attempt: impl FnMut() -> F,
) -> Result<T, StorageError> {
    let start = Instant::now();
    loop {
        match attempt().await {
            Err(error) if busy(&error) && start.elapsed() < patience => {
                tokio::time::sleep(BUSY_PAUSE).await;
            }
            settled => return settled,
        }
    }
}

/// Runs the migrations on a connection of their own, closed before the pools
/// open. sqlx takes no lock on SQLite: when two processes start on a fresh file
/// at once, one may fail on tables the other has just made. Looking again, at
/// most once per migration, then finds them done. (`run_direct` is `run` without
/// the generic that keeps this future from being `Send`.)
async fn migrate(connect: &SqliteConnectOptions) -> Result<(), StorageError> {
    let mut connection = connect.connect().await.map_err(backend)?;
    let mut result = MIGRATIONS.run_direct(None, &mut connection, false).await;
    for _ in MIGRATIONS.iter() {
        match result {
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) => {
                result = MIGRATIONS.run_direct(None, &mut connection, false).await;
            }
            Ok(()) | Err(_) => break,
        }
    }
    connection.close().await.map_err(backend)?;
    result.map_err(|error| StorageError::Backend(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::{SqliteOptions, SqliteStorage};

    #[tokio::test]
    async fn the_writer_waits_for_the_disk_and_readers_cannot_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("comptoir.db");
        let storage = SqliteStorage::open(&path, SqliteOptions::default()).await.expect("opened");
        let writer = storage.writer();
        let number = |pragma| sqlx::query_scalar::<_, i64>(pragma).fetch_one(writer);
        assert_eq!(number("PRAGMA synchronous").await.expect("read"), 2, "FULL");
        assert_eq!(number("PRAGMA foreign_keys").await.expect("read"), 1);
        let mode: String =
            sqlx::query_scalar("PRAGMA journal_mode").fetch_one(writer).await.expect("read");
        assert_eq!(mode, "wal");
        let refused = sqlx::query("DELETE FROM sites").execute(storage.readers()).await;
        assert!(refused.is_err(), "readers only read");
    }
}
