-- Waiting for a person: how far it has come, and for whom; what came of a
-- conversation; what people of the firm tell each other about it.
INSERT INTO event_kinds (word) VALUES ('called_again'), ('contact_asked'), ('transferred');

-- NULL while waiting: called once, by a binary that knew no steps.
ALTER TABLE conversations ADD COLUMN wait_step TEXT COLLATE "C"
    CONSTRAINT conversations_wait_step CHECK (wait_step IN ('called', 'called_again', 'contact_asked'));
ALTER TABLE conversations ADD COLUMN wanted_agent TEXT COLLATE "C"
    CONSTRAINT conversations_wanted_agent REFERENCES agents (id);
ALTER TABLE conversations ADD COLUMN close_outcome TEXT COLLATE "C"
    CONSTRAINT conversations_close_outcome CHECK (close_outcome IN ('answered', 'follow_up', 'no_reply', 'dropped'));

CREATE INDEX conversations_unattended ON conversations (queued_at, id)
    WHERE state = 'queued' AND (wait_step IS NULL OR wait_step <> 'contact_asked');

-- No part of `events`: nothing that reads a log for a visitor comes by here.
CREATE TABLE notes (
    conversation_id TEXT COLLATE "C" NOT NULL CONSTRAINT notes_conversation REFERENCES conversations (id),
    number BIGINT NOT NULL CONSTRAINT notes_number CHECK (number >= 1),
    client_id TEXT COLLATE "C" NOT NULL,
    site_id TEXT COLLATE "C" NOT NULL,
    agent_id TEXT COLLATE "C" NOT NULL,
    -- First name of the writer, as it was then.
    name TEXT NOT NULL,
    -- Last event when it was written.
    after_seq BIGINT NOT NULL CONSTRAINT notes_after_seq CHECK (after_seq >= 0),
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT notes_key PRIMARY KEY (conversation_id, number),
    CONSTRAINT notes_client_id UNIQUE (conversation_id, client_id),
    CONSTRAINT notes_agent FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, id)
);
