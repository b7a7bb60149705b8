-- The monthly state of the instalment loans with this lender: instalments left count down to zero,
-- days past due appear in the months when the client falls behind.
WITH loans AS (
    SELECT *,
        floor(-FIRST_DUE_DAY / 30.4) AS FIRST_MONTH,
        uniform(:seed, SK_ID_PREV, 'last months told') AS TOLD
    FROM contracts WHERE IS_DRAWN AND FIRST_DUE_DAY < -30
),
months AS (
    SELECT *,
        uniform(:seed, SK_ID_PREV * 100 + STEP, 'past due') AS LUCK
    FROM loans JOIN (SELECT value AS STEP FROM generate_series(0, 60)) AS numbers ON STEP <= PAID_TERM AND STEP < FIRST_MONTH
),
late AS (
    SELECT *,
        CASE WHEN LUCK < 0.028 * exp(1.0 * LATENESS)
            THEN 1 + floor(least(1200.0, exp(1.9 + 0.5 * LATENESS + 1.1 * normal(:seed, SK_ID_PREV * 100 + STEP, 'past due days')))) ELSE 0.0 END AS PAST_DUE
    FROM months
)
SELECT
    SK_ID_PREV,
    SK_ID_CURR,
    CAST(STEP - FIRST_MONTH AS BIGINT) AS MONTHS_BALANCE,
    CASE WHEN LUCK < 0.9974 THEN CASE WHEN STEP = PAID_TERM THEN PAID_TERM ELSE TERM * 1.0 END END AS CNT_INSTALMENT,
    CASE WHEN LUCK < 0.9974 THEN CASE WHEN STEP = PAID_TERM THEN 0.0 ELSE TERM * 1.0 - STEP END END AS CNT_INSTALMENT_FUTURE,
    CASE WHEN STEP = PAID_TERM THEN 'Completed' WHEN STEP = 0 AND TOLD < 0.10 THEN 'Signed' WHEN STEP = 0 AND TOLD > 0.994 THEN 'Approved'
        WHEN STEP = 1 AND TOLD > 0.996 THEN 'Returned to the store' WHEN PAST_DUE > 180 THEN 'Demand'
        WHEN LUCK > 0.9997 THEN 'Amortized debt' ELSE 'Active' END AS NAME_CONTRACT_STATUS,
    CAST(PAST_DUE AS BIGINT) AS SK_DPD,
    -- Tiny arrears are forgiven in the second count.
    CAST(CASE WHEN PAST_DUE < 30 OR TOLD < 0.5 THEN least(PAST_DUE, 15.0) * CASE WHEN TOLD < 0.70 THEN 0 ELSE 1 END ELSE PAST_DUE END AS BIGINT) AS SK_DPD_DEF
FROM late
