-- Applications still to be decided: the same columns without the outcome.
SELECT * EXCLUDE (IS_TRAIN, TARGET) FROM applications WHERE NOT IS_TRAIN
