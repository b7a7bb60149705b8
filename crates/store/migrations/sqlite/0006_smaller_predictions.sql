-- The prediction log in a quarter of the bytes and with one index less: in the order of time, a
-- number for each bundle and each word, the row's hash as bytes.
ALTER TABLE predictions RENAME TO predictions_before;
DROP INDEX predictions_by_time;
DROP INDEX predictions_by_client;

CREATE TABLE prediction_bundles (
    number INTEGER PRIMARY KEY,
    hash   TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO prediction_bundles (hash) SELECT DISTINCT bundle FROM predictions_before;

-- `journal` and `place` are where a record was first written.
CREATE TABLE predictions (
    at_ms       INTEGER NOT NULL,
    journal     INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    -- 0 score, 1 explanation, 2 posted values, 3 posted rows, 4 what-if, 5 batch
    kind        INTEGER NOT NULL,
    client      INTEGER,
    bundle      INTEGER NOT NULL,
    row_hash    BLOB    NOT NULL,
    inputs      TEXT,
    probability REAL    NOT NULL,
    low         REAL    NOT NULL,
    high        REAL    NOT NULL,
    -- 0 granted, 1 refused, 2 review
    decision    INTEGER NOT NULL,
    -- 0 adviser, 1 client, 2 analyst, 3 auditor, 4 admin; NULL: a program
    role        INTEGER,
    PRIMARY KEY (at_ms, journal, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX predictions_by_client ON predictions (client) WHERE client IS NOT NULL;

INSERT INTO predictions (at_ms, journal, place, kind, client, bundle, row_hash,
    inputs, probability, low, high, decision, role)
SELECT at_ms, journal, place,
    CASE kind WHEN 'score' THEN 0 WHEN 'explanation' THEN 1 WHEN 'posted_values' THEN 2
        WHEN 'posted_rows' THEN 3 WHEN 'what_if' THEN 4 ELSE 5 END,
    client,
    (SELECT number FROM prediction_bundles WHERE hash = bundle),
    coalesce(unhex(row_hash), zeroblob(16)), inputs, probability, low, high,
    CASE decision WHEN 'granted' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END,
    CASE role WHEN 'adviser' THEN 0 WHEN 'client' THEN 1 WHEN 'analyst' THEN 2
        WHEN 'auditor' THEN 3 WHEN 'admin' THEN 4 END
FROM predictions_before;

DROP TABLE predictions_before;
