-- People of the firm and their sign-ins.
CREATE TABLE agents (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    site_id TEXT NOT NULL REFERENCES sites (id),
    email TEXT NOT NULL UNIQUE CHECK (email <> ''),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'artisan')),
    lang TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    available INTEGER NOT NULL CHECK (available IN (0, 1)),
    seen_at INTEGER,
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    -- Lets other tables refer to a person of their own site only.
    UNIQUE (site_id, id)
) STRICT;

CREATE INDEX agents_by_name ON agents (site_id, name, id);

CREATE TABLE agent_sessions (
    token BLOB NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    csrf TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    label TEXT NOT NULL
) STRICT;

CREATE INDEX agent_sessions_by_agent ON agent_sessions (agent_id);
CREATE INDEX agent_sessions_by_end ON agent_sessions (expires_at);
