CREATE TABLE IF NOT EXISTS sequence (value INTEGER NOT NULL);
INSERT INTO sequence SELECT 36000000000000 WHERE NOT EXISTS (SELECT 1 FROM sequence);

CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT COLLATE NOCASE UNIQUE,
    external_id TEXT COLLATE NOCASE UNIQUE,
    role TEXT NOT NULL,
    verified INTEGER NOT NULL,
    phone TEXT,
    alias TEXT,
    details TEXT,
    notes TEXT,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    tags TEXT NOT NULL,
    user_fields TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    suspended INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    is_public INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE VIEW IF NOT EXISTS active_users AS SELECT * FROM users WHERE active;

CREATE TABLE IF NOT EXISTS identities (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    type TEXT NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    verified INTEGER NOT NULL,
    is_primary INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (type, value)
);

CREATE TABLE IF NOT EXISTS tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    external_id TEXT,
    subject TEXT,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    priority TEXT,
    type TEXT,
    requester_id INTEGER NOT NULL REFERENCES users (id),
    submitter_id INTEGER NOT NULL REFERENCES users (id),
    assignee_id INTEGER REFERENCES users (id),
    group_id INTEGER,
    organization_id INTEGER,
    brand_id INTEGER,
    ticket_form_id INTEGER,
    problem_id INTEGER,
    due_at TEXT,
    via TEXT NOT NULL,
    followup_of INTEGER REFERENCES tickets (id),
    tags TEXT NOT NULL,
    custom_fields TEXT NOT NULL,
    is_public INTEGER NOT NULL,
    satisfaction_rating TEXT,
    seen_comment_id INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT,
    deleted_by INTEGER REFERENCES users (id)
);
CREATE INDEX IF NOT EXISTS tickets_by_external_id ON tickets (external_id);
CREATE INDEX IF NOT EXISTS tickets_by_requester ON tickets (requester_id);
CREATE INDEX IF NOT EXISTS tickets_by_problem ON tickets (problem_id);

CREATE VIEW IF NOT EXISTS live_tickets AS SELECT * FROM tickets WHERE deleted_at IS NULL;
CREATE VIEW IF NOT EXISTS deleted_tickets AS
    SELECT tickets.id, subject, deleted_at, status AS previous_state, deleted_by AS actor_id,
        users.name AS actor_name
    FROM tickets JOIN users ON users.id = deleted_by WHERE deleted_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS audits (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    author_id INTEGER NOT NULL REFERENCES users (id),
    via TEXT NOT NULL,
    metadata TEXT NOT NULL,
    events TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audits_by_ticket ON audits (ticket_id);
CREATE INDEX IF NOT EXISTS audits_by_time ON audits (created_at, id);

CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    audit_id INTEGER NOT NULL REFERENCES audits (id),
    author_id INTEGER NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    plain_body TEXT NOT NULL,
    public INTEGER NOT NULL,
    attachments TEXT NOT NULL DEFAULT '[]',
    via TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS comments_by_ticket ON comments (ticket_id);

CREATE TABLE IF NOT EXISTS uploads (
    token TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS attachments (
    id INTEGER PRIMARY KEY,
    upload_token TEXT NOT NULL REFERENCES uploads (token) ON DELETE CASCADE,
    comment_id INTEGER REFERENCES comments (id) ON DELETE CASCADE,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    secret TEXT NOT NULL UNIQUE,
    content BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS attachments_by_upload ON attachments (upload_token);
CREATE INDEX IF NOT EXISTS attachments_by_comment ON attachments (comment_id);

CREATE TABLE IF NOT EXISTS definitions (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS definitions_by_kind ON definitions (kind);

CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    job_type TEXT NOT NULL,
    work TEXT NOT NULL,
    arguments TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    client TEXT NOT NULL,
    total INTEGER,
    started_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    results TEXT,
    failure TEXT
);

CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    location TEXT,
    expires_at TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS webhooks (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT,
    endpoint TEXT NOT NULL,
    http_method TEXT NOT NULL,
    request_format TEXT NOT NULL,
    status TEXT NOT NULL,
    subscriptions TEXT NOT NULL,
    authentication TEXT,
    secret TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_by TEXT,
    updated_at TEXT
);

CREATE TABLE IF NOT EXISTS invocations (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    status_code INTEGER,
    due_at REAL NOT NULL,
    created_at TEXT NOT NULL,
    latest_completed_at TEXT
);
CREATE INDEX IF NOT EXISTS invocations_due ON invocations (status, due_at);

CREATE TABLE IF NOT EXISTS attempts (
    id TEXT PRIMARY KEY,
    invocation_id TEXT NOT NULL REFERENCES invocations (id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    status_code INTEGER,
    request_headers TEXT NOT NULL,
    response_body TEXT NOT NULL,
    completed_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_by_invocation ON attempts (invocation_id);
