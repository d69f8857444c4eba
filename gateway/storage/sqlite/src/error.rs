//! What SQLite's errors mean to callers.

use comptoir_storage::StorageError;
use sqlx::migrate::MigrateError;

/// A failure that no caller can do anything about.
pub(crate) fn backend(error: sqlx::Error) -> StorageError {
    StorageError::Backend(Box::new(error))
}

/// The primary result code of a file that somebody else holds.
const SQLITE_BUSY: i32 = 5;

/// Whether the file was held by somebody else, in any of SQLite's extended codes.
pub(crate) fn busy(error: &StorageError) -> bool {
    let StorageError::Backend(cause) = error else {
        return false;
    };
    let database = match (cause.downcast_ref::<sqlx::Error>(), cause.downcast_ref()) {
        (Some(error), _) => Some(error),
        (None, Some(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _))) => {
            Some(error)
        }
        (None, _) => None,
    };
    database
        .and_then(sqlx::Error::as_database_error)
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Constraints whose violation has a meaning, by the columns SQLite names.
const TAKEN: [(&str, &str); 8] = [
    ("sites.id", "site id"),
    ("agents.email", "e-mail"),
    ("agents.id", "agent id"),
    ("agent_sessions.token", "session token"),
    ("entries.external_id", "external id"),
    ("entries.id", "entry id"),
    ("conversations.id", "conversation key"),
    ("checks.id", "test question id"),
];

/// Maps a violated constraint; `referred` is what a broken reference stands for
/// in this statement, as SQLite does not name the reference.
pub(crate) fn violation(error: sqlx::Error, referred: &'static str) -> StorageError {
    let Some(database) = error.as_database_error() else {
        return backend(error);
    };
    if database.is_foreign_key_violation() {
        return StorageError::Missing { what: referred };
    }
    if database.is_unique_violation() {
        let columns = database.message().rsplit(": ").next().unwrap_or_default();
        let taken =
            TAKEN.iter().find(|(column, _)| columns.split(", ").any(|name| name == *column));
        if let Some((_, what)) = taken {
            return StorageError::Taken { what };
        }
    }
    backend(error)
}
