-- Credits at other lenders, before the credit bureau reports them: what, when, how much, still open or not.
-- The indebted carry more of them open and owe more of each; the late fall overdue; closing early is the mark of
-- the able.
WITH numbered AS (
    SELECT
        SK_ID_CURR, HAS_BALANCES, ABILITY, INDEBTED, LATENESS, INCOME, AGE_YEARS,
        SK_ID_CURR * 50 + K AS SK_ID_BUREAU,
        uniform(:seed, SK_ID_CURR * 50 + K, 'bureau type') AS TYPE_DRAW,
        uniform(:seed, SK_ID_CURR * 50 + K, 'bureau opened') AS OPENED
    FROM clients JOIN (SELECT value AS K FROM generate_series(1, 20)) AS numbers ON K <= N_BUREAU
),
opened AS (
    SELECT *,
        TYPE_DRAW >= 0.735 AND TYPE_DRAW < 0.960 AS IS_CARD,
        CASE WHEN TYPE_DRAW < 0.735 THEN 1 WHEN TYPE_DRAW < 0.960 THEN 2 WHEN TYPE_DRAW < 0.975 THEN 3 WHEN TYPE_DRAW < 0.985 THEN 4
            WHEN TYPE_DRAW < 0.994 + 0.002 * INDEBTED THEN 5 WHEN TYPE_DRAW < 0.9975 THEN 6 ELSE 7 END AS KIND,
        -floor(5 + 40 * TYPE_DRAW + least(2870.0, (AGE_YEARS - 18.2) * 365) * power(OPENED, 1.30 + 0.15 * INDEBTED)) AS OPENED_DAY
    FROM numbered
),
sized AS (
    SELECT *,
        CASE KIND WHEN 1 THEN 30.4 * round(greatest(3.0, exp(2.72 + 0.62 * normal(:seed, SK_ID_BUREAU, 'bureau term'))))
            WHEN 2 THEN 365.0 * (3 + floor(5 * uniform(:seed, SK_ID_BUREAU, 'bureau term'))) WHEN 3 THEN 1826.0 WHEN 4 THEN 5479.0 WHEN 5 THEN 60.0
            ELSE 1096.0 END AS TERM_DAYS,
        exp(CASE KIND WHEN 1 THEN 11.65 WHEN 2 THEN 11.45 WHEN 3 THEN 14.05 WHEN 4 THEN 15.1 WHEN 5 THEN 10.0 ELSE 13.2 END
            + 0.55 * ln(INCOME / 150000) + 0.20 * INDEBTED
            + CASE KIND WHEN 1 THEN 0.85 WHEN 2 THEN 0.95 ELSE 0.45 END * normal(:seed, SK_ID_BUREAU, 'bureau sum')) AS SUM_DRAW,
        uniform(:seed, SK_ID_BUREAU, 'bureau closing') - 0.05 * ABILITY + 0.08 * INDEBTED AS CLOSING,
        uniform(:seed, SK_ID_BUREAU, 'bureau overdue') AS OVERDUE_LUCK,
        uniform(:seed, SK_ID_BUREAU, 'bureau told') AS TOLD
    FROM opened
),
timed AS (
    SELECT *,
        OPENED_DAY + TERM_DAYS AS END_DAY,
        round(100 * SUM_DRAW * CASE WHEN KIND = 1 THEN power(TERM_DAYS / 460, 0.7) ELSE 1.0 END) / 100 AS CREDIT_SUM,
        -- The day the credit closed: some early, most on time, a few never; a day to come means still open.
        CASE WHEN IS_CARD THEN CASE WHEN CLOSING < 0.55 THEN OPENED_DAY + TERM_DAYS * greatest(0.05, 0.1 + CLOSING) ELSE 9999.0 END
            WHEN CLOSING < 0.48 THEN OPENED_DAY + TERM_DAYS * (0.2 + 1.6 * greatest(0.0, CLOSING))
            WHEN CLOSING < 0.96 THEN OPENED_DAY + TERM_DAYS - floor(6 * TOLD)
            ELSE 9999.0 END AS LEFT_DAY,
        OVERDUE_LUCK < 0.006 * exp(1.1 * LATENESS) AS IS_OVERDUE
    FROM sized
),
settled AS (
    SELECT *,
        CASE WHEN LEFT_DAY < -3 THEN 'Closed' WHEN OVERDUE_LUCK > 0.996 - 0.002 * LATENESS THEN 'Sold' ELSE 'Active' END AS STATE
    FROM timed
)
SELECT
    SK_ID_CURR, SK_ID_BUREAU, HAS_BALANCES, LATENESS, KIND, IS_CARD, STATE, IS_OVERDUE, OVERDUE_LUCK, TOLD,
    OPENED_DAY, END_DAY, TERM_DAYS, CREDIT_SUM,
    CASE WHEN STATE = 'Closed' THEN floor(LEFT_DAY) END AS CLOSED_DAY,
    CASE WHEN STATE = 'Closed' THEN 0.0
        WHEN IS_CARD THEN CREDIT_SUM / (1 + exp(1.1 - 1.1 * INDEBTED - 0.9 * normal(:seed, SK_ID_BUREAU, 'bureau use')))
        ELSE CREDIT_SUM * least(1.0, greatest(0.02, 0.12 * INDEBTED + END_DAY / TERM_DAYS)) END AS DEBT
FROM settled
