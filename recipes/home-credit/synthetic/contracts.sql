-- Every earlier contract with this lender, granted or not: its kind, terms and calendar, and how late its client pays.
-- previous_application, POS_CASH_balance, credit_card_balance and installments_payments are views of it, so their
-- keys, dates and sums agree. Contract 21 is the client's credit card, where there is one. Contracts not IS_FILED
-- have monthly rows but no application: the orphans of the real tables.
WITH numbered AS (
    SELECT
        SK_ID_CURR, ABILITY, WILL, LATENESS, INDEBTED, INCOME,
        SK_ID_CURR * 30 + K AS SK_ID_PREV,
        K = 1 AS IS_FIRST, K = 21 AS IS_CARD
    FROM clients JOIN (SELECT value AS K FROM generate_series(1, 21)) AS numbers ON K <= N_CONTRACTS OR (K = 21 AND HAS_CARD)
),
drawn AS (
    SELECT *,
        uniform(:seed, SK_ID_PREV, 'kind') AS KIND_DRAW,
        uniform(:seed, SK_ID_PREV, 'decided') AS DECIDED,
        uniform(:seed, SK_ID_PREV, 'status') AS STATUS_DRAW,
        uniform(:seed, SK_ID_PREV, 'refusal') AS REFUSAL_DRAW,
        uniform(:seed, SK_ID_PREV, 'filed') < CASE WHEN IS_CARD THEN 0.67 ELSE 0.967 END AS MAY_BE_FILED,
        uniform(:seed, SK_ID_PREV, 'term') AS TERM_DRAW,
        normal(:seed, SK_ID_PREV, 'price') AS PRICE_DRAW,
        uniform(:seed, SK_ID_PREV, 'yield') AS YIELD_DRAW,
        uniform(:seed, SK_ID_PREV, 'early') AS EARLY_DRAW
    FROM numbered
),
kinds AS (
    SELECT *,
        -- Most clients first came for a loan in a shop.
        CASE WHEN IS_CARD THEN 'Revolving loans' WHEN IS_FIRST AND KIND_DRAW < 0.92 THEN 'Consumer loans'
            WHEN KIND_DRAW < 0.60 THEN 'Cash loans' WHEN KIND_DRAW < 0.90 THEN 'Consumer loans'
            WHEN KIND_DRAW < 0.9997 THEN 'Revolving loans' ELSE 'XNA' END AS KIND,
        -- Who was doubtful then was refused more often: the lender saw part of ability and will.
        exp(-0.30 * ABILITY - 0.24 * WILL + 0.10 * INDEBTED) AS DOUBT
    FROM drawn
),
decided AS (
    SELECT *,
        CASE WHEN IS_CARD THEN 'Approved'
            WHEN KIND = 'Cash loans' THEN CASE WHEN REFUSAL_DRAW < 0.18 * DOUBT THEN 'Refused' WHEN STATUS_DRAW < 0.485 THEN 'Canceled' ELSE 'Approved' END
            WHEN KIND = 'Consumer loans' THEN CASE WHEN REFUSAL_DRAW < 0.088 * DOUBT THEN 'Refused' WHEN STATUS_DRAW < 0.002 THEN 'Canceled'
                WHEN STATUS_DRAW < 0.042 THEN 'Unused offer' ELSE 'Approved' END
            WHEN KIND = 'XNA' THEN 'Canceled'
            WHEN REFUSAL_DRAW < 0.24 * DOUBT THEN 'Refused' WHEN STATUS_DRAW < 0.50 THEN 'Canceled' ELSE 'Approved' END AS STATUS,
        -- Consumer loans came first; cash loans are offered to those who repaid them.
        -2 - floor(60 * TERM_DRAW + 2859 * power(DECIDED, CASE WHEN IS_FIRST THEN 1.0 WHEN KIND = 'Consumer loans' THEN 1.35 WHEN IS_CARD THEN 1.5 ELSE 2.3 END)) AS DECISION_DAY,
        CASE WHEN KIND = 'Consumer loans' THEN
                CASE WHEN TERM_DRAW < 0.06 THEN 4 WHEN TERM_DRAW < 0.28 THEN 6 WHEN TERM_DRAW < 0.33 THEN 8 WHEN TERM_DRAW < 0.53 THEN 10
                    WHEN TERM_DRAW < 0.82 THEN 12 WHEN TERM_DRAW < 0.92 THEN 18 ELSE 24 END
            WHEN KIND = 'Cash loans' THEN
                CASE WHEN TERM_DRAW < 0.09 THEN 6 WHEN TERM_DRAW < 0.38 THEN 12 WHEN TERM_DRAW < 0.48 THEN 18 WHEN TERM_DRAW < 0.66 THEN 24
                    WHEN TERM_DRAW < 0.80 THEN 36 WHEN TERM_DRAW < 0.90 THEN 48 ELSE 60 END
            ELSE 0 END AS TERM,
        CASE WHEN KIND = 'Consumer loans' THEN round(45 * exp(7.30 + 0.35 * ln(INCOME / 150000) + 0.72 * PRICE_DRAW)) * 1.0
            WHEN KIND = 'Cash loans' THEN 4500 * greatest(5.0, round(exp(3.72 + 0.45 * ln(INCOME / 150000) + 0.85 * PRICE_DRAW)))
            ELSE 45000 * greatest(1.0, round(exp(1.35 + 0.5 * ln(INCOME / 150000) + 0.55 * PRICE_DRAW))) END AS PRICE,
        CASE WHEN YIELD_DRAW - 0.03 * DOUBT < 0.07 THEN 'low_action' WHEN YIELD_DRAW - 0.03 * DOUBT < 0.33 THEN 'low_normal'
            WHEN YIELD_DRAW - 0.03 * DOUBT < 0.66 THEN 'middle' ELSE 'high' END AS YIELD,
        CASE WHEN KIND = 'Consumer loans' AND uniform(:seed, SK_ID_PREV, 'down payment') < 0.53 + 0.04 * ABILITY
            THEN 0.1 * round(exp(0.25 + 0.55 * normal(:seed, SK_ID_PREV, 'down share')), 1) ELSE 0.0 END AS DOWN_SHARE
    FROM kinds
),
termed AS (
    SELECT *,
        least(0.8, DOWN_SHARE) AS DOWN_RATE,
        round(2 * CASE WHEN KIND = 'Consumer loans' THEN PRICE * (1 - least(0.8, DOWN_SHARE)) * (1.0 + 0.12 * round(EARLY_DRAW))
            WHEN KIND = 'Cash loans' THEN PRICE * (1.0 + 0.14 * round(YIELD_DRAW)) ELSE PRICE END) / 2 AS CREDIT,
        CASE YIELD WHEN 'low_action' THEN 0.006 WHEN 'low_normal' THEN 0.014 WHEN 'middle' THEN 0.023 ELSE 0.036 END AS RATE,
        -- Granted and drawn: a few approved loans never start.
        STATUS = 'Approved' AND TERM > 0 AND EARLY_DRAW > 0.03 AS IS_DRAWN,
        DECISION_DAY + 30 + floor(12 * TERM_DRAW) AS FIRST_DUE_DAY,
        -- Early closing: a share of the term, the able more often.
        CASE WHEN EARLY_DRAW > 0.80 - 0.05 * ABILITY THEN greatest(1.0, ceil(TERM * (0.25 + 0.6 * YIELD_DRAW))) ELSE TERM END AS PAID_TERM
    FROM decided
)
SELECT
    SK_ID_PREV, SK_ID_CURR, IS_CARD, ABILITY, WILL, INCOME, INDEBTED, KIND, STATUS, DECISION_DAY, TERM, PRICE, CREDIT, DOWN_RATE, YIELD,
    STATUS <> 'Approved' OR MAY_BE_FILED AS IS_FILED,
    IS_DRAWN, FIRST_DUE_DAY, PAID_TERM, DOUBT,
    round(200 * CASE WHEN TERM = 0 THEN 0.05 * CREDIT ELSE CREDIT * RATE / (1 - power(1 + RATE, -TERM)) END) / 200 AS ANNUITY,
    FIRST_DUE_DAY + 30 * (PAID_TERM - 1) AS LAST_DUE_DAY,
    -- How late this contract is paid: the client's way, better or worse from one contract to the next,
    -- and getting worse of late for those who are over-indebted today.
    LATENESS + 0.35 * normal(:seed, SK_ID_PREV, 'contract lateness') + CASE WHEN DECISION_DAY > -900 THEN 0.35 * INDEBTED ELSE 0.0 END AS LATENESS
FROM termed
