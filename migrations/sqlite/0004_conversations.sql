-- Conversations: a head that changes and a log that only grows.
--
-- Words that rows of the log may use. Tables rather than checks: a new word is
-- one INSERT in a later migration.
CREATE TABLE event_kinds (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO event_kinds (word) VALUES
    ('notice_shown'), ('visitor_message'), ('bot_message'), ('agent_message'), ('handover_requested'),
    ('agent_joined'), ('bot_resumed'), ('contact_left'), ('feedback'), ('closed');

CREATE TABLE handover_reasons (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO handover_reasons (word) VALUES
    ('button'), ('explicit_wish'), ('escalation_word'), ('danger'), ('complaint'), ('anger'),
    ('nothing_found'), ('repeated_failure'), ('engine_down');

CREATE TABLE close_reasons (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO close_reasons (word) VALUES ('visitor'), ('agent'), ('idle');

CREATE TABLE contact_channels (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO contact_channels (word) VALUES ('email'), ('phone');

CREATE TABLE conversations (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL REFERENCES sites (id),
    visitor BLOB NOT NULL CHECK (length(visitor) = 32),
    epoch TEXT NOT NULL,
    last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
    -- Last message of anybody; 0 for none.
    last_message_seq INTEGER NOT NULL DEFAULT 0,
    -- Who answers.
    state TEXT NOT NULL CHECK (state IN ('bot', 'queued', 'human', 'closed')),
    state_since INTEGER,
    handover_reason TEXT REFERENCES handover_reasons (word),
    agent_id TEXT,
    close_reason TEXT REFERENCES close_reasons (word),
    -- When it last began to wait for a person; kept when somebody takes it, so
    -- that the next page of the waiting list can still be found from it.
    queued_at INTEGER,
    open_question INTEGER,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    notice_due INTEGER NOT NULL CHECK (notice_due IN (0, 1)),
    contact_channel TEXT REFERENCES contact_channels (word),
    contact_value TEXT,
    agents_read INTEGER NOT NULL CHECK (agents_read >= 0),
    visitor_read INTEGER NOT NULL CHECK (visitor_read >= 0),
    lang TEXT NOT NULL,
    page TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, id),
    CONSTRAINT conversations_contact CHECK ((contact_channel IS NULL) = (contact_value IS NULL)),
    CONSTRAINT conversations_holder CHECK (
        (state_since IS NULL) = (state = 'bot')
        AND (handover_reason IS NOT NULL) = (state IN ('queued', 'human'))
        AND (agent_id IS NOT NULL) = (state = 'human')
        AND (close_reason IS NOT NULL) = (state = 'closed')
        AND (state <> 'queued' OR queued_at IS NOT NULL)
    )
) STRICT;

CREATE INDEX conversations_waiting ON conversations (site_id, queued_at, id) WHERE state = 'queued';
CREATE INDEX conversations_held ON conversations (site_id, agent_id, updated_at, id) WHERE state = 'human';
CREATE INDEX conversations_open ON conversations (site_id, updated_at, id) WHERE state <> 'closed';
CREATE INDEX conversations_closed ON conversations (site_id, updated_at, id) WHERE state = 'closed';
CREATE INDEX conversations_all ON conversations (site_id, updated_at, id);
CREATE INDEX conversations_of_visitor ON conversations (site_id, visitor, created_at, id) WHERE state <> 'closed';
CREATE INDEX conversations_unfinished ON conversations (updated_at, id) WHERE open_question IS NOT NULL;

CREATE TABLE events (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL REFERENCES event_kinds (word),
    client_id TEXT,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    PRIMARY KEY (conversation_id, seq)
) STRICT;

CREATE UNIQUE INDEX events_client_id ON events (conversation_id, client_id) WHERE client_id IS NOT NULL;
-- Unread visitor messages of an inbox row.
CREATE INDEX events_from_visitor ON events (conversation_id, seq) WHERE kind = 'visitor_message';
