-- Which node writes the answer to a conversation's open question, and until when it has the right to.
CREATE TABLE answer_leases (
    conversation_id TEXT NOT NULL PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    owner TEXT NOT NULL CHECK (length(owner) = 36),
    expires_at INTEGER NOT NULL
) STRICT;
