-- What the model answered, for monitoring; `journal` and `place` are where it was first written.
CREATE TABLE predictions (
    journal     BIGINT NOT NULL,
    place       BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    kind        TEXT    NOT NULL,
    client      BIGINT,
    bundle      TEXT    NOT NULL,
    row_hash    TEXT    NOT NULL,
    inputs      TEXT,
    probability DOUBLE PRECISION NOT NULL,
    low         DOUBLE PRECISION NOT NULL,
    high        DOUBLE PRECISION NOT NULL,
    decision    TEXT    NOT NULL,
    role        TEXT,
    PRIMARY KEY (journal, place)
);

CREATE INDEX predictions_by_time ON predictions (at_ms);
CREATE INDEX predictions_by_client ON predictions (client) WHERE client IS NOT NULL;

-- When a client was forgotten, so that nothing of before comes back.
CREATE TABLE erasures (
    client BIGINT PRIMARY KEY,
    at_ms  BIGINT NOT NULL,
    actor  TEXT    NOT NULL
);

-- Where each case stands. It follows from the decision log and can be made again from it.
CREATE TABLE cases (
    case_id    TEXT    PRIMARY KEY,
    client     BIGINT,
    latest_ms  BIGINT NOT NULL,
    -- What somebody must do, and until when; both NULL where nobody must.
    waits_for  TEXT,
    act_by     BIGINT,
    -- The first decision by somebody.
    decided_by TEXT,
    decided_ms BIGINT,
    agreement  TEXT,
    reversed   BIGINT NOT NULL
);

CREATE INDEX cases_by_act_by ON cases (act_by, case_id) WHERE waits_for IS NOT NULL;
CREATE INDEX cases_by_decided_ms ON cases (decided_ms) WHERE decided_ms IS NOT NULL;
CREATE INDEX cases_by_latest_ms ON cases (latest_ms);
