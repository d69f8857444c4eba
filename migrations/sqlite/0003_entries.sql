-- FAQ entries and their history.
CREATE TABLE entries (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL REFERENCES sites (id),
    external_id TEXT,
    version INTEGER NOT NULL CHECK (version >= 1),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    question TEXT NOT NULL,
    alternatives TEXT NOT NULL CHECK (json_type(alternatives) = 'array'),
    answer TEXT NOT NULL,
    category TEXT,
    keywords TEXT NOT NULL CHECK (json_type(keywords) = 'array'),
    lang TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
    deleted_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- Folded question, alternatives, answer and keywords, for text filters.
    search TEXT NOT NULL,
    -- Folded category and question, for the order of lists.
    sort_key TEXT NOT NULL,
    UNIQUE (site_id, id),
    UNIQUE (site_id, external_id),
    UNIQUE (site_id, revision)
) STRICT;

CREATE INDEX entries_in_order ON entries (site_id, sort_key, id);

CREATE TABLE entry_versions (
    entry_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    site_id TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    author TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (entry_id, version),
    FOREIGN KEY (site_id, entry_id) REFERENCES entries (site_id, id),
    FOREIGN KEY (site_id, author) REFERENCES agents (site_id, id)
) STRICT;
