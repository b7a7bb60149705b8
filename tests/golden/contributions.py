"""Trains an XGBoost and a LightGBM model on invented data and writes what they say of some rows.

    OMP_NUM_THREADS=1 python contributions.py

Writes, beside this file:
- xgboost_model.json, lightgbm_model.txt: the models, as their own programs save them;
- contributions.json: rows (null = missing; every number is exactly an f32), margins and
  contributions (one a feature, then the base value).

Contributions are path-dependent Shapley values. LightGBM's are its own, in f64. XGBoost computes
its own in f32 and with inner covers that are not the sums of their leaves', so that they sum to the
margin only to about 1e-6: `pred_contribs` holds them, and `reference_contribs` holds the same
values computed here in f64 from the saved model, leaf by leaf from the definition (cover of an
inner node = sum of its leaves'). The leaf-by-leaf values are checked below against a brute force
over all coalitions of a tree's features.

Made with numpy 2.4, xgboost 3.2, lightgbm 4.7.
"""

import itertools
import json
import math
from pathlib import Path

import lightgbm
import numpy
import xgboost

HERE = Path(__file__).parent
N_ROWS, N_FEATURES, N_TREES, DEPTH = 3000, 12, 60, 5


def invent(seed):
    rng = numpy.random.default_rng(seed)
    x = rng.normal(size=(N_ROWS, N_FEATURES))
    x[:, 3] = numpy.round(x[:, 3] * 2)  # counts, with many zeros
    x[:, 4] = numpy.abs(x[:, 4]) * 50_000  # amounts
    x[:, 5] = rng.integers(0, 2, N_ROWS)  # a flag, never missing
    x[:, 6] = numpy.exp(x[:, 6] * 2) / 1000  # small and skewed
    logit = -1.5 + x[:, 0] - 0.7 * x[:, 1] * x[:, 2] + 0.4 * x[:, 3] + x[:, 4] / 80_000
    logit += 0.6 * x[:, 5] + 0.3 * numpy.where(x[:, 7] > 0.3, 1.0, -1.0)
    missing = rng.random((N_ROWS, N_FEATURES)) < numpy.array([0.2, 0.1, 0, 0.1, 0.3, 0, 0, 0.5, 0.1, 0, 0.1, 0])
    logit += 0.5 * missing[:, 0]
    y = (rng.random(N_ROWS) < 1 / (1 + numpy.exp(-logit))).astype(int)
    x[missing] = numpy.nan
    return x.astype(numpy.float32).astype(numpy.float64), y


def rows_to_explain(x, thresholds):
    rng = numpy.random.default_rng(7)
    rows = x[:24].copy()
    rows = numpy.vstack([rows, numpy.full(N_FEATURES, numpy.nan), numpy.zeros(N_FEATURES)])
    for side in (-1, 0, 1):  # on the thresholds themselves and one f32 to either side
        for _ in range(3):
            row = x[rng.integers(N_ROWS)].copy()
            for feature, values in thresholds.items():
                value = numpy.float32(rng.choice(values))
                row[feature] = numpy.nextafter(value, numpy.float32(side * numpy.inf)) if side else value
            rows = numpy.vstack([rows, row])
    return rows


def xgboost_trees(model):
    learner = json.loads(model)["learner"]
    base = float(learner["learner_model_param"]["base_score"].strip("[]"))
    f32 = lambda values: numpy.array(values, dtype=numpy.float32).astype(numpy.float64)
    trees = []
    for tree in learner["gradient_booster"]["model"]["trees"]:
        trees.append({
            "left": tree["left_children"], "right": tree["right_children"],
            "feature": tree["split_indices"], "threshold": f32(tree["split_conditions"]),
            "default_left": tree["default_left"], "hessian": f32(tree["sum_hessian"]),
        })
    # XGBoost keeps the base score in f32, as a probability.
    base = float(numpy.float32(base))
    return math.log(base / (1 - base)), trees


def cover(tree, node):
    if tree["left"][node] < 0:
        return tree["hessian"][node]
    return cover(tree, tree["left"][node]) + cover(tree, tree["right"][node])


def goes_left(tree, node, row):
    value = row[tree["feature"][node]]
    return bool(tree["default_left"][node]) if math.isnan(value) else bool(value < tree["threshold"][node])


def leaves(tree, row, node=0, path=()):
    """Gives (value, {feature: [o, z]}) of every leaf."""
    if tree["left"][node] < 0:
        factors = {}
        for feature, o, z in path:
            old = factors.get(feature, (1, 1.0))
            factors[feature] = (old[0] * o, old[1] * z)
        yield tree["threshold"][node], factors
        return
    left = goes_left(tree, node, row)
    for child, taken in ((tree["left"][node], left), (tree["right"][node], not left)):
        step = (tree["feature"][node], int(taken), cover(tree, child) / cover(tree, node))
        yield from leaves(tree, row, child, path + (step,))


def by_leaf(tree, row):
    contributions = numpy.zeros(N_FEATURES + 1)
    for value, factors in leaves(tree, row):
        d = len(factors)
        contributions[-1] += value * math.prod(z for _, z in factors.values())
        for i, (o_i, z_i) in factors.items():
            others = [factors[j] for j in factors if j != i]
            total = 0.0
            for size in range(d):
                weight = math.factorial(size) * math.factorial(d - 1 - size) / math.factorial(d)
                for known in itertools.combinations(range(d - 1), size):
                    total += weight * math.prod(o if j in known else z for j, (o, z) in enumerate(others))
            contributions[i] += value * (o_i - z_i) * total
    return contributions


def worth(tree, row, known, node=0):
    if tree["left"][node] < 0:
        return tree["threshold"][node]
    left, right = tree["left"][node], tree["right"][node]
    if tree["feature"][node] in known:
        return worth(tree, row, known, left if goes_left(tree, node, row) else right)
    share = cover(tree, left) / cover(tree, node)
    return share * worth(tree, row, known, left) + (1 - share) * worth(tree, row, known, right)


def by_force(tree, row):
    players = sorted({f for f, left in zip(tree["feature"], tree["left"]) if left >= 0})
    contributions = numpy.zeros(N_FEATURES + 1)
    contributions[-1] = worth(tree, row, frozenset())
    d = len(players)
    for i in players:
        others = [j for j in players if j != i]
        for size in range(d):
            weight = math.factorial(size) * math.factorial(d - 1 - size) / math.factorial(d)
            for known in itertools.combinations(others, size):
                gain = worth(tree, row, frozenset(known) | {i}) - worth(tree, row, frozenset(known))
                contributions[i] += weight * gain
    return contributions


def main():
    x, y = invent(1)
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": DEPTH, "eta": 0.1, "min_child_weight": 8,
         "tree_method": "hist", "nthread": 1, "seed": 1},
        xgboost.DMatrix(x, y), N_TREES)
    xgboost_model = bytes(booster.save_raw("json")).decode()
    (HERE / "xgboost_model.json").write_text(xgboost_model + "\n")
    lgb = lightgbm.train(
        {"objective": "binary", "max_depth": DEPTH, "num_leaves": 24, "learning_rate": 0.1, "min_data_in_leaf": 25,
         "num_threads": 1, "deterministic": True, "seed": 1, "verbose": -1},
        lightgbm.Dataset(x, y), N_TREES)
    (HERE / "lightgbm_model.txt").write_text(lgb.model_to_string())

    base, trees = xgboost_trees(xgboost_model)
    thresholds = {}
    for tree in trees[:10]:
        for node, left in enumerate(tree["left"]):
            if left >= 0:
                thresholds.setdefault(tree["feature"][node], []).append(tree["threshold"][node])
    frame = lgb.trees_to_dataframe()
    for feature, group in frame[frame.left_child.notna()].groupby("split_feature"):
        thresholds.setdefault(int(feature.split("_")[1]), []).extend(group.threshold[:10])
    rows = rows_to_explain(x, thresholds)

    reference = []
    for row in rows:
        total = sum(by_leaf(tree, row) for tree in trees)
        total[-1] += base
        reference.append(total)
    for tree in trees[::20]:
        for row in rows[[3, 24]]:
            assert numpy.abs(by_leaf(tree, row) - by_force(tree, row)).max() < 1e-13
    reference = numpy.array(reference)
    matrix = xgboost.DMatrix(rows)
    margins = booster.predict(matrix, output_margin=True)
    own = booster.predict(matrix, pred_contribs=True)
    assert numpy.abs(reference.sum(axis=1) - margins).max() < 2e-6
    assert numpy.abs(reference - own).max() < 2e-5, numpy.abs(reference - own).max()
    lgb_margins = lgb.predict(rows, raw_score=True)
    lgb_contribs = lgb.predict(rows, pred_contrib=True)

    plain = lambda table: [[None if math.isnan(v) else float(v) for v in row] for row in table]
    golden = {
        "made_by": "tests/golden/contributions.py",
        "rows": plain(rows),
        "xgboost": {
            "margins": [float(v) for v in margins],
            "reference_margins": [float(v) for v in reference.sum(axis=1)],
            "pred_contribs": plain(own),
            "reference_contribs": plain(reference),
        },
        "lightgbm": {"margins": [float(v) for v in lgb_margins], "contribs": plain(lgb_contribs)},
    }
    (HERE / "contributions.json").write_text(json.dumps(golden) + "\n")
    print("largest difference of pred_contribs from the reference", numpy.abs(reference - own).max())


main()
