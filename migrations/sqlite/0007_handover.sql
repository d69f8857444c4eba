-- Waiting for a person: how far it has come, and for whom; what came of a
-- conversation; what people of the firm tell each other about it.
INSERT INTO event_kinds (word) VALUES ('called_again'), ('contact_asked'), ('transferred');

-- NULL while waiting: called once, by a binary that knew no steps.
ALTER TABLE conversations ADD COLUMN wait_step TEXT CHECK (wait_step IN ('called', 'called_again', 'contact_asked'));
ALTER TABLE conversations ADD COLUMN wanted_agent TEXT REFERENCES agents (id);
ALTER TABLE conversations ADD COLUMN close_outcome TEXT
    CHECK (close_outcome IN ('answered', 'follow_up', 'no_reply', 'dropped'));

CREATE INDEX conversations_unattended ON conversations (queued_at, id)
    WHERE state = 'queued' AND (wait_step IS NULL OR wait_step <> 'contact_asked');

-- No part of `events`: nothing that reads a log for a visitor comes by here.
CREATE TABLE notes (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    client_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    -- First name of the writer, as it was then.
    name TEXT NOT NULL,
    -- Last event when it was written.
    after_seq INTEGER NOT NULL CHECK (after_seq >= 0),
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, number),
    UNIQUE (conversation_id, client_id),
    FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, id)
) STRICT;
