-- What the model answered, for monitoring; `journal` and `place` are where it was first written.
CREATE TABLE predictions (
    journal     INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    client      INTEGER,
    bundle      TEXT    NOT NULL,
    row_hash    TEXT    NOT NULL,
    inputs      TEXT,
    probability REAL    NOT NULL,
    low         REAL    NOT NULL,
    high        REAL    NOT NULL,
    decision    TEXT    NOT NULL,
    role        TEXT,
    PRIMARY KEY (journal, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX predictions_by_time ON predictions (at_ms);
CREATE INDEX predictions_by_client ON predictions (client) WHERE client IS NOT NULL;

-- When a client was forgotten, so that nothing of before comes back.
CREATE TABLE erasures (
    client INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    actor  TEXT    NOT NULL
) STRICT;

-- Where each case stands. It follows from the decision log and can be made again from it.
CREATE TABLE cases (
    case_id    TEXT    PRIMARY KEY,
    client     INTEGER,
    latest_ms  INTEGER NOT NULL,
    -- What somebody must do, and until when; both NULL where nobody must.
    waits_for  TEXT,
    act_by     INTEGER,
    -- The first decision by somebody.
    decided_by TEXT,
    decided_ms INTEGER,
    agreement  TEXT,
    reversed   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_by_act_by ON cases (act_by, case_id) WHERE waits_for IS NOT NULL;
CREATE INDEX cases_by_decided_ms ON cases (decided_ms) WHERE decided_ms IS NOT NULL;
CREATE INDEX cases_by_latest_ms ON cases (latest_ms);
