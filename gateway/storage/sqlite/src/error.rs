//! What SQLite's errors mean to callers.

use comptoir_storage::StorageError;

/// A failure that no caller can do anything about.
pub(crate) fn backend(error: sqlx::Error) -> StorageError {
    StorageError::Backend(Box::new(error))
}

/// Constraints whose violation has a meaning, by the columns SQLite names.
const TAKEN: [(&str, &str); 7] = [
    ("sites.id", "site id"),
    ("agents.email", "e-mail"),
    ("agents.id", "agent id"),
    ("agent_sessions.token", "session token"),
    ("entries.external_id", "external id"),
    ("entries.id", "entry id"),
    ("conversations.id", "conversation key"),
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
