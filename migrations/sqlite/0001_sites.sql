-- Firms' counters.
CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    version INTEGER NOT NULL CHECK (version >= 1),
    -- Last position given in the site's stream of entry changes.
    entry_revision INTEGER NOT NULL DEFAULT 0 CHECK (entry_revision >= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
