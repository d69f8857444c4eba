-- What owners check before publishing; what they answer and accept.
CREATE TABLE checks (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT checks_key PRIMARY KEY
        CONSTRAINT checks_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT checks_site REFERENCES sites (id),
    -- What is asked and what is right, as one JSON document.
    content TEXT NOT NULL,
    -- The last run, as one JSON document; none since the content changed.
    result TEXT,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX checks_in_order ON checks (site_id, created_at, id) WHERE deleted_at IS NULL;

ALTER TABLE gaps ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'unanswered'
    CONSTRAINT gaps_kind CHECK (kind IN ('unanswered', 'badly_rated'));
-- The entry that somebody began to write. Not a reference: as `nearest`.
ALTER TABLE gaps ADD COLUMN entry_id TEXT COLLATE "C";
CREATE INDEX gaps_of_entry ON gaps (site_id, entry_id) WHERE entry_id IS NOT NULL;

CREATE TABLE phrasings (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT phrasings_key PRIMARY KEY
        CONSTRAINT phrasings_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    text TEXT NOT NULL,
    -- The text as it is compared: no accents, lowercase.
    folded TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL
        CONSTRAINT phrasings_source CHECK (source IN ('model', 'conversation')),
    status TEXT COLLATE "C" NOT NULL
        CONSTRAINT phrasings_status CHECK (status IN ('proposed', 'accepted', 'declined')),
    -- What was learned from a conversation goes with it.
    conversation_id TEXT COLLATE "C"
        CONSTRAINT phrasings_conversation REFERENCES conversations (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    CONSTRAINT phrasings_once UNIQUE (entry_id, folded),
    CONSTRAINT phrasings_entry FOREIGN KEY (site_id, entry_id) REFERENCES entries (site_id, id)
);

CREATE INDEX phrasings_proposed ON phrasings (site_id, entry_id) WHERE status = 'proposed';
CREATE INDEX phrasings_of_conversation ON phrasings (conversation_id) WHERE conversation_id IS NOT NULL;

-- What the model was last shown of an entry it was asked about.
CREATE TABLE phrasing_digests (
    entry_id TEXT COLLATE "C" NOT NULL CONSTRAINT phrasing_digests_key PRIMARY KEY,
    site_id TEXT COLLATE "C" NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT phrasing_digests_entry FOREIGN KEY (site_id, entry_id) REFERENCES entries (site_id, id)
);

-- How far visitors' verdicts have been read. Not a reference: the
-- conversation may be gone.
CREATE TABLE phrasing_cursors (
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT phrasing_cursors_key PRIMARY KEY
        CONSTRAINT phrasing_cursors_site REFERENCES sites (id),
    at BIGINT NOT NULL,
    conversation_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL
);

CREATE INDEX events_verdicts ON events (at, conversation_id, seq) WHERE kind = 'feedback';
