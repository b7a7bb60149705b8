-- A client's predictions are found by the minutes in which there were any: an entry for each of them
-- instead of one for each prediction, which would have to be put into its place among all others.
CREATE TABLE prediction_minutes (
    client INTEGER NOT NULL,
    -- since the beginning of 1970
    minute INTEGER NOT NULL,
    PRIMARY KEY (client, minute)
) STRICT, WITHOUT ROWID;

INSERT INTO prediction_minutes (client, minute)
SELECT DISTINCT client, at_ms / 60000 FROM predictions WHERE client IS NOT NULL;

DROP INDEX predictions_by_client;
