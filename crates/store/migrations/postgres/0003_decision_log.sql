-- The decision log. An entry holds nothing personal: what it tells stands in decision_payloads, and
-- the entry holds its hash under a salt that is deleted with it.
CREATE TABLE decision_log (
    sequence BIGINT PRIMARY KEY,
    case_id  TEXT   NOT NULL,
    event    TEXT   NOT NULL,
    at_ms    BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    payload  BYTEA  NOT NULL,
    previous BYTEA  NOT NULL,
    hash     BYTEA  NOT NULL
);

CREATE INDEX decision_log_by_case ON decision_log (case_id, sequence);

CREATE TABLE decision_payloads (
    sequence BIGINT PRIMARY KEY REFERENCES decision_log (sequence),
    case_id  TEXT   NOT NULL,
    client   BIGINT,
    salt     BYTEA  NOT NULL,
    body     TEXT   NOT NULL
);

CREATE INDEX decision_payloads_by_client ON decision_payloads (client, sequence);

-- A request sent again under the same key gets the entry that the first one made.
CREATE TABLE idempotency_keys (
    actor    TEXT   NOT NULL,
    key      TEXT   NOT NULL,
    request  BYTEA  NOT NULL,
    sequence BIGINT NOT NULL REFERENCES decision_log (sequence),
    at_ms    BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);

CREATE INDEX idempotency_keys_by_sequence ON idempotency_keys (sequence);

CREATE FUNCTION decision_log_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM decision_log) THEN
        RAISE EXCEPTION 'entries of the decision log are numbered without gaps';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION decision_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the decision log is append-only';
END $$;

CREATE FUNCTION decision_payloads_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM decision_log
        WHERE case_id = OLD.case_id AND event = 'erased' AND sequence > OLD.sequence)
    THEN
        RAISE EXCEPTION 'a payload of the decision log is deleted by an erasure only';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER decision_log_in_order BEFORE INSERT ON decision_log
    FOR EACH ROW EXECUTE FUNCTION decision_log_in_order();
CREATE TRIGGER decision_log_no_change BEFORE UPDATE OR DELETE ON decision_log
    FOR EACH ROW EXECUTE FUNCTION decision_log_append_only();
CREATE TRIGGER decision_log_no_truncate BEFORE TRUNCATE ON decision_log
    FOR EACH STATEMENT EXECUTE FUNCTION decision_log_append_only();
CREATE TRIGGER decision_payloads_no_update BEFORE UPDATE ON decision_payloads
    FOR EACH ROW EXECUTE FUNCTION decision_log_append_only();
CREATE TRIGGER decision_payloads_no_delete BEFORE DELETE ON decision_payloads
    FOR EACH ROW EXECUTE FUNCTION decision_payloads_erased_only();
CREATE TRIGGER decision_payloads_no_truncate BEFORE TRUNCATE ON decision_payloads
    FOR EACH STATEMENT EXECUTE FUNCTION decision_log_append_only();
