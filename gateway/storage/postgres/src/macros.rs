//! Column lists written once. sqlx joins literals with `+`, so each use is
//! still one statement checked against the schema.

/// `SELECT … FROM conversations` + the rest.
macro_rules! select_conversations {
    ($rest:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            comptoir_storage::columns::ConversationRow,
            r#"SELECT id, site_id, visitor, epoch, last_seq, state, state_since, handover_reason, agent_id,
                close_reason, close_outcome, wait_step, wanted_agent, open_question, failures, notice_due, contact_channel,
                contact_value, agents_read, visitor_read, lang, page, created_at, updated_at
            FROM conversations "# + $rest
            $(, $arg)*
        )
    };
}

/// Rows of an inbox + the condition and order.
macro_rules! select_summaries {
    ($rest:expr $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            comptoir_storage::columns::SummaryRow,
            r#"SELECT c.id, c.site_id, c.visitor, c.epoch, c.last_seq, c.state, c.state_since,
                c.handover_reason, c.agent_id, c.close_reason, c.close_outcome, c.wait_step,
                c.wanted_agent, c.open_question, c.failures,
                c.notice_due, c.contact_channel, c.contact_value, c.agents_read,
                c.visitor_read, c.lang, c.page, c.created_at, c.updated_at,
                m.seq AS "message_seq?", m.at AS "message_at?", m.kind AS "message_kind?",
                m.payload AS "message_payload?",
                (SELECT count(*) FROM events u WHERE u.conversation_id = c.id AND u.kind = 'visitor_message'
                    AND u.seq > c.agents_read) AS "unread!"
            FROM conversations c
            LEFT JOIN events m ON m.conversation_id = c.id AND m.seq = c.last_message_seq "# + $rest
            $(, $arg)*
        )
    };
}

/// A statement that gives rows of `entries`: what comes before the columns
/// (`"SELECT "` or `"… RETURNING "`), and after.
macro_rules! entry_rows {
    ($before:tt, $rest:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            comptoir_storage::columns::EntryRow,
            $before + "id, site_id, external_id, version, revision, question, alternatives, answer, category,
                keywords, lang, status, deleted_at, created_at, updated_at " + $rest
            $(, $arg)*
        )
    };
}

/// A statement that gives rows of `agents`.
macro_rules! agent_rows {
    ($before:tt, $rest:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            comptoir_storage::columns::AgentRow,
            $before + r#"id, site_id, email, name, role, lang, password_hash, available,
                seen_at, disabled_at, created_at "# + $rest
            $(, $arg)*
        )
    };
}

/// Rows of an inbox on a further condition, newest change first, with the
/// site, the key of the last row seen and the number of rows as `$1` to `$3`.
macro_rules! newest_summaries {
    ($condition:tt $(, $arg:expr)* $(,)?) => {
        select_summaries!(
            "WHERE c.site_id = $1 AND ($2::text IS NULL OR (c.updated_at, c.id) <
                (SELECT updated_at, id FROM conversations WHERE site_id = $1 AND id = $2)) "
                + $condition
                + " ORDER BY c.updated_at DESC, c.id DESC LIMIT $3"
            $(, $arg)*
        )
    };
}

/// A statement that gives rows of `notifications`.
macro_rules! notification_rows {
    ($before:tt, $rest:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            comptoir_storage::columns::NotificationRow,
            $before + "id, site_id, conversation_id, seq, kind, target, agent_id, device_id, attempts,
                failure, created_at, ended_at " + $rest
            $(, $arg)*
        )
    };
}

/// A statement that gives rows of `push_subscriptions`.
macro_rules! select_devices {
    ($rest:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            comptoir_storage::columns::DeviceRow,
            "SELECT id, agent_id, endpoint, p256dh, auth, label, created_at FROM push_subscriptions " + $rest
            $(, $arg)*
        )
    };
}
