-- Administrators, an adviser's own clients, lockout, API keys. SQLite changes no CHECK in place.
CREATE TABLE people_2 (
    id              INTEGER PRIMARY KEY,
    username        TEXT    NOT NULL,
    full_name       TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    role            TEXT    NOT NULL CHECK (role IN ('adviser', 'client', 'analyst', 'auditor', 'admin')),
    client          INTEGER,
    password_hash   TEXT    NOT NULL,
    disabled        INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at      INTEGER NOT NULL DEFAULT (unixepoch()),
    -- Which clients an adviser sees: all, or those in assignments.
    portfolio       TEXT    NOT NULL DEFAULT 'all' CHECK (portfolio IN ('all', 'assigned')),
    last_sign_in_at INTEGER,
    -- Sessions of an older generation are over: it grows with each new password.
    generation      INTEGER NOT NULL DEFAULT 0,
    -- A client's account names one client; no other account names any.
    CHECK ((role = 'client') = (client IS NOT NULL))
) STRICT;

INSERT INTO people_2 (id, username, full_name, title, role, client, password_hash, disabled, created_at)
SELECT id, username, full_name, title, role, client, password_hash, disabled, created_at FROM people;

DROP TABLE people;
ALTER TABLE people_2 RENAME TO people;
CREATE UNIQUE INDEX people_by_name ON people (lower(username));

-- One active account a client; of several, the oldest stays active.
UPDATE people SET disabled = 1
WHERE client IS NOT NULL AND EXISTS (
    SELECT 1 FROM people AS older
    WHERE older.client = people.client AND older.disabled = 0 AND older.id < people.id);
CREATE UNIQUE INDEX people_by_client ON people (client) WHERE disabled = 0;

CREATE TABLE assignments (
    person INTEGER NOT NULL REFERENCES people (id),
    client INTEGER NOT NULL,
    PRIMARY KEY (person, client)
) STRICT, WITHOUT ROWID;

-- Names are those typed, also of nobody; kept as BLAKE3 hashes, for people type passwords there.
CREATE TABLE sign_in_failures (
    name           BLOB    PRIMARY KEY,
    failures       INTEGER NOT NULL,
    last_failed_at INTEGER NOT NULL,
    locked_until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    -- BLAKE3 of the key: the key itself is nowhere here.
    hash         BLOB    NOT NULL UNIQUE,
    scopes       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;

CREATE UNIQUE INDEX api_keys_by_name ON api_keys (name) WHERE revoked_at IS NULL;
