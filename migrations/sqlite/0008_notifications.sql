-- Who is told of what, outside the pages: written in the transaction of the
-- event that causes it, delivered afterwards, at least once.
CREATE TABLE notification_kinds (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO notification_kinds (word) VALUES
    ('person_called'), ('second_call'), ('visitor_wrote'), ('agent_answered');

-- Why a delivery failed.
CREATE TABLE notification_failures (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO notification_failures (word) VALUES
    ('not_configured'), ('no_address'), ('unreachable'), ('refused'), ('failed');

-- A browser that lets itself be woken.
CREATE TABLE push_subscriptions (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    endpoint TEXT NOT NULL UNIQUE,
    -- The browser's public key (an uncompressed P-256 point) and its shared secret.
    p256dh BLOB NOT NULL CHECK (length(p256dh) = 65),
    auth BLOB NOT NULL CHECK (length(auth) = 16),
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX push_subscriptions_of_agent ON push_subscriptions (agent_id, created_at, id);

CREATE TABLE notifications (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL REFERENCES sites (id),
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL CHECK (seq >= 0),
    kind TEXT NOT NULL REFERENCES notification_kinds (word),
    -- Null while it is only a cause: whom it concerns is decided when it is due.
    target TEXT CHECK (target IN ('device', 'mailbox', 'visitor')),
    agent_id TEXT REFERENCES agents (id) ON DELETE CASCADE,
    -- Not a reference: a browser that is gone must not take its history along.
    device_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'dead', 'dismissed')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- When it may be claimed; a claim moves it to the end of its lease.
    due_at INTEGER NOT NULL,
    -- Whose claim it is, or last was.
    lease TEXT,
    failure TEXT REFERENCES notification_failures (word),
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    CONSTRAINT notifications_target CHECK (
        (agent_id IS NOT NULL) = coalesce(target IN ('device', 'mailbox'), FALSE)
        AND (device_id IS NOT NULL) = coalesce(target = 'device', FALSE)
    ),
    CONSTRAINT notifications_ended CHECK ((ended_at IS NULL) = (state = 'due'))
) STRICT;

CREATE INDEX notifications_due ON notifications (due_at, id) WHERE state = 'due';
CREATE INDEX notifications_dead ON notifications (site_id, ended_at, id) WHERE state = 'dead';
CREATE INDEX notifications_by_end ON notifications (ended_at) WHERE state <> 'due';
CREATE INDEX notifications_of_conversation ON notifications (conversation_id, kind, seq);
-- Ten messages in a row are one cause, until somebody begins to look at it.
CREATE UNIQUE INDEX notifications_one_cause ON notifications (conversation_id, kind)
    WHERE target IS NULL AND state = 'due' AND lease IS NULL;

-- How somebody wants to be told.
CREATE TABLE notification_settings (
    agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    settings TEXT NOT NULL CHECK (json_valid(settings))
) STRICT;

-- Secrets made once for the installation, the same on every node.
CREATE TABLE installation_keys (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
