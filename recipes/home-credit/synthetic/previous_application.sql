-- Earlier applications, as filed. What was cancelled carries no terms; what was refused says why; only what was
-- drawn has a calendar, where 365243 stands for a day that has not come.
WITH filed AS (
    SELECT *,
        KIND = 'Cash loans' AS IS_CASH, KIND = 'Consumer loans' AS IS_CONSUMER, KIND = 'Revolving loans' AS IS_REVOLVING,
        STATUS = 'Approved' OR (STATUS = 'Refused' AND uniform(:seed, SK_ID_PREV, 'terms told') < 0.85) AS HAS_TERMS,
        STATUS = 'Canceled' OR KIND = 'XNA' AS IS_EMPTY,
        uniform(:seed, SK_ID_PREV, 'weekday') AS WEEKDAY,
        uniform(:seed, SK_ID_PREV, 'purpose') AS PURPOSE,
        uniform(:seed, SK_ID_PREV, 'reason') AS REASON,
        uniform(:seed, SK_ID_PREV, 'goods') AS GOODS,
        uniform(:seed, SK_ID_PREV, 'channel') AS CHANNEL,
        uniform(:seed, SK_ID_PREV, 'company') AS COMPANY,
        uniform(:seed, SK_ID_PREV, 'product') AS PRODUCT,
        uniform(:seed, SK_ID_PREV, 'payment') AS PAYMENT
    FROM contracts WHERE IS_FILED
),
sold AS (
    SELECT *,
        CASE WHEN NOT IS_CONSUMER OR GOODS < 0.011 THEN 'XNA'
            WHEN GOODS < 0.317 THEN 'Mobile' WHEN GOODS < 0.480 THEN 'Consumer Electronics' WHEN GOODS < 0.627 THEN 'Computers'
            WHEN GOODS < 0.761 THEN 'Audio/Video' WHEN GOODS < 0.836 THEN 'Furniture' WHEN GOODS < 0.873 THEN 'Construction Materials'
            WHEN GOODS < 0.909 THEN 'Clothing and Accessories' WHEN GOODS < 0.942 THEN 'Photo / Cinema Equipment' WHEN GOODS < 0.953 THEN 'Auto Accessories'
            WHEN GOODS < 0.962 THEN 'Jewelry' WHEN GOODS < 0.970 THEN 'Homewares' WHEN GOODS < 0.975 THEN 'Medical Supplies'
            WHEN GOODS < 0.979 THEN 'Vehicles' WHEN GOODS < 0.983 THEN 'Gardening' WHEN GOODS < 0.987 THEN 'Sport and Leisure'
            WHEN GOODS < 0.990 THEN 'Office Appliances' WHEN GOODS < 0.993 THEN 'Tourism' WHEN GOODS < 0.996 THEN 'Other'
            WHEN GOODS < 0.998 THEN 'Medicine' WHEN GOODS < 0.999 THEN 'Fitness' ELSE 'Direct Sales' END AS GOODS_CATEGORY,
        -- Cash and card offers are either walk-in or cross-sold to known clients.
        CASE WHEN IS_CONSUMER OR KIND = 'XNA' OR (IS_EMPTY AND PRODUCT < 0.97) THEN 'XNA'
            WHEN PRODUCT < CASE WHEN IS_CASH THEN 0.21 ELSE 0.35 END THEN 'walk-in' ELSE 'x-sell' END AS PRODUCT_TYPE,
        IS_DRAWN AND LAST_DUE_DAY < -4 AS IS_OVER
    FROM filed
)
SELECT
    SK_ID_PREV,
    SK_ID_CURR,
    KIND AS NAME_CONTRACT_TYPE,
    CASE WHEN HAS_TERMS THEN ANNUITY END AS AMT_ANNUITY,
    CASE WHEN IS_EMPTY OR (IS_CARD AND PRODUCT < 0.4) THEN 0.0 ELSE PRICE END AS AMT_APPLICATION,
    CASE WHEN IS_EMPTY THEN 0.0 ELSE CREDIT END AS AMT_CREDIT,
    CASE WHEN IS_CONSUMER AND STATUS <> 'Canceled' THEN round(200 * DOWN_RATE * PRICE) / 200 WHEN IS_CASH AND HAS_TERMS AND PAYMENT > 0.88 THEN 0.0 END AS AMT_DOWN_PAYMENT,
    CASE WHEN NOT IS_EMPTY AND NOT (IS_REVOLVING AND PRODUCT < 0.35) THEN PRICE END AS AMT_GOODS_PRICE,
    CASE WHEN WEEKDAY < 0.151 THEN 'MONDAY' WHEN WEEKDAY < 0.308 THEN 'TUESDAY' WHEN WEEKDAY < 0.460 THEN 'WEDNESDAY' WHEN WEEKDAY < 0.608 THEN 'THURSDAY'
        WHEN WEEKDAY < 0.762 THEN 'FRIDAY' WHEN WEEKDAY < 0.903 THEN 'SATURDAY' ELSE 'SUNDAY' END AS WEEKDAY_APPR_PROCESS_START,
    CAST(least(23.0, greatest(0.0, round(12.4 + 3.3 * normal(:seed, SK_ID_PREV, 'hour')))) AS BIGINT) AS HOUR_APPR_PROCESS_START,
    CASE WHEN REASON < 0.9958 THEN 'Y' ELSE 'N' END AS FLAG_LAST_APPL_PER_CONTRACT,
    CASE WHEN WEEKDAY < 0.9967 THEN 1 ELSE 0 END AS NFLAG_LAST_APPL_IN_DAY,
    CASE WHEN IS_CONSUMER AND STATUS <> 'Canceled' THEN DOWN_RATE * 1.0888 WHEN IS_CASH AND HAS_TERMS AND PAYMENT > 0.88 THEN 0.0 END AS RATE_DOWN_PAYMENT,
    CASE WHEN IS_CONSUMER AND HAS_TERMS AND PURPOSE < 0.010 THEN 0.14 + 0.06 * PRODUCT END AS RATE_INTEREST_PRIMARY,
    CASE WHEN IS_CONSUMER AND HAS_TERMS AND PURPOSE < 0.010 THEN 0.64 + 0.22 * PAYMENT END AS RATE_INTEREST_PRIVILEGED,
    CASE WHEN NOT IS_CASH THEN 'XAP' WHEN PURPOSE < 0.910 THEN 'XNA' WHEN PURPOSE < 0.940 THEN 'Repairs' WHEN PURPOSE < 0.959 THEN 'Other'
        WHEN PURPOSE < 0.971 THEN 'Urgent needs' WHEN PURPOSE < 0.975 THEN 'Buying a used car' WHEN PURPOSE < 0.979 THEN 'Everyday expenses'
        WHEN PURPOSE < 0.982 THEN 'Payments on other loans' WHEN PURPOSE < 0.985 THEN 'Building a house or an annex' WHEN PURPOSE < 0.988 THEN 'Medicine'
        WHEN PURPOSE < 0.990 THEN 'Education' WHEN PURPOSE < 0.992 THEN 'Journey' WHEN PURPOSE < 0.994 THEN 'Furniture'
        WHEN PURPOSE < 0.995 THEN 'Buying a new car' WHEN PURPOSE < 0.996 THEN 'Buying a home' WHEN PURPOSE < 0.997 THEN 'Car repairs'
        WHEN PURPOSE < 0.998 THEN 'Purchase of electronic equipment' WHEN PURPOSE < 0.999 THEN 'Wedding / gift / holiday'
        ELSE 'Buying a holiday home / land' END AS NAME_CASH_LOAN_PURPOSE,
    STATUS AS NAME_CONTRACT_STATUS,
    CAST(DECISION_DAY AS BIGINT) AS DAYS_DECISION,
    CASE WHEN IS_REVOLVING OR KIND = 'XNA' OR STATUS = 'Canceled' OR PAYMENT < 0.14 THEN 'XNA' WHEN PAYMENT < 0.991 THEN 'Cash through the bank'
        WHEN PAYMENT < 0.999 THEN 'Non-cash from your account' ELSE 'Cashless from the account of the employer' END AS NAME_PAYMENT_TYPE,
    CASE WHEN STATUS = 'Unused offer' THEN 'CLIENT' WHEN STATUS <> 'Refused' THEN 'XAP'
        WHEN REASON < 0.63 + 0.02 * DOUBT THEN 'HC' WHEN REASON < 0.82 THEN 'LIMIT' WHEN REASON < 0.93 THEN 'SCO'
        WHEN REASON < 0.972 THEN 'SCOFR' WHEN REASON < 0.987 THEN 'XNA' WHEN REASON < 0.999 THEN 'VERIF' ELSE 'SYSTEM' END AS CODE_REJECT_REASON,
    CASE WHEN COMPANY < 0.494 THEN NULL WHEN COMPANY < 0.802 THEN 'Unaccompanied' WHEN COMPANY < 0.926 THEN 'Family' WHEN COMPANY < 0.964 THEN 'Spouse, partner'
        WHEN COMPANY < 0.982 THEN 'Children' WHEN COMPANY < 0.993 THEN 'Other_B' WHEN COMPANY < 0.9985 THEN 'Other_A' ELSE 'Group of people' END AS NAME_TYPE_SUITE,
    CASE WHEN CHANNEL > 0.999 THEN 'XNA' WHEN CHANNEL < CASE WHEN IS_CONSUMER THEN 0.36 ELSE 0.03 END THEN 'New'
        WHEN CHANNEL > 0.917 THEN 'Refreshed' ELSE 'Repeater' END AS NAME_CLIENT_TYPE,
    GOODS_CATEGORY AS NAME_GOODS_CATEGORY,
    CASE WHEN IS_CONSUMER AND STATUS IN ('Approved', 'Refused') THEN 'POS' WHEN IS_EMPTY OR STATUS = 'Unused offer' THEN 'XNA'
        WHEN IS_CASH THEN 'Cash' ELSE 'Cards' END AS NAME_PORTFOLIO,
    PRODUCT_TYPE AS NAME_PRODUCT_TYPE,
    CASE WHEN IS_CONSUMER THEN CASE WHEN CHANNEL < 0.592 THEN 'Country-wide' WHEN CHANNEL < 0.865 THEN 'Stone' ELSE 'Regional / Local' END
        WHEN KIND = 'XNA' THEN 'Country-wide' WHEN PRODUCT < 0.80 THEN 'Credit and cash offices' WHEN PRODUCT < 0.875 THEN 'Contact center'
        WHEN PRODUCT < 0.945 THEN 'Country-wide' WHEN PRODUCT < 0.990 THEN 'AP+ (Cash loan)' WHEN PRODUCT < 0.995 THEN 'Channel of corporate sales'
        ELSE 'Regional / Local' END AS CHANNEL_TYPE,
    CASE WHEN NOT IS_CONSUMER AND PRODUCT < 0.80 THEN -1 ELSE CAST(floor(exp(4.6 + 1.9 * normal(:seed, SK_ID_PREV, 'seller'))) AS BIGINT) END AS SELLERPLACE_AREA,
    CASE WHEN NOT IS_CONSUMER THEN CASE WHEN PRODUCT < 0.92 THEN 'XNA' ELSE 'Consumer electronics' END
        WHEN GOODS_CATEGORY = 'Mobile' OR GOODS < 0.04 THEN 'Connectivity' WHEN GOODS < 0.790 THEN 'Consumer electronics'
        WHEN GOODS_CATEGORY = 'Furniture' THEN 'Furniture' WHEN GOODS_CATEGORY = 'Construction Materials' THEN 'Construction'
        WHEN GOODS_CATEGORY = 'Clothing and Accessories' THEN 'Clothing' WHEN GOODS_CATEGORY = 'Auto Accessories' THEN 'Auto technology'
        WHEN GOODS_CATEGORY = 'Jewelry' THEN 'Jewelry' WHEN GOODS_CATEGORY = 'Tourism' THEN 'Tourism' ELSE 'Industry' END AS NAME_SELLER_INDUSTRY,
    CASE WHEN HAS_TERMS THEN TERM * 1.0 END AS CNT_PAYMENT,
    CASE WHEN NOT HAS_TERMS OR NOT (IS_CASH OR IS_CONSUMER) THEN 'XNA' WHEN YIELD = 'high' THEN 'high' WHEN YIELD = 'middle' THEN 'middle'
        WHEN YIELD = 'low_normal' THEN 'low_normal' ELSE 'low_action' END AS NAME_YIELD_GROUP,
    CASE WHEN KIND = 'XNA' THEN NULL
        WHEN IS_REVOLVING THEN CASE WHEN PRODUCT_TYPE = 'x-sell' THEN 'Card X-Sell' ELSE 'Card Street' END
        WHEN IS_CASH THEN CASE WHEN PRODUCT_TYPE = 'XNA' OR NOT HAS_TERMS THEN 'Cash'
            WHEN PRODUCT_TYPE = 'x-sell' THEN CASE YIELD WHEN 'high' THEN 'Cash X-Sell: high' WHEN 'middle' THEN 'Cash X-Sell: middle' ELSE 'Cash X-Sell: low' END
            ELSE CASE YIELD WHEN 'high' THEN 'Cash Street: high' WHEN 'middle' THEN 'Cash Street: middle' ELSE 'Cash Street: low' END END
        WHEN GOODS_CATEGORY = 'Mobile' THEN CASE WHEN YIELD = 'low_action' THEN 'POS mobile without interest' ELSE 'POS mobile with interest' END
        WHEN GOODS < 0.761 THEN CASE WHEN YIELD = 'low_action' THEN 'POS household without interest' ELSE 'POS household with interest' END
        WHEN GOODS < 0.942 THEN CASE WHEN YIELD = 'low_action' THEN 'POS industry without interest' ELSE 'POS industry with interest' END
        WHEN YIELD = 'low_action' THEN 'POS others without interest' ELSE 'POS other with interest' END AS PRODUCT_COMBINATION,
    CASE WHEN IS_CARD THEN least(-2.0, DECISION_DAY + 12) WHEN IS_DRAWN THEN 365243.0 END AS DAYS_FIRST_DRAWING,
    CASE WHEN IS_DRAWN THEN CASE WHEN FIRST_DUE_DAY < 0 THEN FIRST_DUE_DAY ELSE 365243.0 END WHEN IS_CARD THEN 365243.0 END AS DAYS_FIRST_DUE,
    CASE WHEN IS_DRAWN THEN FIRST_DUE_DAY + 30 * (TERM - 1) WHEN IS_CARD THEN 365243.0 END AS DAYS_LAST_DUE_1ST_VERSION,
    CASE WHEN IS_OVER THEN LAST_DUE_DAY WHEN IS_DRAWN OR IS_CARD THEN 365243.0 END AS DAYS_LAST_DUE,
    CASE WHEN IS_OVER THEN least(-2.0, LAST_DUE_DAY + 3 + floor(8 * PRODUCT)) WHEN IS_DRAWN OR IS_CARD THEN 365243.0 END AS DAYS_TERMINATION,
    CASE WHEN IS_DRAWN THEN CASE WHEN COMPANY < 0.34 THEN 1.0 ELSE 0.0 END WHEN IS_CARD THEN 0.0 END AS NFLAG_INSURED_ON_APPROVAL
FROM sold
