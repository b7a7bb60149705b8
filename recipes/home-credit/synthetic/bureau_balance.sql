-- The monthly state of the bureau's credits, for the clients whose balances it sent.
-- C = closed, X = unknown, 0 = on time, 1 to 5 = one to five months late. Some credits have one bad spell, in which
-- the delay grows by a month each month; the will to repay decides how likely and how long.
WITH followed AS (
    SELECT
        SK_ID_BUREAU, LATENESS,
        floor(-OPENED_DAY / 30.4) AS OPENED_MONTH,
        coalesce(floor(-CLOSED_DAY / 30.4), -1.0) AS CLOSED_MONTH,
        uniform(:seed, SK_ID_BUREAU, 'follow up') AS FOLLOW_UP,
        uniform(:seed, SK_ID_BUREAU, 'spell') < 0.035 * exp(1.1 * LATENESS) AS HAS_SPELL,
        uniform(:seed, SK_ID_BUREAU, 'spell start') AS SPELL_START,
        exp(0.4 + 0.5 * LATENESS + 0.7 * normal(:seed, SK_ID_BUREAU, 'spell length')) AS SPELL_MONTHS
    FROM credits WHERE HAS_BALANCES
),
months AS (
    SELECT *,
        -- Months since the spell began; negative before it.
        CLOSED_MONTH + 1 + floor(SPELL_START * greatest(1.0, OPENED_MONTH - CLOSED_MONTH)) - MONTH AS SPELL_AGE,
        uniform(:seed, SK_ID_BUREAU * 100 + MONTH, 'status') AS LUCK
    FROM followed JOIN (SELECT value AS MONTH FROM generate_series(0, 96)) AS numbers
        ON MONTH <= OPENED_MONTH AND MONTH >= FOLLOW_UP * CLOSED_MONTH
)
SELECT
    SK_ID_BUREAU,
    -MONTH AS MONTHS_BALANCE,
    CASE WHEN MONTH <= CLOSED_MONTH THEN 'C'
        WHEN HAS_SPELL AND SPELL_AGE >= 0 AND SPELL_AGE < SPELL_MONTHS THEN
            CASE SPELL_AGE WHEN 0 THEN '1' WHEN 1 THEN '2' WHEN 2 THEN '3' WHEN 3 THEN '4' ELSE '5' END
        WHEN LUCK < 0.32 THEN 'X'
        WHEN LUCK > 1 - 0.010 * exp(0.9 * LATENESS) THEN '1'
        ELSE '0' END AS STATUS
FROM months
