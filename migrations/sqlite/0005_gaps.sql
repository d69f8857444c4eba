-- Questions the FAQ could not answer.
CREATE TABLE gaps (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL REFERENCES sites (id),
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    question TEXT NOT NULL,
    lang TEXT NOT NULL,
    -- Not a reference: a visitor's message must never be refused because the
    -- index named an entry that is no longer there.
    nearest TEXT,
    status TEXT NOT NULL CHECK (status IN ('open', 'answered', 'dismissed')),
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX gaps_by_time ON gaps (site_id, status, at, id);
CREATE INDEX gaps_of_conversation ON gaps (conversation_id);
