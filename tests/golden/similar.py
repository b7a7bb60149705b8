"""Writes leaves, proximities, intervals and percentiles as programs of others give them.

    OMP_NUM_THREADS=1 python similar.py

Reads lightgbm_model.txt (made by contributions.py) and writes similar.json beside this file:
- rows of invented clients (null = missing; every number is exactly an f32) and the leaf that each
  reaches in each tree, as LightGBM's predict(pred_leaf=True) gives them;
- for some of the clients the nearest ten, by the share of trees in which both reach the same leaf, ties
  by place: by brute force with numpy, among all and among those whose first feature is known;
- Wilson's 95 % intervals by scipy.stats.binomtest;
- percentiles by scipy.stats.percentileofscore(kind="mean", nan_policy="omit").

Made with numpy 2.4, lightgbm 4.7, scipy 1.17.
"""

import json
from pathlib import Path

import lightgbm
import numpy
from scipy import stats

HERE = Path(__file__).parent
N_ROWS, NEAREST = 200, 10

rng = numpy.random.default_rng(20261123)
x = rng.normal(size=(N_ROWS, 12))
x[:, 3] = numpy.round(x[:, 3] * 2)
x[:, 4] = numpy.abs(x[:, 4]) * 50_000
x[:, 5] = rng.integers(0, 2, N_ROWS)
x[:, 6] = numpy.exp(x[:, 6] * 2) / 1000
x[rng.random(x.shape) < 0.1] = numpy.nan
x = x.astype(numpy.float32).astype(float)

booster = lightgbm.Booster(model_file=HERE / "lightgbm_model.txt")
leaves = booster.predict(x, pred_leaf=True).astype(int)


def nearest(place, among):
    share = (leaves == leaves[place]).mean(axis=1)
    others = [other for other in numpy.flatnonzero(among) if other != place]
    order = sorted(others, key=lambda other: (-share[other], other))[:NEAREST]
    return {"place": place, "nearest": [int(o) for o in order], "proximity": [float(share[o]) for o in order]}


def nullable(value):
    return None if numpy.isnan(value) else float(value)


def percentiles(feature):
    values = x[:, feature]
    places = range(0, N_ROWS, 20)
    known = [place for place in places if not numpy.isnan(values[place])]
    score = [
        float(stats.percentileofscore(values, values[place], kind="mean", nan_policy="omit")) for place in known
    ]
    return {"feature": feature, "places": known, "percentiles": score}


trials = [(0, 30), (1, 30), (14, 100), (50, 100), (99, 100), (100, 100), (24_825, 307_511)]
intervals = [stats.binomtest(events, n).proportion_ci(method="wilson") for events, n in trials]
golden = {
    "rows": [[nullable(value) for value in row] for row in x],
    "leaves": leaves.tolist(),
    "among_all": [nearest(place, numpy.ones(N_ROWS, bool)) for place in range(0, N_ROWS, 9)],
    "among_known": [nearest(place, ~numpy.isnan(x[:, 0])) for place in range(0, N_ROWS, 9)],
    "wilson": [
        {"events": events, "trials": n, "low": ends.low, "high": ends.high}
        for (events, n), ends in zip(trials, intervals)
    ],
    # Numbers without ties, counts with many, a flag.
    "percentiles": [percentiles(feature) for feature in (0, 3, 5)],
}
(HERE / "similar.json").write_text(json.dumps(golden) + "\n")
