-- Which node writes the answer to a conversation's open question, and until when it has the right to.
CREATE TABLE answer_leases (
    conversation_id TEXT COLLATE "C" NOT NULL CONSTRAINT answer_leases_key PRIMARY KEY
        CONSTRAINT answer_leases_conversation REFERENCES conversations (id) ON DELETE CASCADE,
    owner TEXT COLLATE "C" NOT NULL CONSTRAINT answer_leases_owner CHECK (length(owner) = 36),
    expires_at BIGINT NOT NULL
);
