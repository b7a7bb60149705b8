-- Each month of each credit card. The balance follows the client's use of the limit, higher for the indebted;
-- drawings and payments are what takes last month's balance to this month's.
WITH cards AS (
    SELECT *,
        least(94.0, floor(-DECISION_DAY / 30.4)) AS AGE_MONTHS,
        45000 * greatest(1.0, round(CREDIT / 45000)) AS CREDIT_LIMIT,
        -0.9 + 1.0 * INDEBTED - 0.25 * WILL + 0.8 * normal(:seed, SK_ID_PREV, 'card use') AS TASTE,
        -- Half of the cards sleep, more often the cards of the well-off.
        uniform(:seed, SK_ID_PREV, 'card sleeps') < 0.42 - 0.08 * INDEBTED AS SLEEPS,
        uniform(:seed, SK_ID_PREV, 'card told') AS TOLD
    FROM contracts WHERE IS_CARD
),
months AS (
    SELECT *,
        TASTE + 0.8 * normal(:seed, SK_ID_PREV * 100 + MONTH, 'card month') AS APPETITE,
        TASTE + 0.8 * normal(:seed, SK_ID_PREV * 100 + MONTH + 1, 'card month') AS EARLIER_APPETITE,
        uniform(:seed, SK_ID_PREV * 100 + MONTH, 'card draw') AS LUCK
    FROM cards JOIN (SELECT value AS MONTH FROM generate_series(1, 94)) AS numbers ON MONTH <= AGE_MONTHS AND MONTH <= 6 + 60 * TOLD
),
balances AS (
    SELECT *,
        CASE WHEN SLEEPS THEN 0.0 ELSE round(100 * 1.05 * CREDIT_LIMIT / (1 + exp(-1.2 * APPETITE))) / 100 END AS BALANCE,
        CASE WHEN SLEEPS OR MONTH = AGE_MONTHS THEN 0.0 ELSE round(100 * 1.05 * CREDIT_LIMIT / (1 + exp(-1.2 * EARLIER_APPETITE))) / 100 END AS EARLIER_BALANCE,
        LUCK < 0.05 * exp(0.9 * LATENESS) AS IS_LATE
    FROM months
),
flows AS (
    SELECT *,
        round(20 * 0.05 * EARLIER_BALANCE) / 20 AS MINIMUM,
        -- A late month pays nothing unless the balance fell.
        greatest(EARLIER_BALANCE - BALANCE, CASE WHEN IS_LATE THEN 0.0
            ELSE EARLIER_BALANCE * (0.05 + 0.25 / (1 + exp(1.5 + 0.8 * LATENESS - 2 * LUCK))) END) AS RAW_PAYMENT
    FROM balances
)
SELECT
    SK_ID_PREV, SK_ID_CURR, MONTH, AGE_MONTHS, CREDIT_LIMIT, BALANCE, EARLIER_BALANCE, MINIMUM, LATENESS, LUCK, TOLD, SLEEPS,
    SLEEPS AND TOLD < 0.5 AS IS_UNTOLD,
    round(100 * RAW_PAYMENT) / 100 AS PAYMENT,
    round(100 * greatest(0.0, BALANCE - EARLIER_BALANCE + RAW_PAYMENT)) / 100 AS DRAWN,
    -- The poor take cash, the others pay in shops.
    least(1.0, greatest(0.0, 0.62 - 0.18 * ABILITY + 0.5 * (LUCK - 0.5))) AS CASH_SHARE,
    CASE WHEN IS_LATE AND EARLIER_BALANCE > 0 THEN CAST(1 + floor(exp(least(6.5, 1.6 + 0.5 * LATENESS + 40 * LUCK))) AS BIGINT) ELSE 0 END AS PAST_DUE
FROM flows
