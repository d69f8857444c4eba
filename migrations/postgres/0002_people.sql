-- People of the firm and their sign-ins.
CREATE TABLE agents (
    id TEXT COLLATE "C" NOT NULL CONSTRAINT agents_key PRIMARY KEY
        CONSTRAINT agents_id CHECK (length(id) = 36),
    site_id TEXT COLLATE "C" NOT NULL CONSTRAINT agents_site REFERENCES sites (id),
    email TEXT COLLATE "C" NOT NULL CONSTRAINT agents_email UNIQUE
        CONSTRAINT agents_email_set CHECK (email <> ''),
    name TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL CONSTRAINT agents_role CHECK (role IN ('owner', 'artisan')),
    lang TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    available BOOLEAN NOT NULL,
    seen_at BIGINT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    -- Lets other tables refer to a person of their own site only.
    CONSTRAINT agents_of_site UNIQUE (site_id, id)
);

CREATE INDEX agents_by_name ON agents (site_id, name, id);

CREATE TABLE agent_sessions (
    token BYTEA NOT NULL CONSTRAINT agent_sessions_key PRIMARY KEY
        CONSTRAINT agent_sessions_token CHECK (length(token) = 32),
    agent_id TEXT COLLATE "C" NOT NULL
        CONSTRAINT agent_sessions_agent REFERENCES agents (id) ON DELETE CASCADE,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    label TEXT NOT NULL
);

CREATE INDEX agent_sessions_by_agent ON agent_sessions (agent_id);
CREATE INDEX agent_sessions_by_end ON agent_sessions (expires_at);
