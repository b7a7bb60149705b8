"""Writes what optbinning finds best on given cells, its tables of weight of evidence and information value, and what
DuckDB computes from the scorecard's SQL.

    python scorecard.py

Writes scorecard.json beside this file, and reads scorecard.sql, which crates/model/tests/golden_scorecard.rs compares
with the SQL of the scorecard that it makes of these cases (run the script again where that changes).

Clients are invented, from a fixed seed: three numbers (f32, with missing values, one with a special value) and a
category. Cells are given to optbinning as `user_splits`, or are the categories; the solver "mip" is exact. Each cell
has events and non-events, because optbinning would else join cells before it looks for the best. With
`min_event_rate_diff=0`, its default, optbinning first forbids every cut whose next cell alone turns the trend, even
where the next bin as a whole does not: that can miss the best, so the difference is 1e-9 here, and what the default
finds is written beside it (`default_iv`).

Made with optbinning 1.0, numpy 2.4, pandas 3.1, DuckDB 2.0.
"""

import json
import pathlib

import duckdb
import numpy as np
import pandas as pd
from optbinning import OptimalBinning

HERE = pathlib.Path(__file__).parent
SPECIAL = 365243.0
rng = np.random.default_rng(20261123)
n = 2400


def f32(numbers):
    return np.asarray(numbers, dtype=np.float32).astype(np.float64)


rating, burden, days = rng.beta(3, 3, n), rng.gamma(4, 0.05, n), rng.normal(-2000, 900, n)
town = rng.choice(list("abcdefgh"), n, p=[0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04])
of_town = dict(zip("abcdefgh", rng.normal(0, 0.6, 8)))
wave = np.sin(12 * rating)
log_odds = -0.9 - 2.5 * rating + 2 * burden + 0.5 * wave + 0.0002 * days + np.array([of_town[t] for t in town])
labels = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int)
rating = f32(np.where(rng.random(n) < 0.2, np.nan, rating))
burden = f32(burden)
days = f32(np.where(rng.random(n) < 0.1, SPECIAL, np.where(rng.random(n) < 0.15, np.nan, days)))
columns = {"rating": rating, "burden": burden, "days": days}


def cut(numbers, cells):
    """About as many numbers in each cell; bounds are f32."""
    known = numbers[~np.isnan(numbers) & (numbers != SPECIAL)]
    return np.unique(f32(np.quantile(known, np.arange(1, cells) / cells)))


def listed(numbers):
    return [None if np.isnan(number) else number for number in numbers]


def found(binning, splits):
    assert binning.status == "OPTIMAL"
    table = binning.binning_table.build(add_totals=False)
    return {
        "splits": splits,
        "rows": table["Count"].tolist(),
        "events": table["Event"].tolist(),
        "woe": table["WoE"].tolist(),
        "iv": table["IV"].tolist(),
        "total_iv": float(binning.binning_table.iv),
    }


cases = []
for column, cells, trend, bins, share, least in [
    ("rating", 20, "descending", 6, 0.05, 1),
    ("rating", 20, "ascending", 6, 0.05, 1),
    ("rating", 30, "descending", 4, 0.08, 20),
    ("burden", 25, "ascending", 6, 0.05, 10),
    ("burden", 25, "ascending", 8, 0.02, 5),
    ("burden", 12, "descending", 5, 0.05, 1),
    ("days", 20, "ascending", 6, 0.05, 5),
    ("days", 30, "descending", 3, 0.1, 5),
]:
    numbers, bounds = columns[column], cut(columns[column], cells)
    special = [SPECIAL] if column == "days" else []
    both = []
    for difference in (1e-9, 0):
        binning = OptimalBinning(
            dtype="numerical", solver="mip", monotonic_trend=trend, user_splits=bounds, max_n_bins=bins,
            min_bin_size=share, min_bin_n_event=least, min_bin_n_nonevent=least, special_codes=special or None,
            min_event_rate_diff=difference,
        ).fit(numbers, labels)
        both.append((found(binning, binning.splits.tolist()), binning))
    (result, binning), (by_default, _) = both
    result["default_iv"] = by_default["total_iv"]
    if not special:
        # optbinning always has a line for special values: here of none.
        place = len(binning.splits) + 1
        for key in ("rows", "events", "woe", "iv"):
            del result[key][place]
    cases.append({
        "column": column, "bounds": bounds.tolist(), "special": special, "trend": trend, "bins": bins, "share": share,
        "least": least, **result,
    })

categories = []
for bins, share, least in [(6, 0.05, 1), (3, 0.1, 5), (8, 0.01, 1)]:
    binning = OptimalBinning(
        dtype="categorical", solver="mip", monotonic_trend="ascending", max_n_bins=bins, min_bin_size=share,
        min_bin_n_event=least, min_bin_n_nonevent=least, min_prebin_size=0.001, max_n_prebins=50,
        min_event_rate_diff=1e-9,
    ).fit(town, labels)
    groups = [sorted(map(str, group)) for group in binning.splits]
    result = found(binning, groups)
    assert sum(map(len, groups)) == 8
    # Without the lines of special and missing values: there are none.
    for key in ("rows", "events", "woe", "iv"):
        result[key] = result[key][: len(groups)]
    categories.append({"bins": bins, "share": share, "least": least, **result})

# Rows for the SQL: doubles that are no f32, missing values, and all around the bounds of the scorecard.
rows = []
for _ in range(150):
    number = lambda low, high: None if rng.random() < 0.2 else float(rng.uniform(low, high))
    category = rng.choice([None, "a", "b", "c", "d", "e", "f", "g", "h", "it's new"])
    days_ = float(rng.choice([SPECIAL, SPECIAL + 0.01, SPECIAL + 0.02])) if rng.random() < 0.2 else number(-5000, 1000)
    rows.append([number(0, 1), number(0, 1), days_, None if category is None else str(category)])
for place, case in [(0, cases[0]), (1, cases[3]), (2, cases[6])]:
    for bound in case["splits"]:
        before = float(np.nextafter(np.float32(bound), np.float32(-np.inf)))
        middle = (before + bound) / 2
        for number in (bound, before, middle, np.nextafter(middle, -np.inf), np.nextafter(middle, np.inf)):
            row = [None, None, None, "a"]
            row[place] = float(number)
            rows.append(row)

names = ["rating", 'burden "of" debt', "days", "town"]
clients = pd.DataFrame(rows, columns=names).astype({name: "float64" for name in names[:3]})
expressions = (HERE / "scorecard.sql").read_text().split(";\n")
database = duckdb.connect()
database.register("clients", clients)
database.execute("CREATE TABLE stored AS SELECT * REPLACE (" + ", ".join(
    f'CASE WHEN isnan({quoted}) THEN NULL ELSE {quoted} END AS {quoted}'
    for quoted in ['"' + name.replace('"', '""') + '"' for name in names[:3]]
) + ") FROM clients")
margins, points = (
    [value for (value,) in database.execute(f"SELECT {expression} FROM stored").fetchall()]
    for expression in expressions[:2]
)

out = {
    "labels": labels.tolist(),
    "columns": {name: listed(numbers) for name, numbers in columns.items()},
    "town": town.tolist(),
    "numbers": cases,
    "categories": categories,
    "sql": {"rows": rows, "margins": margins, "points": points},
}
path = HERE / "scorecard.json"
path.write_text(json.dumps(out) + "\n")
print(path, [round(case["total_iv"], 4) for case in cases + categories], len(rows))
