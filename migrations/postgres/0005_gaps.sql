-- Questions the FAQ could not answer.
CREATE TABLE gaps (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT gaps_key PRIMARY KEY
        CONSTRAINT gaps_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT gaps_site REFERENCES sites (id),
    conversation_id TEXT COLLATE "C" NOT NULL CONSTRAINT gaps_conversation REFERENCES conversations (id),
    seq BIGINT NOT NULL CONSTRAINT gaps_seq CHECK (seq >= 0),
    question TEXT NOT NULL,
    lang TEXT NOT NULL,
    -- Not a reference: a visitor's message must never be refused because the
    -- index named an entry that is no longer there.
    nearest TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL
        CONSTRAINT gaps_status CHECK (status IN ('open', 'answered', 'dismissed')),
    at BIGINT NOT NULL
);

CREATE INDEX gaps_by_time ON gaps (site_id, status, at, id);
CREATE INDEX gaps_of_conversation ON gaps (conversation_id);
