"""Writes what DuckDB makes of a portfolio's CSV files: features of every table, computed apart from the recipe.

    python features.py SOURCE OUT [--clients 40 | --clients all]

SOURCE is a folder or a zip of the eight CSV files; absent files leave their features out. OUT is a JSON of
`features` (their names), `clients` (the first applicants with an outcome by number, each with its values in that
order, null for a missing one) and `all` (of each feature over all applicants: how many values are known, and for
numbers their sum, the sum of their sizes, the least and the greatest).

features_synthetic.json beside this file is of the synthetic portfolio of 500 clients, seed 7:

    limpide synth --clients 500 --seed 7 --out source && python features.py source features_synthetic.json

No line of the recipe is read: what a feature means was taken from its words. 365243 in a DAYS_ column and XNA in a
text are missing; what is not known of a row stays out of means and sums; a mean, a sum or a share of no rows is
missing, a count of no rows is 0.

Made with duckdb 2.0.
"""

import argparse
import json
import math
import sys
import tempfile
import zipfile
from pathlib import Path

import duckdb

TABLES = [
    "application_train", "application_test", "bureau", "bureau_balance", "previous_application",
    "POS_CASH_balance", "credit_card_balance", "installments_payments",
]

# The columns that are texts; every other column is a number.
TEXTS = {
    "NAME_CONTRACT_TYPE", "FLAG_OWN_CAR", "FLAG_OWN_REALTY", "NAME_INCOME_TYPE", "NAME_EDUCATION_TYPE",
    "NAME_FAMILY_STATUS", "NAME_HOUSING_TYPE", "NAME_TYPE_SUITE", "OCCUPATION_TYPE", "ORGANIZATION_TYPE",
    "WEEKDAY_APPR_PROCESS_START", "FONDKAPREMONT_MODE", "HOUSETYPE_MODE", "WALLSMATERIAL_MODE",
    "EMERGENCYSTATE_MODE", "CODE_GENDER", "CREDIT_ACTIVE", "CREDIT_CURRENCY", "CREDIT_TYPE", "STATUS",
    "FLAG_LAST_APPL_PER_CONTRACT", "NAME_CASH_LOAN_PURPOSE", "NAME_CONTRACT_STATUS", "NAME_PAYMENT_TYPE",
    "CODE_REJECT_REASON", "NAME_CLIENT_TYPE", "NAME_GOODS_CATEGORY", "NAME_PORTFOLIO", "NAME_PRODUCT_TYPE",
    "CHANNEL_TYPE", "NAME_SELLER_INDUSTRY", "NAME_YIELD_GROUP", "PRODUCT_COMBINATION",
}

RATINGS = "[EXT_SOURCE_1, EXT_SOURCE_2, EXT_SOURCE_3]"
DOCUMENTS = ", ".join(f"FLAG_DOCUMENT_{number}" for number in range(2, 22))

# The shortest usual term at which a cash loan's instalments repay it with 0.5 % a month on top.
TERM = (
    "if(NAME_CONTRACT_TYPE = 'Cash loans', list_min(list_filter([6, 12, 18, 24, 36, 48, 60],"
    " lambda term : AMT_ANNUITY * term >= AMT_CREDIT * (1 + 0.005::DOUBLE * term))), NULL)"
)

APPLICATION = {
    "EXT_SOURCE_1": "EXT_SOURCE_1",
    "EXT_SOURCE_2": "EXT_SOURCE_2",
    "EXT_SOURCE_3": "EXT_SOURCE_3",
    "EXT_SOURCE_MEAN": f"list_avg({RATINGS})",
    "EXT_SOURCE_MIN": f"list_min({RATINGS})",
    "EXT_SOURCE_MAX": f"list_max({RATINGS})",
    "EXT_SOURCE_MEDIAN": f"list_aggregate({RATINGS}, 'median')",
    "EXT_SOURCE_VAR": f"list_aggregate({RATINGS}, 'var_samp')",
    "EXT_SOURCE_1_2_PRODUCT": "EXT_SOURCE_1 * EXT_SOURCE_2",
    # Weights 2, 3 and 4, as far as the ratings are known.
    "EXT_SOURCE_WEIGHTED_KNOWN": "list_avg(list_concat([EXT_SOURCE_1, EXT_SOURCE_1], [EXT_SOURCE_2, EXT_SOURCE_2,"
    " EXT_SOURCE_2], [EXT_SOURCE_3, EXT_SOURCE_3, EXT_SOURCE_3, EXT_SOURCE_3]))",
    "EXT_SOURCE_3_EMPLOYED": "-DAYS_EMPLOYED / 365.25::DOUBLE * EXT_SOURCE_3",
    "EXT_SOURCE_2_AGE": "-DAYS_BIRTH / 365.25::DOUBLE * EXT_SOURCE_2",
    "ANNUITY_TO_EXT_SOURCE_3": "ratio(AMT_ANNUITY, EXT_SOURCE_3)",
    "AGE_TO_EXT_SOURCE_3": "ratio(-DAYS_BIRTH / 365.25::DOUBLE, EXT_SOURCE_3)",
    "CREDIT_TO_INCOME_TO_EXT_SOURCE_3": "ratio(ratio(AMT_CREDIT, AMT_INCOME_TOTAL), EXT_SOURCE_3)",
    "TERM_TO_EXT_SOURCE_MEAN": f"ratio(ratio(AMT_CREDIT, AMT_ANNUITY), list_avg({RATINGS}))",
    "EXT_SOURCE_PRODUCT": "EXT_SOURCE_1 * EXT_SOURCE_2 * EXT_SOURCE_3",
    "EXT_SOURCE_WEIGHTED": "2 * EXT_SOURCE_1 + 3 * EXT_SOURCE_2 + 4 * EXT_SOURCE_3",
    "EXT_SOURCE_SPREAD": f"list_max({RATINGS}) - list_min({RATINGS})",
    "EXT_SOURCE_MISSING": f"3 - list_count({RATINGS})",
    "NAME_CONTRACT_TYPE": "NAME_CONTRACT_TYPE",
    "AMT_CREDIT": "AMT_CREDIT",
    "AMT_ANNUITY": "AMT_ANNUITY",
    "APPLICATION_TERM": "ratio(AMT_CREDIT, AMT_ANNUITY)",
    "CREDIT_TO_GOODS": "ratio(AMT_CREDIT, AMT_GOODS_PRICE)",
    "IMPLIED_TERM": TERM,
    "IMPLIED_COST_SHARE": f"ratio(AMT_ANNUITY * ({TERM}) - AMT_CREDIT, AMT_CREDIT)",
    "IMPLIED_COST_TO_GOODS": f"ratio(AMT_ANNUITY * ({TERM}), AMT_GOODS_PRICE)",
    "IMPLIED_INTEREST": f"yearly_rate(({TERM})::DOUBLE, AMT_ANNUITY, AMT_CREDIT)",
    "IMPLIED_INTEREST_ON_GOODS": f"yearly_rate(({TERM})::DOUBLE, AMT_ANNUITY, AMT_GOODS_PRICE)",
    "GOODS_LESS_CREDIT": "AMT_GOODS_PRICE - AMT_CREDIT",
    "ANNUITY_TO_INCOME": "ratio(AMT_ANNUITY, AMT_INCOME_TOTAL)",
    "CREDIT_TO_INCOME": "ratio(AMT_CREDIT, AMT_INCOME_TOTAL)",
    "INCOME_LESS_ANNUITY": "AMT_INCOME_TOTAL - AMT_ANNUITY",
    "INCOME_PER_PERSON": "ratio(AMT_INCOME_TOTAL, CNT_FAM_MEMBERS)",
    "INCOME_LEFT_PER_PERSON": "ratio(AMT_INCOME_TOTAL - AMT_ANNUITY, CNT_FAM_MEMBERS)",
    "CREDIT_TO_EMPLOYED": "ratio(AMT_CREDIT, -DAYS_EMPLOYED / 365.25::DOUBLE)",
    "NOT_EMPLOYED": "one(DAYS_EMPLOYED IS NULL)",
    "AGE_AT_END": "ratio(AMT_CREDIT, AMT_ANNUITY) / 12 - DAYS_BIRTH / 365.25::DOUBLE",
    "CHILDREN_SHARE": "ratio(CNT_CHILDREN, CNT_FAM_MEMBERS)",
    "INCOME_PER_CHILD": "ratio(AMT_INCOME_TOTAL, CNT_CHILDREN + 1)",
    "OCCUPATION_TYPE": "OCCUPATION_TYPE",
    "ORGANIZATION_TYPE": "ORGANIZATION_TYPE",
    "DAYS_BIRTH": "DAYS_BIRTH",
    "DAYS_EMPLOYED": "DAYS_EMPLOYED",
    "EMPLOYED_TO_AGE": "ratio(DAYS_EMPLOYED, DAYS_BIRTH)",
    "AGE_AT_EMPLOYMENT": "(DAYS_EMPLOYED - DAYS_BIRTH) / 365.25::DOUBLE",
    "NAME_FAMILY_STATUS": "NAME_FAMILY_STATUS",
    "CAR_AGE_TO_AGE": "ratio(OWN_CAR_AGE, -DAYS_BIRTH / 365.25::DOUBLE)",
    "APARTMENTS_MODE": "APARTMENTS_MODE",
    "LIVINGAREA_MEDI": "LIVINGAREA_MEDI",
    "ELEVATORS_AVG": "ELEVATORS_AVG",
    "HOUSETYPE_MODE": "HOUSETYPE_MODE",
    "WALLSMATERIAL_MODE": "WALLSMATERIAL_MODE",
    "HOUSING_FACTS_MISSING": "5 - list_count([APARTMENTS_AVG, FLOORSMAX_AVG, LIVINGAREA_AVG, YEARS_BUILD_AVG,"
    " TOTALAREA_MODE]) + if(HOUSETYPE_MODE IS NULL, 1, 0)",
    "REGION_POPULATION_RELATIVE": "REGION_POPULATION_RELATIVE",
    "ID_PUBLISH_TO_AGE": "ratio(DAYS_ID_PUBLISH, DAYS_BIRTH)",
    "ADDRESS_MISMATCHES": "list_sum([REG_REGION_NOT_LIVE_REGION, REG_REGION_NOT_WORK_REGION,"
    " LIVE_REGION_NOT_WORK_REGION, REG_CITY_NOT_LIVE_CITY, REG_CITY_NOT_WORK_CITY, LIVE_CITY_NOT_WORK_CITY])",
    "PHONE_CHANGED_THIS_YEAR": "(DAYS_LAST_PHONE_CHANGE >= -365)::INT",
    "PHONE_CHANGE_TO_AGE": "ratio(DAYS_LAST_PHONE_CHANGE, DAYS_BIRTH)",
    "LAST_CHANGE": "list_max([DAYS_REGISTRATION, DAYS_ID_PUBLISH, DAYS_LAST_PHONE_CHANGE])",
    "FLAG_DOCUMENT_8": "FLAG_DOCUMENT_8",
    "DOCUMENT_COUNT": f"list_sum([{DOCUMENTS}])",
    "DEF_30_CNT_SOCIAL_CIRCLE": "DEF_30_CNT_SOCIAL_CIRCLE",
    "DEF_60_SHARE": "ratio(DEF_60_CNT_SOCIAL_CIRCLE, OBS_60_CNT_SOCIAL_CIRCLE)",
    "AMT_REQ_CREDIT_BUREAU_YEAR": "AMT_REQ_CREDIT_BUREAU_YEAR",
    "ENQUIRIES": "AMT_REQ_CREDIT_BUREAU_YEAR + AMT_REQ_CREDIT_BUREAU_QRT + AMT_REQ_CREDIT_BUREAU_MON"
    " + AMT_REQ_CREDIT_BUREAU_WEEK + AMT_REQ_CREDIT_BUREAU_DAY + AMT_REQ_CREDIT_BUREAU_HOUR",
}

# A client's credits elsewhere, the latest first.
CREDITS = """(
    SELECT *, rank() OVER (PARTITION BY SK_ID_CURR ORDER BY DAYS_CREDIT DESC NULLS LAST, SK_ID_BUREAU DESC) AS RECENCY
    FROM bureau
)"""
LAST_3 = "FILTER (RECENCY <= 3)"
LAST_5 = "FILTER (RECENCY <= 5)"


def lately(days, column="DAYS_CREDIT"):
    return f"FILTER ({column} >= -{days})"


CARDS = "FILTER (CREDIT_TYPE = 'Credit card')"
CONSUMER = "FILTER (CREDIT_TYPE = 'Consumer credit')"
ACTIVE = "FILTER (CREDIT_ACTIVE = 'Active')"
CLOSED = "FILTER (CREDIT_ACTIVE = 'Closed')"
BUREAU = {
    "BURO_COUNT": "count(*)",
    "ACTIVE_COUNT": f"count(*) {ACTIVE}",
    "CLOSED_COUNT": f"count(*) {CLOSED}",
    "BURO_DAYS_CREDIT_MEAN": "avg(DAYS_CREDIT)",
    "BURO_DAYS_CREDIT_MIN": "min(DAYS_CREDIT)",
    "BURO_DAYS_CREDIT_MAX": "max(DAYS_CREDIT)",
    "BURO_DAYS_CREDIT_STD": "stddev_samp(DAYS_CREDIT)",
    "ACTIVE_DAYS_CREDIT_STD": f"stddev_samp(DAYS_CREDIT) {ACTIVE}",
    "CLOSED_DAYS_ENDDATE_FACT_MEAN": f"avg(DAYS_ENDDATE_FACT) {CLOSED}",
    "BURO_CREDIT_DAY_OVERDUE_MAX": "max(CREDIT_DAY_OVERDUE)",
    "CLOSED_AMT_CREDIT_MAX_OVERDUE_MEAN": f"avg(AMT_CREDIT_MAX_OVERDUE) {CLOSED}",
    "BURO_AMT_CREDIT_SUM_SUM": "sum(AMT_CREDIT_SUM)",
    "ACTIVE_AMT_CREDIT_SUM_DEBT_SUM": f"sum(AMT_CREDIT_SUM_DEBT) {ACTIVE}",
    "BURO_AMT_CREDIT_SUM_DEBT_SUM": "sum(AMT_CREDIT_SUM_DEBT)",
    "BURO_AMT_CREDIT_SUM_LIMIT_MEAN": "avg(AMT_CREDIT_SUM_LIMIT)",
    "ACTIVE_DEBT_SHARE_MEAN": f"avg(ratio(AMT_CREDIT_SUM_DEBT, AMT_CREDIT_SUM)) {ACTIVE}",
    "CLOSED_ENDED_EARLY_MEAN": f"avg(DAYS_CREDIT_ENDDATE - DAYS_ENDDATE_FACT) {CLOSED}",
    "BURO_CNT_CREDIT_PROLONG_SUM": "sum(CNT_CREDIT_PROLONG)",
    "BURO_CREDIT_TYPE_CREDIT_CARD_SHARE": "avg(one(CREDIT_TYPE = 'Credit card'))",
    "ACTIVE_CREDIT_TYPE_CONSUMER_CREDIT_SHARE": f"avg(one(CREDIT_TYPE = 'Consumer credit')) {ACTIVE}",
    "BURO_CREDIT_ACTIVE_ACTIVE_SHARE": "avg(one(CREDIT_ACTIVE = 'Active'))",
    "BUROCONSUMER_COUNT": f"count(*) {CONSUMER}",
    "BUROCARD_COUNT": f"count(*) {CARDS}",
    "BUROCAR_COUNT": "count(*) FILTER (CREDIT_TYPE = 'Car loan')",
    "BUROMORTGAGE_COUNT": "count(*) FILTER (CREDIT_TYPE = 'Mortgage')",
    "BUROMICRO_COUNT": "count(*) FILTER (CREDIT_TYPE = 'Microloan')",
    "BURO6_COUNT": f"count(*) {lately(182)}",
    "BURO36_COUNT": f"count(*) {lately(1095)}",
    "BURO24_AMT_CREDIT_SUM_SUM": f"sum(AMT_CREDIT_SUM) {lately(730)}",
    "BURO12_DEBT_SHARE_MEAN": f"avg(ratio(AMT_CREDIT_SUM_DEBT, AMT_CREDIT_SUM)) {lately(365)}",
    "BURO24_EVER_OVERDUE_MEAN": f"avg((AMT_CREDIT_MAX_OVERDUE > 0)::INT) {lately(730)}",
    "BUROLAST3_DAYS_CREDIT_MEAN": f"avg(DAYS_CREDIT) {LAST_3}",
    "BUROLAST3_AMT_CREDIT_SUM_DEBT_SUM": f"sum(AMT_CREDIT_SUM_DEBT) {LAST_3}",
    "BUROLAST3_AMT_CREDIT_MAX_OVERDUE_MAX": f"max(AMT_CREDIT_MAX_OVERDUE) {LAST_3}",
    "BUROLAST3_CREDIT_ACTIVE_ACTIVE_SHARE": f"avg(one(CREDIT_ACTIVE = 'Active')) {LAST_3}",
    "ACTIVE_AMT_CREDIT_SUM_SUM": f"sum(AMT_CREDIT_SUM) {ACTIVE}",
    "ACTIVE_AMT_CREDIT_SUM_MEDIAN": f"median(AMT_CREDIT_SUM) {ACTIVE}",
    "ACTIVE_DEBT_SHARE_MEDIAN": f"median(ratio(AMT_CREDIT_SUM_DEBT, AMT_CREDIT_SUM)) {ACTIVE}",
    "ACTIVE_TIME_LEFT_SUM": f"sum(positive(DAYS_CREDIT_ENDDATE)) {ACTIVE}",
    "ACTIVE_OVERRUN_MEAN": f"avg((DAYS_CREDIT_ENDDATE < 0)::INT) {ACTIVE}",
    "ACTIVE_REPAID_SUM": f"sum(AMT_CREDIT_SUM - AMT_CREDIT_SUM_DEBT) {ACTIVE}",
    "CLOSED_ENDED_LATE_MEAN": f"avg((DAYS_ENDDATE_FACT > DAYS_CREDIT_ENDDATE)::INT) {CLOSED}",
    "CLOSED_LENGTH_TO_TERM_MEAN":
        f"avg(ratio(DAYS_ENDDATE_FACT - DAYS_CREDIT, DAYS_CREDIT_ENDDATE - DAYS_CREDIT)) {CLOSED}",
    "BUROCARD_LIMIT_USE_MEAN": f"avg(ratio(AMT_CREDIT_SUM_DEBT, AMT_CREDIT_SUM_DEBT + AMT_CREDIT_SUM_LIMIT)) {CARDS}",
    "BUROCONSUMER_AMT_CREDIT_SUM_MAX": f"max(AMT_CREDIT_SUM) {CONSUMER}",
    "BUROCONSUMER_TERM_MEAN": f"avg(DAYS_CREDIT_ENDDATE - DAYS_CREDIT) {CONSUMER}",
}

YEAR = "FILTER (MONTHS_BALANCE >= -12)"
# Months of the bureau begin with 0, those of our own loans with -1.
MONTHS_0_TO_11 = "FILTER (MONTHS_BALANCE >= -11)"
# Months without a status in figures say nothing of lateness.
LATE_MONTH = "if(STATUS IN ('0', '1', '2', '3', '4', '5'), (STATUS <> '0')::INT, NULL)"
VERY_LATE_MONTH = "if(STATUS IN ('0', '1', '2', '3', '4', '5'), (STATUS >= '2')::INT, NULL)"
BUREAU_BALANCE = {
    "BB_COUNT": "count(*)",
    "BB_MONTHS_BALANCE_MIN": "min(MONTHS_BALANCE)",
    "BB_MONTHS_BALANCE_MEAN": "avg(MONTHS_BALANCE)",
    "BB_LATE_MEAN": f"avg({LATE_MONTH})",
    "BB_LATE_SUM": f"sum({LATE_MONTH})",
    "BB12_LATE_MEAN": f"avg({LATE_MONTH}) {MONTHS_0_TO_11}",
    "BB12_LATE_MAX": f"max({LATE_MONTH}) {MONTHS_0_TO_11}",
    "BB_VERY_LATE_SUM": f"sum({VERY_LATE_MONTH})",
    "BB12_VERY_LATE_MEAN": f"avg({VERY_LATE_MONTH}) {MONTHS_0_TO_11}",
    "BB24_LATE_MEAN": f"avg({LATE_MONTH}) FILTER (MONTHS_BALANCE > -24)",
    "BB24_LATE_TREND": f"regr_slope({LATE_MONTH}, MONTHS_BALANCE) FILTER (MONTHS_BALANCE > -24)",
    "BB_LATE_TREND": f"regr_slope({LATE_MONTH}, MONTHS_BALANCE)",
    "BB_LATE_MONTH_MAX": "max(MONTHS_BALANCE) FILTER (STATUS IN ('1', '2', '3', '4', '5'))",
    "BB_STATUS_C_SHARE": "avg(one(STATUS = 'C'))",
    "BB_STATUS_X_SHARE": "avg(one(STATUS = 'X'))",
}

# Each credit elsewhere by its months, the one that began last first.
HISTORIES = f"""(
    SELECT *, rank() OVER (PARTITION BY SK_ID_CURR ORDER BY FIRST_MONTH DESC, SK_ID_BUREAU DESC) AS RECENCY
    FROM (
        SELECT SK_ID_CURR, SK_ID_BUREAU, min(MONTHS_BALANCE) AS FIRST_MONTH, avg({LATE_MONTH}) AS LATE,
            avg({LATE_MONTH}) {MONTHS_0_TO_11} AS LATE_IN_YEAR, max(TRY_CAST(STATUS AS INT)) AS WORST,
            count_if(STATUS <> 'C') AS RUNNING, bool_or(STATUS = 'C') AS IS_CLOSED
        FROM bureau_balance JOIN (SELECT SK_ID_BUREAU, SK_ID_CURR FROM bureau) USING (SK_ID_BUREAU)
        GROUP BY ALL
    )
)"""
BUREAU_HISTORY = {
    "BBCREDIT_COUNT": "count(*)",
    "BBOPEN_COUNT": "count(*) FILTER (NOT IS_CLOSED)",
    "BBCREDIT_LATE_SHARE_MEAN": "avg(LATE)",
    "BBCREDIT_LATE_SHARE_MAX": "max(LATE)",
    "BBLAST3_LATE_SHARE_MEAN": f"avg(LATE) {LAST_3}",
    "BBCREDIT_LATE_SHARE_12_MEAN": "avg(LATE_IN_YEAR)",
    "BBCREDIT_EVER_LATE_MEAN": "avg((LATE > 0)::INT)",
    "BBCREDIT_WORST_MAX": "max(WORST)",
    "BBLAST3_WORST_MEAN": f"avg(WORST) {LAST_3}",
    "BBCREDIT_RUNNING_MONTHS_SUM": "sum(RUNNING)",
}

APPROVED = "FILTER (NAME_CONTRACT_STATUS = 'Approved')"
REFUSED = "FILTER (NAME_CONTRACT_STATUS = 'Refused')"
# Requests, the latest first, among all and among those with the same outcome; and the earliest first.
REQUESTS = """(
    SELECT *, rank() OVER (PARTITION BY SK_ID_CURR ORDER BY DAYS_DECISION DESC NULLS LAST, SK_ID_PREV DESC) AS RECENCY,
        rank() OVER (PARTITION BY SK_ID_CURR, NAME_CONTRACT_STATUS ORDER BY DAYS_DECISION DESC NULLS LAST,
            SK_ID_PREV DESC) AS RECENCY_OF_OUTCOME,
        rank() OVER (PARTITION BY SK_ID_CURR ORDER BY DAYS_DECISION ASC NULLS LAST, SK_ID_PREV ASC) AS PLACE
    FROM previous_application
)"""
# Payments have begun, and the last has not come.
RUNNING = "FILTER (NAME_CONTRACT_STATUS = 'Approved' AND DAYS_FIRST_DUE IS NOT NULL AND DAYS_LAST_DUE IS NULL)"
MONTHS_LEFT = "positive(DAYS_LAST_DUE_1ST_VERSION) / 30.4375::DOUBLE"
CASH = "FILTER (NAME_CONTRACT_TYPE = 'Cash loans')"
YEARLY_COST = "ratio(ratio(AMT_ANNUITY * CNT_PAYMENT, AMT_CREDIT) - 1, CNT_PAYMENT) * 12"
PREVIOUS = {
    "PREV_COUNT": "count(*)",
    "APPROVED_COUNT": f"count(*) {APPROVED}",
    "REFUSED_COUNT": f"count(*) {REFUSED}",
    "PREV_AMT_APPLICATION_MEAN": "avg(AMT_APPLICATION)",
    "REFUSED_AMT_APPLICATION_MAX": f"max(AMT_APPLICATION) {REFUSED}",
    "PREV_AMT_CREDIT_SUM": "sum(AMT_CREDIT)",
    "APPROVED_AMT_CREDIT_MAX": f"max(AMT_CREDIT) {APPROVED}",
    "APPROVED_AMT_ANNUITY_MEAN": f"avg(AMT_ANNUITY) {APPROVED}",
    "PREVLAST3_AMT_ANNUITY_MAX": f"max(AMT_ANNUITY) {LAST_3}",
    "PREV_ASKED_TO_GRANTED_MEAN": "avg(ratio(AMT_APPLICATION, AMT_CREDIT))",
    "PREVLAST3_ASKED_TO_GRANTED_MIN": f"min(ratio(AMT_APPLICATION, AMT_CREDIT)) {LAST_3}",
    "APPROVED_RATE_DOWN_PAYMENT_MEAN": f"avg(RATE_DOWN_PAYMENT) {APPROVED}",
    "PREV_CNT_PAYMENT_SUM": "sum(CNT_PAYMENT)",
    "PREVLAST3_CNT_PAYMENT_MEAN": f"avg(CNT_PAYMENT) {LAST_3}",
    "PREV_INTEREST_YEARLY_MEAN": f"avg({YEARLY_COST})",
    "PREVLAST3_INTEREST_YEARLY_MAX": f"max({YEARLY_COST}) {LAST_3}",
    "PREV_DAYS_DECISION_MAX": "max(DAYS_DECISION)",
    "REFUSED_DAYS_DECISION_MEAN": f"avg(DAYS_DECISION) {REFUSED}",
    "APPROVED_DAYS_LAST_DUE_1ST_VERSION_MAX": f"max(DAYS_LAST_DUE_1ST_VERSION) {APPROVED}",
    "APPROVED_DAYS_TERMINATION_MAX": f"max(DAYS_TERMINATION) {APPROVED}",
    "PREV_REFUSED_MEAN": "avg(one(NAME_CONTRACT_STATUS = 'Refused'))",
    "PREVLAST3_REFUSED_MEAN": f"avg(one(NAME_CONTRACT_STATUS = 'Refused')) {LAST_3}",
    "PREV_CODE_REJECT_REASON_HC_SHARE": "avg(one(CODE_REJECT_REASON = 'HC'))",
    "REFUSED_NAME_CONTRACT_TYPE_CASH_LOANS_SHARE": f"avg(one(NAME_CONTRACT_TYPE = 'Cash loans')) {REFUSED}",
    "APPROVED_NAME_YIELD_GROUP_HIGH_SHARE": f"avg(one(NAME_YIELD_GROUP = 'high')) {APPROVED}",
    "PREV_NAME_PRODUCT_TYPE_WALK_IN_SHARE": "avg(one(NAME_PRODUCT_TYPE = 'walk-in'))",
    "RUNNING_COUNT": f"count(*) {RUNNING}",
    "RUNNING_MONTHS_LEFT_MAX": f"max({MONTHS_LEFT}) {RUNNING}",
    "RUNNING_DEBT_SUM": f"sum({MONTHS_LEFT} * AMT_ANNUITY) {RUNNING}",
    "RUNNING_AMT_CREDIT_SUM": f"sum(AMT_CREDIT) {RUNNING}",
    "RUNNING_AMT_ANNUITY_SUM": f"sum(AMT_ANNUITY) {RUNNING}",
    "PREVCASH_COUNT": f"count(*) {CASH}",
    "PREVCASH_CNT_PAYMENT_MEAN": f"avg(CNT_PAYMENT) {CASH}",
    "PREVREVOLVING_DAYS_DECISION_MAX": "max(DAYS_DECISION) FILTER (NAME_CONTRACT_TYPE = 'Revolving loans')",
    "PREV12_COUNT": f"count(*) {lately(365, 'DAYS_DECISION')}",
    "PREV24_REFUSED_SUM": f"sum(one(NAME_CONTRACT_STATUS = 'Refused')) {lately(730, 'DAYS_DECISION')}",
    "PREVLAST5_REFUSED_MEAN": f"avg(one(NAME_CONTRACT_STATUS = 'Refused')) {LAST_5}",
    "PREVLAST5_NAME_CONTRACT_STATUS_APPROVED_SHARE": f"avg(one(NAME_CONTRACT_STATUS = 'Approved')) {LAST_5}",
    "PREVFIRST2_CNT_PAYMENT_MEAN": "avg(CNT_PAYMENT) FILTER (PLACE <= 2)",
    "APPROVEDLAST3_ENDED_EARLY_MEAN": "avg(DAYS_LAST_DUE_1ST_VERSION - DAYS_LAST_DUE)"
    " FILTER (NAME_CONTRACT_STATUS = 'Approved' AND RECENCY_OF_OUTCOME <= 3)",
    "APPROVED_LENGTH_TO_TERM_MEAN":
        f"avg(ratio(DAYS_LAST_DUE - DAYS_FIRST_DUE, DAYS_LAST_DUE_1ST_VERSION - DAYS_FIRST_DUE)) {APPROVED}",
    "APPROVED_AMT_ANNUITY_MEDIAN": f"median(AMT_ANNUITY) {APPROVED}",
    "APPROVED_INTEREST_YEARLY_MEAN": f"avg({YEARLY_COST}) {APPROVED}",
    "APPROVED_COST_SUM": f"sum(CNT_PAYMENT * AMT_ANNUITY - AMT_CREDIT) {APPROVED}",
    "APPROVED_DAYS_DECISION_MAX": f"max(DAYS_DECISION) {APPROVED}",
    "REFUSED_DAYS_DECISION_MAX": f"max(DAYS_DECISION) {REFUSED}",
    "PREV_ASKED_LESS_GRANTED_MIN": "min(AMT_APPLICATION - AMT_CREDIT)",
    "PREV_PRODUCT_COMBINATION_CARD_STREET_SHARE": "avg(one(PRODUCT_COMBINATION = 'Card Street'))",
    "PREV_NAME_GOODS_CATEGORY_MOBILE_SHARE": "avg(one(NAME_GOODS_CATEGORY = 'Mobile'))",
    "PREV_SELLER_AREA_MEAN": "avg(SELLERPLACE_AREA) FILTER (SELLERPLACE_AREA > 0)",
}
LATEST = "FILTER (RECENCY = 1)"
PREVIOUS_LAST = {
    "PREVLAST_PRODUCT_COMBINATION": f"max(PRODUCT_COMBINATION) {LATEST}",
    "PREVLAST_CODE_REJECT_REASON": f"max(CODE_REJECT_REASON) {LATEST}",
    "PREVLAST_REFUSED": f"max(one(NAME_CONTRACT_STATUS = 'Refused')) {LATEST}",
    "PREVLAST_AMT_CREDIT": f"max(AMT_CREDIT) {LATEST}",
    "PREVLAST_INTEREST_YEARLY": f"max({YEARLY_COST}) {LATEST}",
}

# A row is a payment; an instalment may be paid in several.
PAID_INSTALMENTS = """(
    SELECT SK_ID_CURR, SK_ID_PREV, DAYS_INSTALMENT, NUM_INSTALMENT_VERSION,
        max(DAYS_ENTRY_PAYMENT) AS DAYS_ENTRY_PAYMENT, max(AMT_INSTALMENT) AS AMT_INSTALMENT,
        sum(AMT_PAYMENT) AS AMT_PAYMENT,
        rank() OVER (PARTITION BY SK_ID_CURR ORDER BY DAYS_INSTALMENT DESC NULLS LAST, SK_ID_PREV DESC,
            NUM_INSTALMENT_NUMBER DESC, NUM_INSTALMENT_VERSION DESC) AS RECENCY
    FROM installments_payments
    GROUP BY SK_ID_CURR, SK_ID_PREV, NUM_INSTALMENT_VERSION, NUM_INSTALMENT_NUMBER, DAYS_INSTALMENT
)"""
LAST_YEAR = "FILTER (DAYS_INSTALMENT >= -365)"
# Positive is late. An instalment that was never paid has no lateness and no shortfall: what is not known stays out.
LATENESS = "(DAYS_ENTRY_PAYMENT - DAYS_INSTALMENT)"
# Less than a cent is rounding.
SHORT = "(CASE WHEN AMT_INSTALMENT - AMT_PAYMENT <= 0.0075 THEN 0 ELSE AMT_INSTALMENT - AMT_PAYMENT END)"
OVER = "(CASE WHEN AMT_PAYMENT - AMT_INSTALMENT <= 0.0075 THEN 0 ELSE AMT_PAYMENT - AMT_INSTALMENT END)"
INSTALMENTS = {
    "INSTAL_COUNT": "count(*)",
    "INSTAL365_COUNT": f"count(*) {LAST_YEAR}",
    "INSTAL_DAYS_LATE_MEAN": f"avg(positive{LATENESS})",
    "INSTAL_DAYS_LATE_MAX": f"max(positive{LATENESS})",
    "INSTAL_DAYS_LATE_SUM": f"sum(positive{LATENESS})",
    "INSTAL_DAYS_LATE_STD": f"stddev_samp(positive{LATENESS})",
    "INSTAL365_DAYS_LATE_MEAN": f"avg(positive{LATENESS}) {LAST_YEAR}",
    "INSTAL_DAYS_EARLY_MEAN": f"avg(positive(-{LATENESS}))",
    "INSTAL_LATE_MEAN": f"avg(({LATENESS} > 0)::INT)",
    "INSTAL365_LATE_SUM": f"sum(({LATENESS} > 0)::INT) {LAST_YEAR}",
    "INSTAL_LATE_7_MEAN": f"avg(({LATENESS} > 7)::INT)",
    "INSTAL365_LATE_30_SUM": f"sum(({LATENESS} > 30)::INT) {LAST_YEAR}",
    "INSTAL_PAID_SHARE_MEAN": "avg(ratio(AMT_PAYMENT, AMT_INSTALMENT))",
    "INSTAL365_PAID_SHARE_MIN": f"min(ratio(AMT_PAYMENT, AMT_INSTALMENT)) {LAST_YEAR}",
    "INSTAL_SHORTFALL_SUM": f"sum(positive{SHORT})",
    "INSTAL365_SHORTFALL_MEAN": f"avg(positive{SHORT}) {LAST_YEAR}",
    "INSTAL_AMT_INSTALMENT_MAX": "max(AMT_INSTALMENT)",
    "INSTAL_AMT_INSTALMENT_SUM": "sum(AMT_INSTALMENT)",
    "INSTAL_AMT_PAYMENT_SUM": "sum(AMT_PAYMENT)",
    "INSTAL_DAYS_ENTRY_PAYMENT_MAX": "max(DAYS_ENTRY_PAYMENT)",
    "INSTAL_NUM_INSTALMENT_VERSION_MEAN": "avg(NUM_INSTALMENT_VERSION)",
    "INSTAL60_DAYS_LATE_MEAN": f"avg(positive{LATENESS}) {lately(60, 'DAYS_INSTALMENT')}",
    "INSTAL90_LATE_MEAN": f"avg(({LATENESS} > 0)::INT) {lately(90, 'DAYS_INSTALMENT')}",
    "INSTAL90_DAYS_EARLY_MEAN": f"avg(positive(-{LATENESS})) {lately(90, 'DAYS_INSTALMENT')}",
    "INSTAL180_LATE_15_MEAN": f"avg(({LATENESS} > 15)::INT) {lately(180, 'DAYS_INSTALMENT')}",
    "INSTALLAST2_LATE_MEAN": f"avg(({LATENESS} > 0)::INT) FILTER (RECENCY <= 2)",
    "INSTALLAST3_DAYS_LATE_MEAN": f"avg(positive{LATENESS}) {LAST_3}",
    "INSTALLAST5_DAYS_LATE_MAX": f"max(positive{LATENESS}) {LAST_5}",
    "INSTALLAST10_PAID_SHARE_MEAN": "avg(ratio(AMT_PAYMENT, AMT_INSTALMENT)) FILTER (RECENCY <= 10)",
    "INSTAL_DAYS_LATE_TREND": f"regr_slope(positive{LATENESS}, DAYS_INSTALMENT / 30.4375::DOUBLE)",
    "INSTAL_LATE_TREND": f"regr_slope(({LATENESS} > 0)::INT, DAYS_INSTALMENT / 30.4375::DOUBLE)",
    "INSTAL_DAYS_EARLY_MEDIAN": f"median(positive(-{LATENESS}))",
    "INSTAL_RECENT_DAYS_LATE_SUM": f"sum(positive{LATENESS} / 2 ** (-DAYS_INSTALMENT / 365::DOUBLE))",
    "INSTAL_PAID_OVER_MAX": f"max(positive{OVER})",
    "INSTAL_OVERPAID_MEAN": f"avg(({OVER} > 0)::INT)",
    "INSTAL_SHORT_SUM": f"sum(({SHORT} > 0)::INT)",
    "INSTAL_AMT_INSTALMENT_MEAN": "avg(AMT_INSTALMENT)",
}

# Each loan by its instalments, the one that was due last first.
PAID_LOANS = f"""(
    SELECT *, rank() OVER (PARTITION BY SK_ID_CURR ORDER BY LAST_DUE DESC NULLS LAST, SK_ID_PREV DESC) AS RECENCY
    FROM (
        SELECT SK_ID_CURR, SK_ID_PREV, max(DAYS_INSTALMENT) AS LAST_DUE, avg(({LATENESS} > 0)::INT) AS LATE,
            max(positive{LATENESS}) AS WORST, ratio(sum(AMT_PAYMENT), sum(AMT_INSTALMENT)) AS PAID
        FROM {PAID_INSTALMENTS}
        GROUP BY ALL
    )
)"""
PAID_LOAN = {
    "PAIDLOAN_COUNT": "count(*)",
    "PAIDLOAN_LATE_SHARE_MAX": "max(LATE)",
    "PAIDLOAN_MOSTLY_LATE_MEAN": "avg((LATE > 0.05)::INT)",
    "PAIDLAST3_LATE_SHARE_MEAN": f"avg(LATE) {LAST_3}",
    "PAIDLAST3_WORST_DAYS_LATE_MAX": f"max(WORST) {LAST_3}",
    "PAIDLOAN_PAID_TO_DUE_MIN": "min(PAID)",
}

POS = {
    "POS_COUNT": "count(*)",
    "POS12_COUNT": f"count(*) {YEAR}",
    "POS_MONTHS_BALANCE_MIN": "min(MONTHS_BALANCE)",
    "POS_SK_DPD_MEAN": "avg(SK_DPD)",
    "POS12_SK_DPD_DEF_MAX": f"max(SK_DPD_DEF) {YEAR}",
    "POS_LATE_SUM": "sum(one(SK_DPD > 0))",
    "POS12_LATE_MEAN": f"avg(one(SK_DPD > 0)) {YEAR}",
    "POS_CNT_INSTALMENT_MEAN": "avg(CNT_INSTALMENT)",
    "POS12_CNT_INSTALMENT_FUTURE_MIN": f"min(CNT_INSTALMENT_FUTURE) {YEAR}",
    "POS_LEFT_SHARE_MEAN": "avg(ratio(CNT_INSTALMENT_FUTURE, CNT_INSTALMENT))",
    "POS_NAME_CONTRACT_STATUS_COMPLETED_SHARE": "avg(one(NAME_CONTRACT_STATUS = 'Completed'))",
    "POS_LATE_MEAN": "avg(one(SK_DPD > 0))",
    "POS_LATE_DEF_MEAN": "avg(one(SK_DPD_DEF > 0))",
    "POS24_LATE_MEAN": "avg(one(SK_DPD > 0)) FILTER (MONTHS_BALANCE >= -24)",
    "POS12_LATE_TREND": f"regr_slope(one(SK_DPD > 0), MONTHS_BALANCE) {YEAR}",
    "POS12_CNT_INSTALMENT_FUTURE_TREND": f"regr_slope(CNT_INSTALMENT_FUTURE, MONTHS_BALANCE) {YEAR}",
    "POS3_LEFT_SHARE_MEAN": "avg(ratio(CNT_INSTALMENT_FUTURE, CNT_INSTALMENT)) FILTER (MONTHS_BALANCE >= -3)",
}

# Each loan by its months, the one with the latest statement first.
POS_LOANS = """(
    SELECT *, rank() OVER (PARTITION BY SK_ID_CURR ORDER BY LAST_MONTH DESC NULLS LAST, SK_ID_PREV DESC) AS RECENCY
    FROM (
        SELECT SK_ID_CURR, SK_ID_PREV, max(MONTHS_BALANCE) AS LAST_MONTH, avg(one(SK_DPD > 0)) AS LATE,
            max(SK_DPD) AS WORST, bool_or(NAME_CONTRACT_STATUS = 'Completed') AS IS_COMPLETED,
            max(CNT_INSTALMENT) AS TERM, min(CNT_INSTALMENT) AS SHORTEST, min(CNT_INSTALMENT_FUTURE) AS LEFT_TO_PAY
        FROM POS_CASH_balance
        GROUP BY ALL
    )
)"""
OPEN = "FILTER (NOT IS_COMPLETED AND LAST_MONTH >= -2)"
POS_LOAN = {
    "POSLOAN_COUNT": "count(*)",
    "POSOPEN_COUNT": f"count(*) {OPEN}",
    "POSOPEN_INSTALMENTS_LEFT_SUM": f"sum(LEFT_TO_PAY) {OPEN}",
    "POSLOAN_COMPLETED_SUM": "count_if(IS_COMPLETED)",
    "POSLOAN_ENDED_EARLY_MEAN": "avg((SHORTEST < TERM)::INT) FILTER (IS_COMPLETED)",
    "POSLAST3_LATE_SHARE_MEAN": f"avg(LATE) {LAST_3}",
    "POSLAST5_LATE_SHARE_MEAN": f"avg(LATE) {LAST_5}",
    "POSLAST3_WORST_DPD_MAX": f"max(WORST) {LAST_3}",
    "POSLAST_LATE_SHARE": f"max(LATE) {LATEST}",
    "POSLAST_LEFT_SHARE": f"max(ratio(LEFT_TO_PAY, TERM)) {LATEST}",
}

HALF_YEAR = "FILTER (MONTHS_BALANCE >= -6)"
CARD = {
    "CC_COUNT": "count(*)",
    "CC_AMT_BALANCE_MEAN": "avg(AMT_BALANCE)",
    "CC6_AMT_BALANCE_MAX": f"max(AMT_BALANCE) {HALF_YEAR}",
    "CC_AMT_CREDIT_LIMIT_ACTUAL_MAX": "max(AMT_CREDIT_LIMIT_ACTUAL)",
    "CC_LIMIT_USE_MEAN": "avg(ratio(AMT_BALANCE, AMT_CREDIT_LIMIT_ACTUAL))",
    "CC6_LIMIT_USE_MAX": f"max(ratio(AMT_BALANCE, AMT_CREDIT_LIMIT_ACTUAL)) {HALF_YEAR}",
    "CC_AMT_DRAWINGS_CURRENT_SUM": "sum(AMT_DRAWINGS_CURRENT)",
    "CC6_AMT_DRAWINGS_ATM_CURRENT_SUM": f"sum(AMT_DRAWINGS_ATM_CURRENT) {HALF_YEAR}",
    "CC_PAID_TO_MINIMUM_MEAN": "avg(ratio(AMT_PAYMENT_CURRENT, AMT_INST_MIN_REGULARITY))",
    "CC_SK_DPD_MAX": "max(SK_DPD)",
    "CC_LATE_MEAN": "avg(one(SK_DPD > 0))",
    "CC6_LATE_SUM": f"sum(one(SK_DPD > 0)) {HALF_YEAR}",
    "CC_CNT_INSTALMENT_MATURE_CUM_MAX": "max(CNT_INSTALMENT_MATURE_CUM)",
    "CC12_COUNT": f"count(*) {YEAR}",
    "CC3_AMT_BALANCE_MEAN": "avg(AMT_BALANCE) FILTER (MONTHS_BALANCE >= -3)",
    "CC3_LIMIT_USE_MEAN": "avg(ratio(AMT_BALANCE, AMT_CREDIT_LIMIT_ACTUAL)) FILTER (MONTHS_BALANCE >= -3)",
    "CC_LIMIT_USE_MEDIAN": "median(ratio(AMT_BALANCE, AMT_CREDIT_LIMIT_ACTUAL))",
    "CC12_LIMIT_USE_TREND": f"regr_slope(ratio(AMT_BALANCE, AMT_CREDIT_LIMIT_ACTUAL), MONTHS_BALANCE) {YEAR}",
    "CC_AMT_BALANCE_TREND": "regr_slope(AMT_BALANCE, MONTHS_BALANCE)",
    "CC_OVER_LIMIT_MEAN": "avg((AMT_BALANCE > AMT_CREDIT_LIMIT_ACTUAL)::INT)",
    "CC_DRAWN_OVER_LIMIT_MEAN": "avg((AMT_DRAWINGS_CURRENT > AMT_CREDIT_LIMIT_ACTUAL)::INT)",
    "CC12_DREW_MEAN": f"avg((AMT_DRAWINGS_CURRENT > 0)::INT) {YEAR}",
    "CC_CASH_SHARE_MEAN": "avg(ratio(AMT_DRAWINGS_ATM_CURRENT, AMT_DRAWINGS_CURRENT))",
    "CC12_BELOW_MINIMUM_MEAN": f"avg((AMT_PAYMENT_CURRENT < AMT_INST_MIN_REGULARITY)::INT) {YEAR}",
    "CC_PAID_LESS_DRAWN_MEAN": "avg(AMT_PAYMENT_CURRENT - AMT_DRAWINGS_CURRENT)",
    "CC_INTEREST_MEAN": "avg(AMT_TOTAL_RECEIVABLE - AMT_RECEIVABLE_PRINCIPAL)",
    "CC12_LATE_MEAN": f"avg(one(SK_DPD > 0)) {YEAR}",
}

# Table, its rows with their client, its features.
FAMILIES = [
    ("bureau", CREDITS, BUREAU),
    ("bureau_balance", "(SELECT * FROM bureau_balance JOIN (SELECT SK_ID_BUREAU, SK_ID_CURR FROM bureau)"
     " USING (SK_ID_BUREAU))", BUREAU_BALANCE),
    ("bureau_balance", HISTORIES, BUREAU_HISTORY),
    ("previous_application", REQUESTS, PREVIOUS),
    ("previous_application", REQUESTS, PREVIOUS_LAST),
    ("installments_payments", PAID_INSTALMENTS, INSTALMENTS),
    ("installments_payments", PAID_LOANS, PAID_LOAN),
    ("POS_CASH_balance", "POS_CASH_balance", POS),
    ("POS_CASH_balance", POS_LOANS, POS_LOAN),
    ("credit_card_balance", "credit_card_balance", CARD),
]

# Of features of several tables; left out where one of them is.
DERIVED = {
    "DEBT_ELSEWHERE_TO_INCOME": ("bureau", "ratio(ACTIVE_AMT_CREDIT_SUM_DEBT_SUM, AMT_INCOME_TOTAL)"),
    "DEBT_ELSEWHERE_TO_CREDIT": ("bureau", "ratio(BURO_AMT_CREDIT_SUM_DEBT_SUM, BURO_AMT_CREDIT_SUM_SUM)"),
    "CREDIT_TO_PREVIOUS_CREDIT": ("previous_application", "ratio(AMT_CREDIT, APPROVED_AMT_CREDIT_MAX)"),
    "ANNUITY_TO_PREVIOUS_ANNUITY": ("previous_application", "ratio(AMT_ANNUITY, APPROVED_AMT_ANNUITY_MEAN)"),
    "REFUSED_TO_APPROVED": ("previous_application", "ratio(REFUSED_COUNT, APPROVED_COUNT + 1)"),
    "ANNUITY_TO_LARGEST_INSTALMENT": ("installments_payments", "ratio(AMT_ANNUITY, INSTAL_AMT_INSTALMENT_MAX)"),
    "PAID_TO_DUE": ("installments_payments", "ratio(INSTAL_AMT_PAYMENT_SUM, INSTAL_AMT_INSTALMENT_SUM)"),
    "ACTIVE_DEBT_TO_CREDIT": ("bureau", "ratio(ACTIVE_AMT_CREDIT_SUM_DEBT_SUM, ACTIVE_AMT_CREDIT_SUM_SUM)"),
    "CREDITS_ELSEWHERE_A_YEAR": ("bureau", "ratio(BURO_COUNT, -BURO_DAYS_CREDIT_MIN / 365.25::DOUBLE)"),
    "KINDS_OF_CREDIT_ELSEWHERE": ("bureau", "if(BURO_COUNT = 0, NULL, len(list_filter([BUROCONSUMER_COUNT,"
     " BUROCARD_COUNT, BUROCAR_COUNT, BUROMORTGAGE_COUNT, BUROMICRO_COUNT], lambda credits : credits > 0)))"),
    "AGE_AT_FIRST_CREDIT_ELSEWHERE": ("bureau", "(BURO_DAYS_CREDIT_MIN - DAYS_BIRTH) / 365.25::DOUBLE"),
    "LATE_MONTHS_ELSEWHERE_CHANGE": ("bureau_balance", "BB12_LATE_MEAN - BB_LATE_MEAN"),
    "DEBT_HERE_TO_INCOME": ("previous_application", "ratio(RUNNING_DEBT_SUM, AMT_INCOME_TOTAL)"),
    "TOTAL_DEBT_TO_INCOME": ("bureau previous_application", "ratio(AMT_CREDIT"
     " + ifnull(RUNNING_DEBT_SUM, 0) + ifnull(ACTIVE_AMT_CREDIT_SUM_DEBT_SUM, 0), AMT_INCOME_TOTAL)"),
    "DEBT_HERE_TO_CREDIT": ("previous_application", "ratio(RUNNING_DEBT_SUM, RUNNING_AMT_CREDIT_SUM)"),
    "REFUSAL_AFTER_APPROVAL": ("previous_application", "REFUSED_DAYS_DECISION_MAX - APPROVED_DAYS_DECISION_MAX"),
    "CREDIT_TO_LAST_CREDIT": ("previous_application", "ratio(AMT_CREDIT, PREVLAST_AMT_CREDIT)"),
    "INTEREST_OVER_PREVIOUS_TERM": ("previous_application", "12 * ratio(ratio(AMT_ANNUITY * PREVCASH_CNT_PAYMENT_MEAN,"
     " AMT_CREDIT) - 1, PREVCASH_CNT_PAYMENT_MEAN)"),
    "COST_LESS_PREVIOUS_COST": ("previous_application",
     "12 * ratio(IMPLIED_COST_SHARE, IMPLIED_TERM) - APPROVED_INTEREST_YEARLY_MEAN"),
    "ANNUITY_TO_MEAN_INSTALMENT": ("installments_payments", "ratio(AMT_ANNUITY, INSTAL_AMT_INSTALMENT_MEAN)"),
    "LATE_SHARE_CHANGE": ("installments_payments", "INSTAL90_LATE_MEAN - INSTAL_LATE_MEAN"),
    "POS_LATE_CHANGE": ("POS_CASH_balance", "POS12_LATE_MEAN - POS_LATE_MEAN"),
    "CARD_USE_CHANGE": ("credit_card_balance", "CC3_LIMIT_USE_MEAN - CC_LIMIT_USE_MEAN"),
    "CARD_BALANCE_TO_INCOME": ("credit_card_balance", "ratio(CC3_AMT_BALANCE_MEAN, AMT_INCOME_TOTAL)"),
    "LATENESS_TREND": ("installments_payments", "INSTAL365_DAYS_LATE_MEAN - INSTAL_DAYS_LATE_MEAN"),
}

MACROS = """
CREATE MACRO ratio(a, b) AS CASE WHEN b <> 0 THEN a::DOUBLE / b::DOUBLE END;
CREATE MACRO positive(x) AS CASE WHEN x > 0 THEN x WHEN x <= 0 THEN 0 END;
CREATE MACRO monthly_rate(h, n) AS h * ratio(12 - (n - 1) * h, 12 - 2 * (n - 1) * h);
-- Baily's approximation of the interest at which n instalments repay a sum.
CREATE MACRO yearly_rate(n, instalment, lent) AS
    12 * monthly_rate(pow(ratio(n * instalment, lent), 2 / (n + 1)) - 1, n);
CREATE MACRO one(condition) AS CASE WHEN condition THEN 1 ELSE 0 END;
"""


def unpack(source, folder):
    """Gives the CSV file of each table that the source has."""
    if source.is_dir():
        found = source.rglob("*.csv")
    else:
        with zipfile.ZipFile(source) as archive:
            names = [name for name in archive.namelist() if Path(name).stem in TABLES]
            archive.extractall(folder, names)
        found = folder.rglob("*.csv")
    return {path.stem: path for path in found if path.stem in TABLES}


def load(connection, table, path):
    """Makes a table of typed columns, sentinels set to missing."""
    connection.execute(
        f"CREATE TABLE raw AS SELECT * FROM read_csv('{path}', header = true, all_varchar = true, delim = ',',"
        " quote = '\"', escape = '\"', nullstr = '', auto_detect = false, columns = "
        + json.dumps({name: "VARCHAR" for name in header(path)}).replace('"', "'")
        + ")"
    )
    columns = []
    for name in header(path):
        if name in TEXTS:
            value = f"NULLIF({name}, 'XNA')"
        elif name.startswith("SK_ID_"):
            value = f"CAST(CAST({name} AS DOUBLE) AS BIGINT)"
        elif name.startswith("DAYS_"):
            value = f"NULLIF(CAST({name} AS DOUBLE), 365243)"
        else:
            value = f"CAST({name} AS DOUBLE)"
        columns.append(f"{value} AS {name}")
    connection.execute(f"CREATE TABLE {table} AS SELECT {', '.join(columns)} FROM raw")
    connection.execute("DROP TABLE raw")


def header(path):
    with open(path, encoding="utf-8") as file:
        return file.readline().rstrip("\r\n").split(",")


def features(connection, files):
    """Makes the table `matrix` and returns the features' names."""
    applications = [name for name in ("application_train", "application_test") if name in files]
    rows = " UNION ALL BY NAME ".join(f"SELECT * FROM {name}" for name in applications)
    selected = ", ".join(f"{sql} AS {name}" for name, sql in APPLICATION.items())
    connection.execute(
        f"CREATE TABLE matrix AS SELECT SK_ID_CURR, AMT_INCOME_TOTAL AS AMT_INCOME_TOTAL, {selected} FROM ({rows})"
    )
    names = [*APPLICATION]
    for table, rows, family in FAMILIES:
        if table not in files or (table == "bureau_balance" and "bureau" not in files):
            continue
        grouped = ", ".join(f"{sql} AS {name}" for name, sql in family.items())
        # Only a count of rows says something of a client without any.
        joined = ", ".join(f"coalesce({name}, 0) AS {name}" if name.endswith("_COUNT") else name for name in family)
        connection.execute(
            f"CREATE OR REPLACE TABLE matrix AS SELECT matrix.*, {joined} FROM matrix LEFT JOIN"
            f" (SELECT SK_ID_CURR, {grouped} FROM {rows} GROUP BY SK_ID_CURR) AS family USING (SK_ID_CURR)"
        )
        names += family
    for name, (tables, sql) in DERIVED.items():
        if all(table in files for table in tables.split()):
            connection.execute(f"CREATE OR REPLACE TABLE matrix AS SELECT *, {sql} AS {name} FROM matrix")
            names.append(name)
    return names


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--clients", default="40")
    arguments = parser.parse_args()
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(MACROS)
    with tempfile.TemporaryDirectory() as folder:
        files = unpack(arguments.source, Path(folder))
        if "application_train" not in files:
            sys.exit(f"{arguments.source} has no application_train.csv")
        for table, path in files.items():
            load(connection, table, path)
        names = features(connection, files)
    json.dump(result(connection, names, arguments.clients), arguments.out.open("w"), separators=(",", ":"))


def result(connection, names, clients):
    columns = ", ".join(names)
    limit = "" if clients == "all" else f"LIMIT {int(clients)}"
    wanted = "matrix" if clients == "all" else "matrix SEMI JOIN application_train USING (SK_ID_CURR)"
    rows = connection.execute(f"SELECT SK_ID_CURR, {columns} FROM {wanted} ORDER BY SK_ID_CURR {limit}").fetchall()
    return {
        "features": names,
        "clients": {str(row[0]): [plain(value) for value in row[1:]] for row in rows},
        "all": {name: over_all(connection, name) for name in names},
    }


def over_all(connection, name):
    values = [plain(value) for (value,) in connection.execute(f"SELECT {name} FROM matrix").fetchall()]
    known = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in known):
        return {"known": len(known)}
    return {
        "known": len(known),
        "sum": math.fsum(known),
        "size": math.fsum(map(abs, known)),
        "min": min(known, default=None),
        "max": max(known, default=None),
    }


def plain(value):
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


if __name__ == "__main__":
    main()
