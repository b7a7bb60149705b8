-- People who sign in, and their sessions.
CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    username      TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    full_name     TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('adviser', 'client', 'analyst', 'auditor')),
    client        INTEGER,
    password_hash TEXT    NOT NULL,
    disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at    INTEGER NOT NULL DEFAULT (unixepoch()),
    -- A client's account names one client; no other account names any.
    CHECK ((role = 'client') = (client IS NOT NULL))
) STRICT;

-- The key is the BLAKE3 hash of the session's token: the token itself is only in the cookie.
CREATE TABLE sessions (
    key        BLOB    PRIMARY KEY,
    data       TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
