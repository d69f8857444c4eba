-- What owners check before publishing; what they answer and accept.
CREATE TABLE checks (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL REFERENCES sites (id),
    -- What is asked and what is right, as one JSON document.
    content TEXT NOT NULL CHECK (json_valid(content)),
    -- The last run, as one JSON document; none since the content changed.
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    deleted_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX checks_in_order ON checks (site_id, created_at, id) WHERE deleted_at IS NULL;

ALTER TABLE gaps ADD COLUMN kind TEXT NOT NULL DEFAULT 'unanswered'
    CHECK (kind IN ('unanswered', 'badly_rated'));
-- The entry that somebody began to write. Not a reference: as `nearest`.
ALTER TABLE gaps ADD COLUMN entry_id TEXT;
CREATE INDEX gaps_of_entry ON gaps (site_id, entry_id) WHERE entry_id IS NOT NULL;

CREATE TABLE phrasings (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    text TEXT NOT NULL,
    -- The text as it is compared: no accents, lowercase.
    folded TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('model', 'conversation')),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'declined')),
    -- What was learned from a conversation goes with it.
    conversation_id TEXT REFERENCES conversations (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    UNIQUE (entry_id, folded),
    FOREIGN KEY (site_id, entry_id) REFERENCES entries (site_id, id)
) STRICT;

CREATE INDEX phrasings_proposed ON phrasings (site_id, entry_id) WHERE status = 'proposed';
CREATE INDEX phrasings_of_conversation ON phrasings (conversation_id) WHERE conversation_id IS NOT NULL;

-- What the model was last shown of an entry it was asked about.
CREATE TABLE phrasing_digests (
    entry_id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    FOREIGN KEY (site_id, entry_id) REFERENCES entries (site_id, id)
) STRICT;

-- How far visitors' verdicts have been read. Not a reference: the
-- conversation may be gone.
CREATE TABLE phrasing_cursors (
    site_id TEXT NOT NULL PRIMARY KEY REFERENCES sites (id),
    at INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    seq INTEGER NOT NULL
) STRICT;

CREATE INDEX events_verdicts ON events (at, conversation_id, seq) WHERE kind = 'feedback';
