-- The people behind the portfolio: what no lender sees (ability and will to repay, a careless habit, a taste
-- for debt) and what follows from it (schooling, work, income, how many credits they ever asked for).
-- Every other table is drawn from these latents, so the tables tell one story.
-- Train clients are numbered from 100002; test clients from 9000002, so that no client depends on how many there are.
WITH numbered AS (
    SELECT 100001 + value AS SK_ID_CURR, TRUE AS IS_TRAIN FROM generate_series(1, :clients)
    UNION ALL
    SELECT 9000001 + value AS SK_ID_CURR, FALSE AS IS_TRAIN FROM generate_series(1, :clients)
    WHERE value * 20 <= :clients * 3
),
placed AS (
    SELECT *,
        CAST(floor(80 * uniform(:seed, SK_ID_CURR, 'region')) AS BIGINT) AS REGION,
        20.6 + 46.5 * (0.85 * uniform(:seed, SK_ID_CURR, 'age') + 0.15 * uniform(:seed, SK_ID_CURR, 'age spread')) AS AGE_YEARS,
        CASE WHEN uniform(:seed, SK_ID_CURR, 'gender') < 0.66 THEN 'F' ELSE 'M' END AS GENDER
    FROM numbered
),
-- Eighty regions, from poor to rich in an order unrelated to their size, whatever the seed.
regions AS (
    SELECT *, ln(((REGION * 37 + 11) % 80 + 0.5) / (79.5 - (REGION * 37 + 11) % 80)) / 1.7 AS REGION_WEALTH
    FROM placed
),
latent AS (
    SELECT *,
        0.20 * REGION_WEALTH + 0.98 * normal(:seed, SK_ID_CURR, 'ability') AS ABILITY,
        0.25 * (AGE_YEARS - 44) / 12.5 + 0.97 * normal(:seed, SK_ID_CURR, 'will') AS WILL,
        normal(:seed, SK_ID_CURR, 'habit') AS HABIT,
        uniform(:seed, SK_ID_CURR, 'work') AS WORK
    FROM regions
),
life AS (
    SELECT *,
        0.38 * ABILITY + 0.92 * normal(:seed, SK_ID_CURR, 'schooling') AS SCHOOLING,
        -0.62 * WILL - 0.30 * ABILITY + 0.52 * HABIT AS LATENESS,
        -0.45 * ABILITY - 0.25 * WILL + 0.80 * normal(:seed, SK_ID_CURR, 'indebted') AS INDEBTED,
        WORK < CASE
            WHEN AGE_YEARS >= 60 THEN 0.91
            WHEN AGE_YEARS >= 55 AND GENDER = 'F' THEN 0.70
            WHEN AGE_YEARS >= 55 THEN 0.22
            ELSE 0.02 END AS IS_PENSIONER
    FROM latent
)
SELECT
    SK_ID_CURR, IS_TRAIN, REGION, REGION_WEALTH, AGE_YEARS, GENDER, ABILITY, WILL, HABIT, SCHOOLING, LATENESS, INDEBTED, IS_PENSIONER,
    CASE
        WHEN SCHOOLING > 3.1 THEN 'Academic degree'
        WHEN SCHOOLING > 0.72 THEN 'Higher education'
        WHEN SCHOOLING > 0.40 AND AGE_YEARS < 36 THEN 'Incomplete higher'
        WHEN SCHOOLING < -2.25 THEN 'Lower secondary'
        ELSE 'Secondary / secondary special' END AS EDUCATION,
    -- Incomes are declared in round sums.
    4500 * greatest(6.0, round(exp(
        11.82 + 0.03 * ABILITY + 0.09 * REGION_WEALTH + 0.42 * normal(:seed, SK_ID_CURR, 'income')
        + CASE WHEN GENDER = 'M' THEN 0.16 ELSE 0.0 END
        + CASE WHEN SCHOOLING > 0.72 THEN 0.20 ELSE 0.0 END
        - CASE WHEN IS_PENSIONER THEN 0.22 ELSE 0.0 END) / 4500)) AS INCOME,
    CASE WHEN NOT IS_PENSIONER THEN least(AGE_YEARS - 18.2, 0.1 + exp(
        1.25 + 0.10 * ABILITY + 0.10 * WILL + 0.02 * (AGE_YEARS - 40) + 0.95 * normal(:seed, SK_ID_CURR, 'seniority')))
        END AS EMPLOYED_YEARS,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'known to bureau') < 0.14 THEN 0 ELSE CAST(least(20.0, 1 + floor(exp(
        1.38 + 0.10 * INDEBTED + 0.006 * (AGE_YEARS - 44) + 0.68 * normal(:seed, SK_ID_CURR, 'bureau credits')))) AS BIGINT)
        END AS N_BUREAU,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'known to us') < 0.05 THEN 0 ELSE CAST(least(20.0, 1 + floor(exp(
        1.13 + 0.12 * INDEBTED + 0.72 * normal(:seed, SK_ID_CURR, 'contracts')))) AS BIGINT)
        END AS N_CONTRACTS,
    uniform(:seed, SK_ID_CURR, 'card') < 0.28 AS HAS_CARD,
    -- The bureau sent monthly balances of some train clients and of all test clients: a drift to be found.
    NOT IS_TRAIN OR uniform(:seed, SK_ID_CURR, 'balances sent') < 0.35 AS HAS_BALANCES
FROM life
