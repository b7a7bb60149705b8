-- What each client asks for and what the form says, for train and test clients alike.
-- Terms follow from the client (a modest income asks for less, a doubtful client pays a higher rate); the outcome
-- follows from the latents AND the terms: a heavy instalment hurts most where ability is low, a loan of middling
-- length is the most dangerous, failing in either ability or will is enough. TARGET is one draw from that risk.
WITH asked AS (
    SELECT *,
        uniform(:seed, SK_ID_CURR, 'contract') < CASE WHEN IS_TRAIN THEN 0.096 ELSE 0.010 END AS IS_REVOLVING,
        CASE WHEN uniform(:seed, SK_ID_CURR, 'car') < CASE WHEN GENDER = 'M' THEN 0.52 ELSE 0.23 END + 0.06 * ABILITY THEN 1 ELSE 0 END AS HAS_CAR,
        0.6 * ABILITY + 0.6 * WILL + 0.55 * normal(:seed, SK_ID_CURR, 'opinion') AS OPINION,
        -- Prices are asked in round sums, most often multiples of 225,000.
        least(8 * INCOME, exp(12.95 + 0.45 * ln(INCOME / 150000) + 0.12 * WILL + 0.60 * normal(:seed, SK_ID_CURR, 'price'))) AS WISH,
        uniform(:seed, SK_ID_CURR, 'insurance') AS INSURANCE,
        -- Larger sums are lent for longer.
        uniform(:seed, SK_ID_CURR, 'term') + 0.20 * (ln(INCOME / 150000) + normal(:seed, SK_ID_CURR, 'price')) AS TERM_DRAW,
        0.3 * WILL + 0.95 * normal(:seed, SK_ID_CURR, 'settled') AS SETTLED
    FROM clients
),
priced AS (
    SELECT *,
        least(2250000.0, CASE
            WHEN WISH > 150000 AND uniform(:seed, SK_ID_CURR, 'round price') < 0.42 THEN 225000 * greatest(1.0, round(WISH / 225000))
            WHEN uniform(:seed, SK_ID_CURR, 'round price') < 0.80 THEN 45000 * greatest(1.0, round(WISH / 45000))
            ELSE 4500 * greatest(10.0, round(WISH / 4500)) END) AS PRICE,
        CASE WHEN INSURANCE + 0.05 * OPINION > 0.68 THEN 1.0 WHEN INSURANCE > 0.55 THEN 1.1188 WHEN INSURANCE > 0.42 THEN 1.1584
            WHEN INSURANCE > 0.28 THEN 1.198 WHEN INSURANCE > 0.18 THEN 1.2376 WHEN INSURANCE > 0.08 THEN 1.3168 ELSE 1.396 END AS COVER,
        CASE WHEN TERM_DRAW < 0.17 THEN 12.0 WHEN TERM_DRAW < 0.30 THEN 18.0 WHEN TERM_DRAW < 0.55 THEN 24.0 WHEN TERM_DRAW < 0.76 THEN 36.0
            WHEN TERM_DRAW < 0.90 THEN 48.0 ELSE 60.0 END AS TERM,
        -- Monthly rate.
        greatest(0.004, 0.0185 - 0.0022 * OPINION + 0.0040 * normal(:seed, SK_ID_CURR, 'rate')) AS RATE
    FROM asked
),
granted AS (
    SELECT *, round(CASE WHEN IS_REVOLVING THEN PRICE ELSE PRICE * COVER END * 2) / 2 AS CREDIT FROM priced
),
burdened AS (
    SELECT *, round(2 * CASE WHEN IS_REVOLVING THEN 0.05 * CREDIT ELSE CREDIT * RATE / (1 - power(1 + RATE, -TERM)) END) / 2 AS ANNUITY
    FROM granted
),
weighed AS (
    SELECT *,
        least(0.6, ANNUITY / INCOME) AS BURDEN,
        CASE WHEN REGION_WEALTH < -1.0 THEN 3 WHEN REGION_WEALTH > 1.2 THEN 1 ELSE 2 END AS RATING,
        CASE WHEN uniform(:seed, SK_ID_CURR, 'new phone') < 0.10 THEN 0.0 ELSE exp(6.75 + 0.75 * SETTLED) END AS PHONE_DAYS,
        6200 * power(uniform(:seed, SK_ID_CURR, 'papers'), 0.75) * (0.86 + 0.14 * (1 / (1 + exp(-2 * SETTLED)))) AS PAPER_DAYS
    FROM burdened
),
risk AS (
    SELECT *,
        -4.70
        - 0.30 * ABILITY - 0.50 * WILL
        + 0.85 * greatest(-ABILITY, -WILL, 0.0)
        + 0.28 * INDEBTED + 0.55 * greatest(0.0, INDEBTED - 0.8)
        -- The instalment: harmless to the able up to a point, then worse the less able the client is.
        + 1.6 * greatest(0.0, BURDEN - 0.20) * (1 + 1.5 * greatest(0.0, -ABILITY))
        + CASE WHEN AGE_YEARS < 30 AND BURDEN > 0.18 THEN 0.45 ELSE 0.0 END
        -- Middling terms and sums: too long for a stopgap, too small for a project.
        + CASE WHEN TERM = 24 OR TERM = 36 THEN 0.50 ELSE 0.0 END
        + CASE WHEN PRICE > 300000 AND PRICE < 600000 THEN 0.45 ELSE 0.0 END
        - CASE WHEN IS_REVOLVING THEN 0.30 ELSE 0.0 END
        + 1.0 * greatest(0.0, COVER - 1.12)
        -- The person's footing: new jobs, young men and thin files are riskier.
        + CASE WHEN EMPLOYED_YEARS < 1.5 THEN 0.38 WHEN EMPLOYED_YEARS < 4 THEN 0.12 ELSE 0.0 END
        + CASE WHEN GENDER = 'M' AND AGE_YEARS < 45 THEN 0.60 WHEN GENDER = 'M' THEN 0.20 ELSE 0.0 END
        + 0.24 * (RATING - 2)
        - CASE WHEN SCHOOLING > 0.72 THEN 0.24 ELSE 0.0 END
        - 0.18 * HAS_CAR
        + CASE WHEN N_BUREAU = 0 THEN 0.30 ELSE 0.0 END
        + CASE WHEN PHONE_DAYS < 250 THEN 0.18 ELSE 0.0 END
        AS RISK_LOG_ODDS
    FROM weighed
),
described AS (
    SELECT *,
        uniform(:seed, SK_ID_CURR, 'company') AS COMPANY,
        uniform(:seed, SK_ID_CURR, 'income type') AS INCOME_DRAW,
        uniform(:seed, SK_ID_CURR, 'family') AS FAMILY,
        CASE WHEN AGE_YEARS < 23 OR AGE_YEARS > 60 THEN 0 ELSE CAST(floor(least(7.0, exp(
            -0.50 - 0.0035 * (AGE_YEARS - 35) * (AGE_YEARS - 35) + 0.85 * normal(:seed, SK_ID_CURR, 'children')))) AS BIGINT) END AS CHILDREN,
        uniform(:seed, SK_ID_CURR, 'home') AS HOME,
        uniform(:seed, SK_ID_CURR, 'weekday') AS WEEKDAY,
        uniform(:seed, SK_ID_CURR, 'moved') + 0.02 * WILL AS ROOTED,
        uniform(:seed, SK_ID_CURR, 'occupation told') AS OCCUPATION_TOLD,
        -- Rank among workers, 0 = least skilled.
        1 / (1 + exp(-1.7 * (0.28 * ABILITY + 0.35 * SCHOOLING + 0.85 * normal(:seed, SK_ID_CURR, 'skill')))) AS SKILL,
        uniform(:seed, SK_ID_CURR, 'organisation') AS ORGANISATION,
        uniform(:seed, SK_ID_CURR, 'dossier') AS DOSSIER,
        uniform(:seed, SK_ID_CURR, 'survey') AS SURVEY,
        0.15 * ABILITY + 0.30 * REGION_WEALTH + 0.95 * normal(:seed, SK_ID_CURR, 'building size') AS SIZE,
        0.20 * ABILITY + 0.30 * REGION_WEALTH + 0.93 * normal(:seed, SK_ID_CURR, 'building age') AS MODERN,
        normal(:seed, SK_ID_CURR, 'building oddity') AS ODDITY,
        1 + 0.06 * least(0.0, normal(:seed, SK_ID_CURR, 'building mode')) AS MODE_RATIO,
        1 + 0.02 * greatest(0.0, normal(:seed, SK_ID_CURR, 'building median')) AS MEDI_RATIO,
        floor(exp(0.25 + 0.95 * normal(:seed, SK_ID_CURR, 'circle'))) AS CIRCLE,
        uniform(:seed, SK_ID_CURR, 'circle defaults') + 0.022 * WILL AS CIRCLE_LUCK,
        uniform(:seed, SK_ID_CURR, 'enquiries known') < CASE WHEN N_BUREAU = 0 THEN 0.48 ELSE 0.928 END AS HAS_ENQUIRIES,
        -- What two external agencies know about a client overlaps, and so do their errors.
        normal(:seed, SK_ID_CURR, 'agency error') AS AGENCY_ERROR
    FROM risk
),
rated AS (
    SELECT *,
        CASE WHEN AGE_YEARS > 48 AND FAMILY < 0.005 * (AGE_YEARS - 40) * CASE WHEN GENDER = 'F' THEN 2.0 ELSE 0.5 END THEN 'Widow'
            WHEN FAMILY > 0.905 - 0.01 * WILL THEN 'Civil marriage' WHEN FAMILY > 0.840 THEN 'Separated'
            WHEN FAMILY < 0.21 - 0.006 * (AGE_YEARS - 40) THEN 'Single / not married' ELSE 'Married' END AS FAMILY_STATUS,
        0.26 * ABILITY + 0.26 * WILL + 0.40 * (AGE_YEARS - 44) / 12.5 + 0.35 * AGENCY_ERROR + 0.77 * normal(:seed, SK_ID_CURR, 'agency 1') AS AGENCY_1,
        0.28 * ABILITY + 0.28 * WILL + 0.18 * REGION_WEALTH + 0.50 * AGENCY_ERROR + 0.70 * normal(:seed, SK_ID_CURR, 'agency 2') AS AGENCY_2,
        0.21 * ABILITY + 0.35 * WILL - 0.22 * INDEBTED + 0.48 * AGENCY_ERROR + 0.66 * normal(:seed, SK_ID_CURR, 'agency 3') AS AGENCY_3,
        CASE WHEN SURVEY > 0.505 THEN least(1.0, greatest(0.0, exp(-2.42 + 0.75 * SIZE))) END AS H_APARTMENTS,
        CASE WHEN SURVEY > 0.583 THEN least(1.0, greatest(0.0, exp(-2.65 + 0.55 * SIZE + 0.40 * ODDITY))) END AS H_BASEMENTAREA,
        CASE WHEN SURVEY > 0.485 THEN least(1.0, greatest(0.0, 0.981 + 0.007 * MODERN)) END AS H_YEARS_BEGINEXPLUATATION,
        CASE WHEN SURVEY > 0.662 THEN least(1.0, greatest(0.0, 0.752 + 0.09 * MODERN)) END AS H_YEARS_BUILD,
        CASE WHEN SURVEY > 0.696 THEN least(1.0, greatest(0.0, exp(-3.90 + 0.9 * SIZE + 0.6 * ODDITY))) END AS H_COMMONAREA,
        CASE WHEN SURVEY > 0.530 THEN least(1.0, greatest(0.0, greatest(0.0, 0.04 * round(0.2 + 2.4 * SIZE + 1.6 * MODERN)))) END AS H_ELEVATORS,
        CASE WHEN SURVEY > 0.500 THEN least(1.0, greatest(0.0, 0.0345 * greatest(1.0, round(3.8 + 2.0 * SIZE - 1.0 * MODERN)))) END AS H_ENTRANCES,
        CASE WHEN SURVEY > 0.492 THEN least(1.0, greatest(0.0, 0.0417 * greatest(1.0, round(5.0 + 2.2 * MODERN + 1.6 * SIZE)))) END AS H_FLOORSMAX,
        CASE WHEN SURVEY > 0.675 THEN least(1.0, greatest(0.0, 0.0417 * greatest(1.0, round(5.0 + 2.4 * MODERN + 1.2 * ODDITY)))) END AS H_FLOORSMIN,
        CASE WHEN SURVEY > 0.590 THEN least(1.0, greatest(0.0, exp(-3.05 + 0.45 * SIZE + 0.75 * ODDITY))) END AS H_LANDAREA,
        CASE WHEN SURVEY > 0.680 THEN least(1.0, greatest(0.0, exp(-2.57 + 0.72 * SIZE))) END AS H_LIVINGAPARTMENTS,
        CASE WHEN SURVEY > 0.500 THEN least(1.0, greatest(0.0, exp(-2.57 + 0.75 * SIZE + 0.15 * MODERN))) END AS H_LIVINGAREA,
        CASE WHEN SURVEY > 0.690 THEN least(1.0, greatest(0.0, greatest(0.0, 0.0039 * round(4.0 * ODDITY - 2.5)))) END AS H_NONLIVINGAPARTMENTS,
        CASE WHEN SURVEY > 0.547 THEN least(1.0, greatest(0.0, greatest(0.0, 0.035 * ODDITY - 0.002))) END AS H_NONLIVINGAREA
    FROM described
)
SELECT
    SK_ID_CURR,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'default') < 1 / (1 + exp(-RISK_LOG_ODDS)) THEN 1 ELSE 0 END AS TARGET,
    CASE WHEN IS_REVOLVING THEN 'Revolving loans' ELSE 'Cash loans' END AS NAME_CONTRACT_TYPE,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'gender told') < 0.00002 THEN 'XNA' WHEN GENDER = 'F' THEN 'F' ELSE 'M' END AS CODE_GENDER,
    CASE WHEN HAS_CAR = 1 THEN 'Y' ELSE 'N' END AS FLAG_OWN_CAR,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'realty') < 0.56 + 0.0032 * AGE_YEARS THEN 'Y' ELSE 'N' END AS FLAG_OWN_REALTY,
    CHILDREN AS CNT_CHILDREN,
    INCOME AS AMT_INCOME_TOTAL,
    CREDIT AS AMT_CREDIT,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'annuity told') > 0.00004 THEN ANNUITY END AS AMT_ANNUITY,
    CASE WHEN NOT IS_REVOLVING OR uniform(:seed, SK_ID_CURR, 'price told') > 0.003 THEN PRICE END AS AMT_GOODS_PRICE,
    CASE WHEN COMPANY < 0.0042 THEN NULL WHEN COMPANY < 0.812 THEN 'Unaccompanied' WHEN COMPANY < 0.944 THEN 'Family'
        WHEN COMPANY < 0.981 THEN 'Spouse, partner' WHEN COMPANY < 0.991 THEN 'Children' WHEN COMPANY < 0.997 THEN 'Other_B'
        WHEN COMPANY < 0.9992 THEN 'Other_A' ELSE 'Group of people' END AS NAME_TYPE_SUITE,
    CASE WHEN IS_PENSIONER THEN CASE WHEN INCOME_DRAW < 0.0008 THEN 'Unemployed' ELSE 'Pensioner' END
        WHEN INCOME_DRAW + 0.03 * WILL > 0.945 THEN 'State servant' WHEN INCOME_DRAW > 0.64 THEN 'Commercial associate'
        WHEN INCOME_DRAW < 0.0001 THEN 'Student' WHEN INCOME_DRAW < 0.00015 THEN 'Businessman'
        WHEN INCOME_DRAW < 0.0002 AND GENDER = 'F' THEN 'Maternity leave' ELSE 'Working' END AS NAME_INCOME_TYPE,
    EDUCATION AS NAME_EDUCATION_TYPE,
    FAMILY_STATUS AS NAME_FAMILY_STATUS,
    CASE WHEN HOME < 0.112 - 0.0045 * (AGE_YEARS - 30) THEN 'With parents' WHEN HOME < 0.935 THEN 'House / apartment'
        WHEN HOME < 0.971 THEN 'Municipal apartment' WHEN HOME < 0.988 THEN 'Rented apartment' WHEN HOME < 0.996 THEN 'Office apartment'
        ELSE 'Co-op apartment' END AS NAME_HOUSING_TYPE,
    round(0.0009 + 0.036 * (REGION + 1) / 80.0 + 0.0356 * power((REGION + 1) / 80.0, 12.0), 6) AS REGION_POPULATION_RELATIVE,
    -CAST(floor(AGE_YEARS * 365.25) AS BIGINT) AS DAYS_BIRTH,
    CASE WHEN IS_PENSIONER THEN 365243 ELSE -CAST(floor(EMPLOYED_YEARS * 365.25) AS BIGINT) END AS DAYS_EMPLOYED,
    -floor((AGE_YEARS - 16) * 365.25 * power(uniform(:seed, SK_ID_CURR, 'registration'), 1.15)) AS DAYS_REGISTRATION,
    -CAST(floor(least(PAPER_DAYS, (AGE_YEARS - 14) * 365.25)) AS BIGINT) AS DAYS_ID_PUBLISH,
    CASE WHEN HAS_CAR = 1 THEN floor(least(65.0, exp(2.2 - 0.12 * ABILITY + 0.75 * normal(:seed, SK_ID_CURR, 'car age')))) END AS OWN_CAR_AGE,
    1 AS FLAG_MOBIL,
    CASE WHEN IS_PENSIONER THEN 0 ELSE 1 END AS FLAG_EMP_PHONE,
    CASE WHEN NOT IS_PENSIONER AND uniform(:seed, SK_ID_CURR, 'work phone') < 0.243 THEN 1 ELSE 0 END AS FLAG_WORK_PHONE,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'reachable') < 0.998 THEN 1 ELSE 0 END AS FLAG_CONT_MOBILE,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'phone') < 0.28 + 0.02 * WILL THEN 1 ELSE 0 END AS FLAG_PHONE,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'email') < CASE WHEN IS_TRAIN THEN 0.057 ELSE 0.16 END THEN 1 ELSE 0 END AS FLAG_EMAIL,
    CASE WHEN IS_PENSIONER OR OCCUPATION_TOLD < 0.155 THEN NULL
        WHEN GENDER = 'F' THEN CASE
            WHEN SKILL < 0.030 THEN 'Cleaning staff' WHEN SKILL < 0.038 THEN 'Low-skill Laborers' WHEN SKILL < 0.085 THEN 'Cooking staff'
            WHEN SKILL < 0.095 THEN 'Waiters/barmen staff' WHEN SKILL < 0.270 THEN 'Laborers' WHEN SKILL < 0.290 THEN 'Private service staff'
            WHEN SKILL < 0.520 THEN 'Sales staff' WHEN SKILL < 0.535 THEN 'Secretaries' WHEN SKILL < 0.605 THEN 'Medicine staff'
            WHEN SKILL < 0.610 THEN 'Security staff' WHEN SKILL < 0.790 THEN 'Core staff' WHEN SKILL < 0.825 THEN 'High skill tech staff'
            WHEN SKILL < 0.832 THEN 'Realty agents' WHEN SKILL < 0.838 THEN 'HR staff' WHEN SKILL < 0.920 THEN 'Accountants' ELSE 'Managers' END
        WHEN SKILL < 0.022 THEN 'Low-skill Laborers' WHEN SKILL < 0.030 THEN 'Cleaning staff' WHEN SKILL < 0.380 THEN 'Laborers'
        WHEN SKILL < 0.450 THEN 'Security staff' WHEN SKILL < 0.680 THEN 'Drivers' WHEN SKILL < 0.730 THEN 'Sales staff'
        WHEN SKILL < 0.800 THEN 'Core staff' WHEN SKILL < 0.885 THEN 'High skill tech staff' WHEN SKILL < 0.890 THEN 'IT staff'
        ELSE 'Managers' END AS OCCUPATION_TYPE,
    CASE WHEN FAMILY_STATUS IN ('Married', 'Civil marriage') THEN 2.0 ELSE 1.0 END + CHILDREN AS CNT_FAM_MEMBERS,
    RATING AS REGION_RATING_CLIENT,
    CASE WHEN RATING = 3 AND uniform(:seed, SK_ID_CURR, 'city') < 0.09 THEN 2 WHEN RATING = 2 AND uniform(:seed, SK_ID_CURR, 'city') < 0.01 THEN 1
        ELSE RATING END AS REGION_RATING_CLIENT_W_CITY,
    CASE WHEN WEEKDAY < 0.165 THEN 'MONDAY' WHEN WEEKDAY < 0.340 THEN 'TUESDAY' WHEN WEEKDAY < 0.507 THEN 'WEDNESDAY'
        WHEN WEEKDAY < 0.673 THEN 'THURSDAY' WHEN WEEKDAY < 0.836 THEN 'FRIDAY' WHEN WEEKDAY < 0.947 THEN 'SATURDAY'
        ELSE 'SUNDAY' END AS WEEKDAY_APPR_PROCESS_START,
    CAST(least(23.0, greatest(0.0, round(12.1 + 0.15 * ABILITY + 3.2 * normal(:seed, SK_ID_CURR, 'hour')))) AS BIGINT) AS HOUR_APPR_PROCESS_START,
    CASE WHEN ROOTED < 0.013 THEN 1 ELSE 0 END AS REG_REGION_NOT_LIVE_REGION,
    CASE WHEN ROOTED < 0.048 AND NOT IS_PENSIONER THEN 1 ELSE 0 END AS REG_REGION_NOT_WORK_REGION,
    CASE WHEN ROOTED > 0.010 AND ROOTED < 0.048 AND NOT IS_PENSIONER THEN 1 ELSE 0 END AS LIVE_REGION_NOT_WORK_REGION,
    CASE WHEN ROOTED < 0.078 THEN 1 ELSE 0 END AS REG_CITY_NOT_LIVE_CITY,
    CASE WHEN ROOTED < 0.285 AND NOT IS_PENSIONER THEN 1 ELSE 0 END AS REG_CITY_NOT_WORK_CITY,
    CASE WHEN ROOTED > 0.065 AND ROOTED < 0.285 AND NOT IS_PENSIONER THEN 1 ELSE 0 END AS LIVE_CITY_NOT_WORK_CITY,
    CASE WHEN IS_PENSIONER THEN 'XNA'
        WHEN ORGANISATION < 0.2732 THEN 'Business Entity Type 3'
        WHEN ORGANISATION < 0.4289 THEN 'Self-employed'
        WHEN ORGANISATION < 0.4982 THEN 'Other'
        WHEN ORGANISATION < 0.5434 THEN 'Medicine'
        WHEN ORGANISATION < 0.5856 THEN 'Government'
        WHEN ORGANISATION < 0.6232 THEN 'Business Entity Type 2'
        WHEN ORGANISATION < 0.6549 THEN 'School'
        WHEN ORGANISATION < 0.6825 THEN 'Kindergarten'
        WHEN ORGANISATION < 0.7086 THEN 'Trade: type 7'
        WHEN ORGANISATION < 0.7322 THEN 'Construction'
        WHEN ORGANISATION < 0.7533 THEN 'Transport: type 4'
        WHEN ORGANISATION < 0.7724 THEN 'Business Entity Type 1'
        WHEN ORGANISATION < 0.7870 THEN 'Housing'
        WHEN ORGANISATION < 0.8010 THEN 'Industry: type 3'
        WHEN ORGANISATION < 0.8151 THEN 'Trade: type 3'
        WHEN ORGANISATION < 0.8281 THEN 'Industry: type 11'
        WHEN ORGANISATION < 0.8410 THEN 'Industry: type 9'
        WHEN ORGANISATION < 0.8529 THEN 'Transport: type 2'
        WHEN ORGANISATION < 0.8637 THEN 'Security'
        WHEN ORGANISATION < 0.8737 THEN 'Services'
        WHEN ORGANISATION < 0.8836 THEN 'Bank'
        WHEN ORGANISATION < 0.8926 THEN 'Military'
        WHEN ORGANISATION < 0.9017 THEN 'Agriculture'
        WHEN ORGANISATION < 0.9105 THEN 'Postal'
        WHEN ORGANISATION < 0.9183 THEN 'Security Ministries'
        WHEN ORGANISATION < 0.9262 THEN 'Police'
        WHEN ORGANISATION < 0.9330 THEN 'Trade: type 2'
        WHEN ORGANISATION < 0.9386 THEN 'Transport: type 3'
        WHEN ORGANISATION < 0.9443 THEN 'Restaurant'
        WHEN ORGANISATION < 0.9493 THEN 'University'
        WHEN ORGANISATION < 0.9539 THEN 'Industry: type 1'
        WHEN ORGANISATION < 0.9583 THEN 'Hotel'
        WHEN ORGANISATION < 0.9627 THEN 'Industry: type 7'
        WHEN ORGANISATION < 0.9662 THEN 'Electricity'
        WHEN ORGANISATION < 0.9694 THEN 'Emergency'
        WHEN ORGANISATION < 0.9724 THEN 'Trade: type 6'
        WHEN ORGANISATION < 0.9751 THEN 'Insurance'
        WHEN ORGANISATION < 0.9778 THEN 'Industry: type 12'
        WHEN ORGANISATION < 0.9800 THEN 'Industry: type 4'
        WHEN ORGANISATION < 0.9822 THEN 'Industry: type 5'
        WHEN ORGANISATION < 0.9842 THEN 'Industry: type 2'
        WHEN ORGANISATION < 0.9859 THEN 'Mobile'
        WHEN ORGANISATION < 0.9876 THEN 'Advertising'
        WHEN ORGANISATION < 0.9894 THEN 'Telecom'
        WHEN ORGANISATION < 0.9908 THEN 'Legal Services'
        WHEN ORGANISATION < 0.9921 THEN 'Trade: type 1'
        WHEN ORGANISATION < 0.9933 THEN 'Industry: type 10'
        WHEN ORGANISATION < 0.9943 THEN 'Culture'
        WHEN ORGANISATION < 0.9953 THEN 'Industry: type 13'
        WHEN ORGANISATION < 0.9963 THEN 'Realtor'
        WHEN ORGANISATION < 0.9971 THEN 'Transport: type 1'
        WHEN ORGANISATION < 0.9978 THEN 'Trade: type 5'
        WHEN ORGANISATION < 0.9985 THEN 'Cleaning'
        WHEN ORGANISATION < 0.9990 THEN 'Religion'
        WHEN ORGANISATION < 0.9994 THEN 'Trade: type 4'
        WHEN ORGANISATION < 0.9997 THEN 'Industry: type 8'
        ELSE 'Industry: type 6' END AS ORGANIZATION_TYPE,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'agency 1 knows') < CASE WHEN IS_TRAIN THEN 0.436 ELSE 0.568 END
        THEN 1 / (1 + exp(-(0.05 + 1.02 * AGENCY_1))) END AS EXT_SOURCE_1,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'agency 2 knows') < 0.998
        THEN 0.86 / (1 + exp(-(0.65 + 1.05 * AGENCY_2 - 0.16 * least(9.0, AGENCY_2 * AGENCY_2)))) END AS EXT_SOURCE_2,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'agency 3 knows') < CASE WHEN N_BUREAU = 0 THEN 0.25 ELSE 0.89 END
        THEN 0.90 / (1 + exp(-(0.36 + 1.10 * AGENCY_3 - 0.10 * least(9.0, AGENCY_3 * AGENCY_3)))) END AS EXT_SOURCE_3,
    round(H_APARTMENTS, 4) AS APARTMENTS_AVG,
    round(H_BASEMENTAREA, 4) AS BASEMENTAREA_AVG,
    round(H_YEARS_BEGINEXPLUATATION, 4) AS YEARS_BEGINEXPLUATATION_AVG,
    round(H_YEARS_BUILD, 4) AS YEARS_BUILD_AVG,
    round(H_COMMONAREA, 4) AS COMMONAREA_AVG,
    round(H_ELEVATORS, 4) AS ELEVATORS_AVG,
    round(H_ENTRANCES, 4) AS ENTRANCES_AVG,
    round(H_FLOORSMAX, 4) AS FLOORSMAX_AVG,
    round(H_FLOORSMIN, 4) AS FLOORSMIN_AVG,
    round(H_LANDAREA, 4) AS LANDAREA_AVG,
    round(H_LIVINGAPARTMENTS, 4) AS LIVINGAPARTMENTS_AVG,
    round(H_LIVINGAREA, 4) AS LIVINGAREA_AVG,
    round(H_NONLIVINGAPARTMENTS, 4) AS NONLIVINGAPARTMENTS_AVG,
    round(H_NONLIVINGAREA, 4) AS NONLIVINGAREA_AVG,
    round(least(1.0, H_APARTMENTS * MODE_RATIO), 4) AS APARTMENTS_MODE,
    round(least(1.0, H_BASEMENTAREA * MODE_RATIO), 4) AS BASEMENTAREA_MODE,
    round(least(1.0, H_YEARS_BEGINEXPLUATATION * MODE_RATIO), 4) AS YEARS_BEGINEXPLUATATION_MODE,
    round(least(1.0, H_YEARS_BUILD * MODE_RATIO), 4) AS YEARS_BUILD_MODE,
    round(least(1.0, H_COMMONAREA * MODE_RATIO), 4) AS COMMONAREA_MODE,
    round(least(1.0, H_ELEVATORS * MODE_RATIO), 4) AS ELEVATORS_MODE,
    round(least(1.0, H_ENTRANCES * MODE_RATIO), 4) AS ENTRANCES_MODE,
    round(least(1.0, H_FLOORSMAX * MODE_RATIO), 4) AS FLOORSMAX_MODE,
    round(least(1.0, H_FLOORSMIN * MODE_RATIO), 4) AS FLOORSMIN_MODE,
    round(least(1.0, H_LANDAREA * MODE_RATIO), 4) AS LANDAREA_MODE,
    round(least(1.0, H_LIVINGAPARTMENTS * MODE_RATIO), 4) AS LIVINGAPARTMENTS_MODE,
    round(least(1.0, H_LIVINGAREA * MODE_RATIO), 4) AS LIVINGAREA_MODE,
    round(least(1.0, H_NONLIVINGAPARTMENTS * MODE_RATIO), 4) AS NONLIVINGAPARTMENTS_MODE,
    round(least(1.0, H_NONLIVINGAREA * MODE_RATIO), 4) AS NONLIVINGAREA_MODE,
    round(least(1.0, H_APARTMENTS * MEDI_RATIO), 4) AS APARTMENTS_MEDI,
    round(least(1.0, H_BASEMENTAREA * MEDI_RATIO), 4) AS BASEMENTAREA_MEDI,
    round(least(1.0, H_YEARS_BEGINEXPLUATATION * MEDI_RATIO), 4) AS YEARS_BEGINEXPLUATATION_MEDI,
    round(least(1.0, H_YEARS_BUILD * MEDI_RATIO), 4) AS YEARS_BUILD_MEDI,
    round(least(1.0, H_COMMONAREA * MEDI_RATIO), 4) AS COMMONAREA_MEDI,
    round(least(1.0, H_ELEVATORS * MEDI_RATIO), 4) AS ELEVATORS_MEDI,
    round(least(1.0, H_ENTRANCES * MEDI_RATIO), 4) AS ENTRANCES_MEDI,
    round(least(1.0, H_FLOORSMAX * MEDI_RATIO), 4) AS FLOORSMAX_MEDI,
    round(least(1.0, H_FLOORSMIN * MEDI_RATIO), 4) AS FLOORSMIN_MEDI,
    round(least(1.0, H_LANDAREA * MEDI_RATIO), 4) AS LANDAREA_MEDI,
    round(least(1.0, H_LIVINGAPARTMENTS * MEDI_RATIO), 4) AS LIVINGAPARTMENTS_MEDI,
    round(least(1.0, H_LIVINGAREA * MEDI_RATIO), 4) AS LIVINGAREA_MEDI,
    round(least(1.0, H_NONLIVINGAPARTMENTS * MEDI_RATIO), 4) AS NONLIVINGAPARTMENTS_MEDI,
    round(least(1.0, H_NONLIVINGAREA * MEDI_RATIO), 4) AS NONLIVINGAREA_MEDI,
    CASE WHEN SURVEY <= 0.680 THEN NULL WHEN ODDITY < 0.73 THEN 'reg oper account' WHEN ODDITY < 1.25 THEN 'reg oper spec account'
        WHEN ODDITY < 1.65 THEN 'org spec account' ELSE 'not specified' END AS FONDKAPREMONT_MODE,
    CASE WHEN SURVEY <= 0.495 THEN NULL WHEN SIZE < -2.35 THEN 'specific housing' WHEN SIZE < -2.08 THEN 'terraced house' ELSE 'block of flats' END AS HOUSETYPE_MODE,
    CASE WHEN SURVEY > 0.478 THEN round(least(1.0, 0.7 * exp(-2.40 + 0.75 * SIZE + 0.10 * ODDITY)), 4) END AS TOTALAREA_MODE,
    CASE WHEN SURVEY <= 0.503 THEN NULL WHEN MODERN > 0.20 THEN 'Panel' WHEN MODERN > -1.16 THEN 'Stone, brick' WHEN MODERN > -1.55 THEN 'Block'
        WHEN MODERN > -2.0 THEN 'Wooden' WHEN ODDITY < -0.3 THEN 'Mixed' WHEN ODDITY < 0.5 THEN 'Monolithic' ELSE 'Others' END AS WALLSMATERIAL_MODE,
    CASE WHEN SURVEY <= 0.470 THEN NULL WHEN MODERN < -2.2 THEN 'Yes' ELSE 'No' END AS EMERGENCYSTATE_MODE,
    CASE WHEN COMPANY > 0.005 THEN CIRCLE END AS OBS_30_CNT_SOCIAL_CIRCLE,
    CASE WHEN COMPANY > 0.005 THEN CASE WHEN CIRCLE > 0 AND CIRCLE_LUCK < 0.045 THEN 2.0 WHEN CIRCLE > 0 AND CIRCLE_LUCK < 0.18 THEN 1.0 ELSE 0.0 END
        END AS DEF_30_CNT_SOCIAL_CIRCLE,
    CASE WHEN COMPANY > 0.005 THEN CASE WHEN CIRCLE > 2 AND CIRCLE_LUCK > 0.9 THEN CIRCLE - 1 ELSE CIRCLE END END AS OBS_60_CNT_SOCIAL_CIRCLE,
    CASE WHEN COMPANY > 0.005 THEN CASE WHEN CIRCLE > 0 AND CIRCLE_LUCK < 0.025 THEN 2.0 WHEN CIRCLE > 0 AND CIRCLE_LUCK < 0.13 THEN 1.0 ELSE 0.0 END
        END AS DEF_60_CNT_SOCIAL_CIRCLE,
    -floor(least(4200.0, PHONE_DAYS)) AS DAYS_LAST_PHONE_CHANGE,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 2') < 0.00004 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_2,
    CASE WHEN DOSSIER < 0.710 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_3,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 4') < 0.0001 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_4,
    CASE WHEN DOSSIER >= 0.710 AND DOSSIER < 0.726 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_5,
    CASE WHEN DOSSIER >= 0.726 AND DOSSIER < 0.908 AND (IS_PENSIONER OR DOSSIER < 0.770) THEN 1 ELSE 0 END AS FLAG_DOCUMENT_6,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 7') < 0.0002 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_7,
    CASE WHEN DOSSIER >= 0.770 AND DOSSIER < 0.870 AND NOT IS_PENSIONER THEN 1 ELSE 0 END AS FLAG_DOCUMENT_8,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 9') < 0.004 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_9,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 10') < 0.00002 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_10,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 11') < 0.004 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_11,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 12') < 0.00001 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_12,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 13') < 0.0035 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_13,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 14') < 0.0029 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_14,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 15') < 0.0012 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_15,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 16') < 0.0099 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_16,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 17') < 0.0003 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_17,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 18') < 0.0081 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_18,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 19') < 0.0006 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_19,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 20') < 0.0005 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_20,
    CASE WHEN uniform(:seed, SK_ID_CURR, 'document 21') < 0.0003 THEN 1 ELSE 0 END AS FLAG_DOCUMENT_21,
    CASE WHEN HAS_ENQUIRIES THEN CASE WHEN uniform(:seed, SK_ID_CURR, 'enquiries hour') < 0.006 THEN 1.0 ELSE 0.0 END END AS AMT_REQ_CREDIT_BUREAU_HOUR,
    CASE WHEN HAS_ENQUIRIES THEN CASE WHEN uniform(:seed, SK_ID_CURR, 'enquiries day') < 0.006 THEN 1.0 ELSE 0.0 END END AS AMT_REQ_CREDIT_BUREAU_DAY,
    CASE WHEN HAS_ENQUIRIES THEN CASE WHEN uniform(:seed, SK_ID_CURR, 'enquiries week') < CASE WHEN IS_TRAIN THEN 0.033 ELSE 0.003 END THEN 1.0 ELSE 0.0 END END AS AMT_REQ_CREDIT_BUREAU_WEEK,
    CASE WHEN HAS_ENQUIRIES THEN floor(exp(least(3.2, CASE WHEN IS_TRAIN THEN -1.05 ELSE -2.8 END + 1.05 * normal(:seed, SK_ID_CURR, 'enquiries month')))) END AS AMT_REQ_CREDIT_BUREAU_MON,
    CASE WHEN HAS_ENQUIRIES THEN floor(exp(least(2.1, CASE WHEN IS_TRAIN THEN -0.75 ELSE -0.35 END + 0.75 * normal(:seed, SK_ID_CURR, 'enquiries quarter')))) END AS AMT_REQ_CREDIT_BUREAU_QRT,
    CASE WHEN HAS_ENQUIRIES THEN floor(exp(least(3.2, 0.62 + 0.20 * INDEBTED + 0.72 * normal(:seed, SK_ID_CURR, 'enquiries year')))) END AS AMT_REQ_CREDIT_BUREAU_YEAR,
    IS_TRAIN
FROM rated
