-- Every instalment that fell due and what was paid on it. Most clients pay a few days early; the late pay late and,
-- at times, in two parts: the second part comes weeks later or never. Closing early shows as one large last payment
-- under a new version of the schedule. Cards pay their monthly minimum under version 0.
WITH due AS (
    SELECT
        SK_ID_PREV, SK_ID_CURR, LATENESS, TERM, PAID_TERM, NUMBER,
        FIRST_DUE_DAY + 30 * (NUMBER - 1) AS DUE_DAY,
        CASE WHEN NUMBER < PAID_TERM THEN ANNUITY
            WHEN PAID_TERM < TERM THEN round(100 * ANNUITY * (1 + 0.88 * (TERM - PAID_TERM))) / 100
            ELSE round(100 * ANNUITY * 0.985) / 100 END AS DUE,
        uniform(:seed, SK_ID_PREV * 100 + NUMBER, 'punctual') AS LUCK,
        normal(:seed, SK_ID_PREV * 100 + NUMBER, 'delay') AS DELAY_DRAW,
        uniform(:seed, SK_ID_PREV * 100 + NUMBER, 'partial') < 0.045 * exp(0.8 * LATENESS) AS IS_PARTIAL,
        0.1 + 0.8 * uniform(:seed, SK_ID_PREV * 100 + NUMBER, 'part') AS PART_PAID
    FROM contracts JOIN (SELECT value AS NUMBER FROM generate_series(1, 60)) AS numbers
        ON NUMBER <= PAID_TERM AND FIRST_DUE_DAY + 30 * (NUMBER - 1) < -3
    WHERE IS_DRAWN
),
paid AS (
    SELECT *,
        DUE_DAY + CASE WHEN LUCK < least(0.9, 0.062 * exp(0.85 * LATENESS)) THEN 1 + floor(exp(least(6.0, 1.6 + 0.40 * LATENESS + 0.9 * DELAY_DRAW)))
            ELSE -floor(exp(1.9 - 0.15 * LATENESS + 0.9 * DELAY_DRAW)) END AS PAID_DAY
    FROM due
),
payments AS (
    SELECT *,
        PART = 1 AS IS_FIRST,
        CASE WHEN PART = 1 THEN PAID_DAY ELSE PAID_DAY + 5 + floor(40 * LUCK) END AS ENTRY_DAY
    FROM paid JOIN (SELECT value AS PART FROM generate_series(1, 2)) AS parts ON PART = 1 OR (IS_PARTIAL AND LUCK < 0.8 - 0.1 * LATENESS)
)
SELECT
    SK_ID_PREV,
    SK_ID_CURR,
    CASE WHEN NUMBER = PAID_TERM AND PAID_TERM < TERM THEN 2.0 ELSE 1.0 END AS NUM_INSTALMENT_VERSION,
    NUMBER AS NUM_INSTALMENT_NUMBER,
    DUE_DAY AS DAYS_INSTALMENT,
    CASE WHEN ENTRY_DAY < -1 THEN ENTRY_DAY END AS DAYS_ENTRY_PAYMENT,
    DUE AS AMT_INSTALMENT,
    CASE WHEN ENTRY_DAY < -1 THEN round(100 * CASE WHEN NOT IS_PARTIAL THEN DUE WHEN IS_FIRST THEN DUE * PART_PAID ELSE DUE - DUE * PART_PAID END) / 100
        END AS AMT_PAYMENT
FROM payments
UNION ALL
SELECT
    SK_ID_PREV,
    SK_ID_CURR,
    0.0 AS NUM_INSTALMENT_VERSION,
    CAST(AGE_MONTHS - MONTH AS BIGINT) AS NUM_INSTALMENT_NUMBER,
    -floor(MONTH * 30.4) - 8 AS DAYS_INSTALMENT,
    -floor(MONTH * 30.4) - 8 + least(PAST_DUE, 20) AS DAYS_ENTRY_PAYMENT,
    MINIMUM AS AMT_INSTALMENT,
    PAYMENT AS AMT_PAYMENT
FROM card_months
WHERE MINIMUM > 0 AND PAYMENT > 0
