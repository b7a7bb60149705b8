-- Whom a provider vouched for under which subject: a person is bound to the first one. Issuer and subject are kept as
-- BLAKE3 hashes.
CREATE TABLE provider_subjects (
    issuer  BYTEA  NOT NULL,
    subject BYTEA  NOT NULL,
    person  BIGINT NOT NULL REFERENCES people (id),
    at      BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, person)
);

CREATE INDEX provider_subjects_by_person ON provider_subjects (person);
