-- The prediction log in a quarter of the bytes and with one index less: in the order of time, a
-- number for each bundle and each word, the row's hash as bytes.
ALTER TABLE predictions RENAME TO predictions_before;
ALTER INDEX predictions_pkey RENAME TO predictions_before_pkey;
DROP INDEX predictions_by_time;
DROP INDEX predictions_by_client;

CREATE TABLE prediction_bundles (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash   TEXT   NOT NULL UNIQUE
);

INSERT INTO prediction_bundles (hash) SELECT DISTINCT bundle FROM predictions_before;

-- `journal` and `place` are where a record was first written.
CREATE TABLE predictions (
    at_ms       BIGINT   NOT NULL,
    journal     BIGINT   NOT NULL,
    place       BIGINT   NOT NULL,
    -- 0 score, 1 explanation, 2 posted values, 3 posted rows, 4 what-if, 5 batch
    kind        SMALLINT NOT NULL,
    client      BIGINT,
    bundle      BIGINT   NOT NULL,
    row_hash    BYTEA    NOT NULL,
    inputs      TEXT,
    probability DOUBLE PRECISION NOT NULL,
    low         DOUBLE PRECISION NOT NULL,
    high        DOUBLE PRECISION NOT NULL,
    -- 0 granted, 1 refused, 2 review
    decision    SMALLINT NOT NULL,
    -- 0 adviser, 1 client, 2 analyst, 3 auditor, 4 admin; NULL: a program
    role        SMALLINT,
    PRIMARY KEY (at_ms, journal, place)
);

CREATE INDEX predictions_by_client ON predictions (client) WHERE client IS NOT NULL;

INSERT INTO predictions (at_ms, journal, place, kind, client, bundle, row_hash,
    inputs, probability, low, high, decision, role)
SELECT at_ms, journal, place,
    CASE kind WHEN 'score' THEN 0 WHEN 'explanation' THEN 1 WHEN 'posted_values' THEN 2
        WHEN 'posted_rows' THEN 3 WHEN 'what_if' THEN 4 ELSE 5 END,
    client,
    (SELECT number FROM prediction_bundles WHERE hash = bundle),
    decode(row_hash, 'hex'), inputs, probability, low, high,
    CASE decision WHEN 'granted' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END,
    CASE role WHEN 'adviser' THEN 0 WHEN 'client' THEN 1 WHEN 'analyst' THEN 2
        WHEN 'auditor' THEN 3 WHEN 'admin' THEN 4 END
FROM predictions_before;

DROP TABLE predictions_before;
