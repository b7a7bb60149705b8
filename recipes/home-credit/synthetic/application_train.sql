-- Applications whose outcome is known.
SELECT * EXCLUDE (IS_TRAIN) FROM applications WHERE IS_TRAIN
