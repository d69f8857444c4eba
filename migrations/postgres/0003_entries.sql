-- FAQ entries and their history.
CREATE TABLE entries (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT entries_key PRIMARY KEY
        CONSTRAINT entries_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT entries_site REFERENCES sites (id),
    external_id TEXT COLLATE "C",
    version BIGINT NOT NULL CONSTRAINT entries_version CHECK (version >= 1),
    revision BIGINT NOT NULL CONSTRAINT entries_revision_set CHECK (revision >= 1),
    question TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    answer TEXT NOT NULL,
    category TEXT COLLATE "C",
    keywords TEXT NOT NULL,
    lang TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT entries_status CHECK (status IN ('draft', 'published')),
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- Folded question, alternatives, answer and keywords, for text filters.
    search TEXT COLLATE "C" NOT NULL,
    -- Folded category and question, for the order of lists.
    sort_key TEXT COLLATE "C" NOT NULL,
    CONSTRAINT entries_of_site UNIQUE (site_id, id),
    CONSTRAINT entries_external_id UNIQUE (site_id, external_id),
    CONSTRAINT entries_revision UNIQUE (site_id, revision)
);

CREATE INDEX entries_in_order ON entries (site_id, sort_key, id);

CREATE TABLE entry_versions (
    entry_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CONSTRAINT entry_versions_version CHECK (version >= 1),
    site_id TEXT COLLATE "C" NOT NULL,
    content TEXT NOT NULL,
    deleted BOOLEAN NOT NULL,
    author TEXT COLLATE "C",
    at BIGINT NOT NULL,
    CONSTRAINT entry_versions_key PRIMARY KEY (entry_id, version),
    CONSTRAINT entry_versions_entry FOREIGN KEY (site_id, entry_id) REFERENCES entries (site_id, id),
    CONSTRAINT entry_versions_author FOREIGN KEY (site_id, author) REFERENCES agents (site_id, id)
);
