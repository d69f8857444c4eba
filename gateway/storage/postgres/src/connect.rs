//! Connecting to the server and leaving it.

use crate::error::backend;
use async_trait::async_trait;
use comptoir_storage::{Storage, StorageError};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Postgres, Transaction};
use std::str::FromStr as _;
use std::time::Duration;

/// Running them takes an advisory lock of the database, so nodes that start at
/// once migrate one after the other. (`run_direct` is `run` without the generic
/// that keeps the future from being `Send`.)
static MIGRATIONS: Migrator = sqlx::migrate!("../../../migrations/postgres");

/// How to use the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostgresOptions {
    /// Connections of this node, reading and writing.
    pub connections: u32,
    /// How long a call waits for a free connection before it fails.
    pub acquire_timeout: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { connections: 16, acquire_timeout: Duration::from_secs(15) }
    }
}

/// Storage in a PostgreSQL database. Cloning shares the connections.
#[derive(Debug, Clone)]
pub struct PostgresStorage {
    pool: PgPool,
}

impl PostgresStorage {
    /// Connects, and brings the tables up to date before anything else: a
    /// change of tables under open connections would break their statements.
    ///
    /// # Errors
    /// `Backend` when the address is not one, the server does not answer or
    /// refuses, or the database belongs to a newer version.
    pub async fn connect(url: &str, options: PostgresOptions) -> Result<Self, StorageError> {
        let connect = PgConnectOptions::from_str(url).map_err(backend)?.disable_statement_logging();
        migrate(&connect).await?;
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(1))
            .acquire_timeout(options.acquire_timeout)
            .after_connect(|connection, _| Box::pin(wait_for_the_disk(connection)))
            .connect_with(connect)
            .await
            .map_err(backend)?;
        Ok(Self { pool })
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) async fn begin_transaction(
        &self,
    ) -> Result<Transaction<'static, Postgres>, StorageError> {
        self.pool.begin().await.map_err(backend)
    }
}

#[async_trait]
impl Storage for PostgresStorage {
    async fn ping(&self) -> Result<(), StorageError> {
        sqlx::query_scalar!(r#"SELECT 1 AS "one!""#)
            .fetch_one(&self.pool)
            .await
            .map(drop)
            .map_err(backend)
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// A server set to acknowledge before the disk has the data is told otherwise
/// for our connections; a stricter setting (replicas) is left alone.
async fn wait_for_the_disk(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'"
    )
    .fetch_optional(connection)
    .await
    .map(drop)
}

async fn migrate(connect: &PgConnectOptions) -> Result<(), StorageError> {
    let mut connection = connect.connect().await.map_err(backend)?;
    let result = MIGRATIONS.run_direct(None, &mut connection, false).await;
    connection.close().await.map_err(backend)?;
    result.map_err(|error| StorageError::Backend(Box::new(error)))
}
