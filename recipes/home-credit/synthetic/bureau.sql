-- The credits as the bureau reports them, with what it leaves untold.
SELECT
    SK_ID_CURR,
    SK_ID_BUREAU,
    STATE AS CREDIT_ACTIVE,
    CASE WHEN TOLD < 0.9993 THEN 'currency 1' WHEN TOLD < 0.9999 THEN 'currency 2' ELSE 'currency 3' END AS CREDIT_CURRENCY,
    CAST(OPENED_DAY AS BIGINT) AS DAYS_CREDIT,
    CASE WHEN STATE <> 'Closed' AND IS_OVERDUE THEN CAST(1 + floor(least(2500.0, exp(3.2 + 0.5 * LATENESS + 1.5 * normal(:seed, SK_ID_BUREAU, 'overdue days')))) AS BIGINT)
        ELSE 0 END AS CREDIT_DAY_OVERDUE,
    CASE WHEN NOT (IS_CARD AND TOLD < 0.22) AND TOLD > 0.012 THEN floor(END_DAY) END AS DAYS_CREDIT_ENDDATE,
    CLOSED_DAY AS DAYS_ENDDATE_FACT,
    CASE WHEN uniform(:seed, SK_ID_BUREAU, 'worst told') < 0.325 THEN
        CASE WHEN uniform(:seed, SK_ID_BUREAU, 'worst') < 0.26 * exp(0.45 * LATENESS)
            THEN round(100 * least(CREDIT_SUM, exp(8.3 + 0.35 * LATENESS + 1.5 * normal(:seed, SK_ID_BUREAU, 'worst sum')))) / 100 ELSE 0.0 END
        END AS AMT_CREDIT_MAX_OVERDUE,
    CASE WHEN OVERDUE_LUCK < 0.003 THEN 1 WHEN OVERDUE_LUCK < 0.0036 THEN 2 ELSE 0 END AS CNT_CREDIT_PROLONG,
    CREDIT_SUM AS AMT_CREDIT_SUM,
    CASE WHEN STATE = 'Active' AND TOLD > 0.07 OR STATE <> 'Active' AND TOLD > 0.19 THEN round(100 * DEBT) / 100 END AS AMT_CREDIT_SUM_DEBT,
    CASE WHEN IS_CARD AND STATE = 'Active' THEN round(100 * (CREDIT_SUM - DEBT)) / 100 WHEN TOLD > 0.42 THEN 0.0 END AS AMT_CREDIT_SUM_LIMIT,
    CASE WHEN STATE <> 'Closed' AND IS_OVERDUE THEN round(100 * DEBT * 0.15 * TOLD) / 100 ELSE 0.0 END AS AMT_CREDIT_SUM_OVERDUE,
    CASE KIND WHEN 1 THEN 'Consumer credit' WHEN 2 THEN 'Credit card' WHEN 3 THEN 'Car loan' WHEN 4 THEN 'Mortgage' WHEN 5 THEN 'Microloan'
        WHEN 6 THEN 'Loan for business development' ELSE 'Another type of loan' END AS CREDIT_TYPE,
    CAST(CASE WHEN STATE = 'Closed' THEN greatest(-2900.0, floor(least(-2.0, CLOSED_DAY + 900 * power(TOLD, 4))))
        ELSE greatest(OPENED_DAY, -3 - floor(45 * TOLD)) END AS BIGINT) AS DAYS_CREDIT_UPDATE,
    CASE WHEN uniform(:seed, SK_ID_BUREAU, 'annuity told') < 0.43 THEN
        CASE WHEN STATE = 'Closed' OR IS_CARD OR TOLD < 0.3 THEN 0.0 ELSE round(115 * CREDIT_SUM / (TERM_DAYS / 30.4)) / 100 END END AS AMT_ANNUITY
FROM credits
