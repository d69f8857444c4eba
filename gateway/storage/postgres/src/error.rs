//! What PostgreSQL's errors mean to callers.

use comptoir_storage::StorageError;

/// A failure that no caller can do anything about.
pub(crate) fn backend(error: sqlx::Error) -> StorageError {
    StorageError::Backend(Box::new(error))
}

/// Unique values, by the name of their constraint.
const TAKEN: [(&str, &str); 8] = [
    ("sites_key", "site id"),
    ("agents_email", "e-mail"),
    ("agents_key", "agent id"),
    ("agent_sessions_key", "session token"),
    ("entries_external_id", "external id"),
    ("entries_key", "entry id"),
    ("conversations_key", "conversation key"),
    ("checks_key", "test question id"),
];

/// Rows referred to, by the name of the reference.
const MISSING: [(&str, &str); 17] = [
    ("agents_site", "site"),
    ("agent_sessions_agent", "agent"),
    ("entries_site", "site"),
    ("entry_versions_author", "agent"),
    ("conversations_site", "site"),
    ("conversations_agent", "agent"),
    ("conversations_wanted_agent", "agent"),
    ("answer_leases_conversation", "conversation"),
    ("notes_conversation", "conversation"),
    ("notes_agent", "agent"),
    ("checks_site", "site"),
    ("phrasings_entry", "entry"),
    ("phrasing_digests_entry", "entry"),
    ("phrasing_cursors_site", "site"),
    ("notifications_agent", "agent"),
    ("push_subscriptions_agent", "agent"),
    ("notification_settings_agent", "agent"),
];

/// Maps a violated constraint by its name.
pub(crate) fn violation(error: sqlx::Error) -> StorageError {
    let constraint = error.as_database_error().and_then(|database| database.constraint());
    let named = |list: &[(&str, &'static str)]| {
        list.iter().find(|(name, _)| Some(*name) == constraint).map(|(_, what)| *what)
    };
    if let Some(what) = named(&TAKEN) {
        return StorageError::Taken { what };
    }
    if let Some(what) = named(&MISSING) {
        return StorageError::Missing { what };
    }
    backend(error)
}
