-- Conversations: a head that changes and a log that only grows.
--
-- Words that rows of the log may use. Tables rather than checks: a new word is
-- one INSERT in a later migration.
CREATE TABLE event_kinds (word TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO event_kinds (word) VALUES
    ('notice_shown'), ('visitor_message'), ('bot_message'), ('agent_message'), ('handover_requested'),
    ('agent_joined'), ('bot_resumed'), ('contact_left'), ('feedback'), ('closed');

CREATE TABLE handover_reasons (word TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO handover_reasons (word) VALUES
    ('button'), ('explicit_wish'), ('escalation_word'), ('danger'), ('complaint'), ('anger'),
    ('nothing_found'), ('repeated_failure'), ('engine_down');

CREATE TABLE close_reasons (word TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO close_reasons (word) VALUES ('visitor'), ('agent'), ('idle');

CREATE TABLE contact_channels (word TEXT COLLATE "C" NOT NULL PRIMARY KEY);
INSERT INTO contact_channels (word) VALUES ('email'), ('phone');

CREATE TABLE conversations (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT conversations_key PRIMARY KEY
        CONSTRAINT conversations_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT conversations_site REFERENCES sites (id),
    visitor BYTEA NOT NULL CONSTRAINT conversations_visitor CHECK (length(visitor) = 32),
    epoch TEXT NOT NULL,
    last_seq BIGINT NOT NULL CONSTRAINT conversations_last_seq CHECK (last_seq >= 0),
    -- Last message of anybody; 0 for none.
    last_message_seq BIGINT NOT NULL DEFAULT 0,
    -- Who answers.
    state TEXT COLLATE "C" NOT NULL
        CONSTRAINT conversations_state CHECK (state IN ('bot', 'queued', 'human', 'closed')),
    state_since BIGINT,
    handover_reason TEXT COLLATE "C"
        CONSTRAINT conversations_handover_reason REFERENCES handover_reasons (word),
    agent_id TEXT COLLATE "C",
    close_reason TEXT COLLATE "C"
        CONSTRAINT conversations_close_reason REFERENCES close_reasons (word),
    -- When it last began to wait for a person; kept when somebody takes it, so
    -- that the next page of the waiting list can still be found from it.
    queued_at BIGINT,
    open_question BIGINT,
    failures BIGINT NOT NULL CONSTRAINT conversations_failures CHECK (failures >= 0),
    notice_due BOOLEAN NOT NULL,
    contact_channel TEXT COLLATE "C"
        CONSTRAINT conversations_contact_channel REFERENCES contact_channels (word),
    contact_value TEXT,
    agents_read BIGINT NOT NULL CONSTRAINT conversations_agents_read CHECK (agents_read >= 0),
    visitor_read BIGINT NOT NULL CONSTRAINT conversations_visitor_read CHECK (visitor_read >= 0),
    lang TEXT NOT NULL,
    page TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT conversations_agent FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, id),
    CONSTRAINT conversations_contact CHECK ((contact_channel IS NULL) = (contact_value IS NULL)),
    CONSTRAINT conversations_holder CHECK (
        (state_since IS NULL) = (state = 'bot')
        AND (handover_reason IS NOT NULL) = (state IN ('queued', 'human'))
        AND (agent_id IS NOT NULL) = (state = 'human')
        AND (close_reason IS NOT NULL) = (state = 'closed')
        AND (state <> 'queued' OR queued_at IS NOT NULL)
    )
);

CREATE INDEX conversations_waiting ON conversations (site_id, queued_at, id) WHERE state = 'queued';
CREATE INDEX conversations_held ON conversations (site_id, agent_id, updated_at, id) WHERE state = 'human';
CREATE INDEX conversations_open ON conversations (site_id, updated_at, id) WHERE state <> 'closed';
CREATE INDEX conversations_closed ON conversations (site_id, updated_at, id) WHERE state = 'closed';
CREATE INDEX conversations_all ON conversations (site_id, updated_at, id);
CREATE INDEX conversations_of_visitor ON conversations (site_id, visitor, created_at, id) WHERE state <> 'closed';
CREATE INDEX conversations_unfinished ON conversations (updated_at, id) WHERE open_question IS NOT NULL;

CREATE TABLE events (
    conversation_id TEXT COLLATE "C" NOT NULL CONSTRAINT events_conversation REFERENCES conversations (id),
    seq BIGINT NOT NULL CONSTRAINT events_seq CHECK (seq >= 1),
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT events_kind REFERENCES event_kinds (word),
    client_id TEXT COLLATE "C",
    payload TEXT NOT NULL,
    CONSTRAINT events_key PRIMARY KEY (conversation_id, seq)
);

CREATE UNIQUE INDEX events_client_id ON events (conversation_id, client_id) WHERE client_id IS NOT NULL;
-- Unread visitor messages of an inbox row.
CREATE INDEX events_from_visitor ON events (conversation_id, seq) WHERE kind = 'visitor_message';
