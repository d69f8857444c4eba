-- Who is told of what, outside the pages: written in the transaction of the
-- event that causes it, delivered afterwards, at least once.
CREATE TABLE notification_kinds (word TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO notification_kinds (word) VALUES
    ('person_called'), ('second_call'), ('visitor_wrote'), ('agent_answered');

-- Why a delivery failed.
CREATE TABLE notification_failures (word TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO notification_failures (word) VALUES
    ('not_configured'), ('no_address'), ('unreachable'), ('refused'), ('failed');

-- A browser that lets itself be woken.
CREATE TABLE push_subscriptions (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT push_subscriptions_key PRIMARY KEY
        CONSTRAINT push_subscriptions_id CHECK (length(id) = 36),
    agent_id TEXT COLLATE "C" NOT NULL
        CONSTRAINT push_subscriptions_agent REFERENCES agents (id) ON DELETE CASCADE,
    endpoint TEXT COLLATE "C" NOT NULL CONSTRAINT push_subscriptions_endpoint UNIQUE,
    -- The browser's public key (an uncompressed P-256 point) and its shared secret.
    p256dh BYTEA NOT NULL CONSTRAINT push_subscriptions_p256dh CHECK (length(p256dh) = 65),
    auth BYTEA NOT NULL CONSTRAINT push_subscriptions_auth CHECK (length(auth) = 16),
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX push_subscriptions_of_agent ON push_subscriptions (agent_id, created_at, id);

CREATE TABLE notifications (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT notifications_key PRIMARY KEY
        CONSTRAINT notifications_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT notifications_site REFERENCES sites (id),
    conversation_id TEXT COLLATE "C" NOT NULL
        CONSTRAINT notifications_conversation REFERENCES conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL CONSTRAINT notifications_seq CHECK (seq >= 0),
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT notifications_kind REFERENCES notification_kinds (word),
    -- Null while it is only a cause: whom it concerns is decided when it is due.
    target TEXT COLLATE "C" CONSTRAINT notifications_targets CHECK (target IN ('device', 'mailbox', 'visitor')),
    agent_id TEXT COLLATE "C" CONSTRAINT notifications_agent REFERENCES agents (id) ON DELETE CASCADE,
    -- Not a reference: a browser that is gone must not take its history along.
    device_id TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL
        CONSTRAINT notifications_state CHECK (state IN ('due', 'done', 'dead', 'dismissed')),
    attempts BIGINT NOT NULL DEFAULT 0 CONSTRAINT notifications_attempts CHECK (attempts >= 0),
    -- When it may be claimed; a claim moves it to the end of its lease.
    due_at BIGINT NOT NULL,
    -- Whose claim it is, or last was.
    lease TEXT COLLATE "C",
    failure TEXT COLLATE "C" CONSTRAINT notifications_failure REFERENCES notification_failures (word),
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT notifications_target CHECK (
        (agent_id IS NOT NULL) = coalesce(target IN ('device', 'mailbox'), FALSE)
        AND (device_id IS NOT NULL) = coalesce(target = 'device', FALSE)
    ),
    CONSTRAINT notifications_ended CHECK ((ended_at IS NULL) = (state = 'due'))
);

CREATE INDEX notifications_due ON notifications (due_at, id) WHERE state = 'due';
CREATE INDEX notifications_dead ON notifications (site_id, ended_at, id) WHERE state = 'dead';
CREATE INDEX notifications_by_end ON notifications (ended_at) WHERE state <> 'due';
CREATE INDEX notifications_of_conversation ON notifications (conversation_id, kind, seq);
-- Ten messages in a row are one cause, until somebody begins to look at it.
CREATE UNIQUE INDEX notifications_one_cause ON notifications (conversation_id, kind)
    WHERE target IS NULL AND state = 'due' AND lease IS NULL;

-- How somebody wants to be told.
CREATE TABLE notification_settings (
    agent_id TEXT COLLATE "C" NOT NULL CONSTRAINT notification_settings_key PRIMARY KEY
        CONSTRAINT notification_settings_agent REFERENCES agents (id) ON DELETE CASCADE,
    settings TEXT NOT NULL
);

-- Secrets made once for the installation, the same on every node.
CREATE TABLE installation_keys (
    name TEXT COLLATE "C" NOT NULL CONSTRAINT installation_keys_key PRIMARY KEY,
    value BYTEA NOT NULL
);
