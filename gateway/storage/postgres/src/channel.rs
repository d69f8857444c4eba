//! Messages between nodes over `LISTEN` and `NOTIFY`.
//!
//! Not part of the transactions they tell of: the server makes transactions
//! that notify commit one after the other, each with its own wait for the
//! disk. Sent on their own, many at a time and without that wait, they cost
//! the commits nothing.
//!
//! Both connections must reach the server itself: a pooler that shares
//! sessions (`PgBouncer` in transaction mode) loses `LISTEN`.

use crate::error::backend;
use async_trait::async_trait;
use comptoir_storage::{Channel, Listening, StorageError};
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use std::str::FromStr as _;
use std::time::Duration;

/// The name nodes listen to; apart in each database.
const NAME: &str = "comptoir";

/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The channel of a database.
#[derive(Debug)]
pub struct PostgresChannel {
    sender: PgPool,
    listener: PgConnectOptions,
}

impl PostgresChannel {
    /// The channel at this address. Connects when it is used. Call it inside
    /// a tokio runtime.
    ///
    /// # Errors
    /// `Backend` when the address is not one.
    pub fn new(url: &str) -> Result<Self, StorageError> {
        let connect = PgConnectOptions::from_str(url).map_err(backend)?.disable_statement_logging();
        // Messages are worth nothing after a crash of the server.
        let sender = connect.clone().options([("synchronous_commit", "off")]);
        let sender = one_connection().connect_lazy_with(sender.application_name("comptoir-notify"));
        Ok(Self { sender, listener: connect.application_name("comptoir-listen") })
    }
}

fn one_connection() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(PATIENCE)
}

#[async_trait]
impl Channel for PostgresChannel {
    async fn send(&self, messages: &[String]) -> Result<(), StorageError> {
        sqlx::query!(
            "SELECT pg_notify($1, message) FROM unnest($2::text[]) message",
            NAME,
            messages
        )
        .execute(&self.sender)
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn listen(&self) -> Result<Box<dyn Listening>, StorageError> {
        let pool = one_connection().connect_with(self.listener.clone()).await.map_err(backend)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(backend)?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen(NAME).await.map_err(backend)?;
        Ok(Box::new(Ear(listener)))
    }
}

struct Ear(PgListener);

#[async_trait]
impl Listening for Ear {
    async fn next(&mut self) -> Result<String, StorageError> {
        match self.0.try_recv().await {
            Ok(Some(message)) => Ok(message.payload().to_owned()),
            Ok(None) => Err(backend(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()))),
            Err(error) => Err(backend(error)),
        }
    }
}
