-- Firms' counters.
CREATE TABLE sites (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT sites_key PRIMARY KEY
        CONSTRAINT sites_id CHECK (length(id) BETWEEN 1 AND 40),
    settings TEXT NOT NULL,
    version BIGINT NOT NULL CONSTRAINT sites_version CHECK (version >= 1),
    -- Last position given in the site's stream of entry changes.
    entry_revision BIGINT NOT NULL DEFAULT 0 CONSTRAINT sites_entry_revision CHECK (entry_revision >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
