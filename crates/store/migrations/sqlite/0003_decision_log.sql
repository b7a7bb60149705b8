-- The decision log. An entry holds nothing personal: what it tells stands in decision_payloads, and
-- the entry holds its hash under a salt that is deleted with it.
CREATE TABLE decision_log (
    sequence INTEGER PRIMARY KEY,
    case_id  TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    payload  BLOB    NOT NULL,
    previous BLOB    NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;

CREATE INDEX decision_log_by_case ON decision_log (case_id, sequence);

CREATE TABLE decision_payloads (
    sequence INTEGER PRIMARY KEY REFERENCES decision_log (sequence),
    case_id  TEXT    NOT NULL,
    client   INTEGER,
    salt     BLOB    NOT NULL,
    body     TEXT    NOT NULL
) STRICT;

CREATE INDEX decision_payloads_by_client ON decision_payloads (client, sequence);

-- A request sent again under the same key gets the entry that the first one made.
CREATE TABLE idempotency_keys (
    actor    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    request  BLOB    NOT NULL,
    sequence INTEGER NOT NULL REFERENCES decision_log (sequence),
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_sequence ON idempotency_keys (sequence);

CREATE TRIGGER decision_log_in_order BEFORE INSERT ON decision_log
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM decision_log)
BEGIN SELECT RAISE(ABORT, 'entries of the decision log are numbered without gaps'); END;

CREATE TRIGGER decision_log_no_update BEFORE UPDATE ON decision_log
BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;

CREATE TRIGGER decision_log_no_delete BEFORE DELETE ON decision_log
BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;

CREATE TRIGGER decision_payloads_no_update BEFORE UPDATE ON decision_payloads
BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;

CREATE TRIGGER decision_payloads_no_delete BEFORE DELETE ON decision_payloads
WHEN NOT EXISTS (
    SELECT 1 FROM decision_log
    WHERE case_id = OLD.case_id AND event = 'erased' AND sequence > OLD.sequence)
BEGIN SELECT RAISE(ABORT, 'a payload of the decision log is deleted by an erasure only'); END;
