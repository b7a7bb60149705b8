-- Whom a provider vouched for under which subject: a person is bound to the first one. Issuer and subject are kept as
-- BLAKE3 hashes.
CREATE TABLE provider_subjects (
    issuer  BLOB    NOT NULL,
    subject BLOB    NOT NULL,
    person  INTEGER NOT NULL REFERENCES people (id),
    at      INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX provider_subjects_by_person ON provider_subjects (person);
