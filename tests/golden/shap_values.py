"""Writes what shap.TreeExplainer says of the golden models: contributions against covers and against other
rows, and interactions.

    OMP_NUM_THREADS=1 python shap_values.py        (after contributions.py)

Reads xgboost_model.json, lightgbm_model.txt and the rows of contributions.json; trains a third model, by
LightGBM, with a category of four values and a missing one as four columns of 0 and 1. Writes, beside this
file, lightgbm_categories_model.txt and shap_values.json (null = missing; a row's contributions are one a
column; interactions are symmetric matrices, half of an interaction to either side of the diagonal).

All is shap's own C++ kernel (`model_type = "internal"`: by itself shap hands path-dependent values to the
model's program, XGBoost's in f32). XGBoost's inner covers are not the sums of their leaves'; shap gets the
sums, so that values add up. Against other rows its kernel keeps weights in f32, so that its values add up to
1e-6 only: `by_coalitions` holds the same values in f64, summed over all coalitions of columns, a coalition
being worth the margin of a row that takes its columns' values from the one and all others from the other.
LightGBM predicts those margins itself; XGBoost, which predicts in f32, has its saved trees walked here.

Left out are rows that lack a value where LightGBM had seen none missing (it takes that as 0, shap as the
default side) and those on a threshold (shap compares in f32 against other rows).

Made with numpy 2.4, xgboost 3.2, lightgbm 4.7, shap 0.51.
"""

import json
import math
import warnings
from pathlib import Path

import lightgbm
import numpy
import shap
import xgboost

HERE = Path(__file__).parent
N_OTHERS, N_INTERACTIONS, N_COALITIONS = 10, 6, 6


def numbers(rows):
    return numpy.array([[math.nan if v is None else v for v in row] for row in rows])


def plain(table):
    return [[None if math.isnan(v) else float(v) for v in row] for row in table]


def sum_covers(model):
    """Makes every inner node's cover the sum of its leaves'."""
    for tree in range(len(model.children_left)):
        covers, left, right = model.node_sample_weight[tree], model.children_left[tree], model.children_right[tree]

        def cover(node):
            if left[node] >= 0:
                covers[node] = cover(left[node]) + cover(right[node])
            return covers[node]

        cover(0)


def by_coalitions(margin, row, others):
    """Shapley's values against each of the others, averaged."""
    columns = len(row)
    coalitions = numpy.arange(1 << columns)
    known = coalitions[:, None] >> numpy.arange(columns) & 1 == 1
    worth = numpy.mean([margin(numpy.where(known, row, other)) for other in others], axis=0)
    sizes = known.sum(axis=1)
    weights = numpy.array([
        math.factorial(size) * math.factorial(columns - 1 - size) / math.factorial(columns) for size in range(columns)])
    values = []
    for column in range(columns):
        without = coalitions[~known[:, column]]
        values.append((weights[sizes[without]] * (worth[without | 1 << column] - worth[without])).sum())
    return values


def xgboost_margin(model):
    """Walks the saved trees in f64."""
    learner = json.loads(model)["learner"]
    base = float(numpy.float32(learner["learner_model_param"]["base_score"].strip("[]")))
    trees = learner["gradient_booster"]["model"]["trees"]

    def margin(rows):
        total = numpy.full(len(rows), math.log(base / (1 - base)))
        for tree in trees:
            left, right, feature, default_left = (
                numpy.array(tree[name]) for name in ("left_children", "right_children", "split_indices", "default_left"))
            condition = numpy.array(tree["split_conditions"], dtype=numpy.float32).astype(float)
            node = numpy.zeros(len(rows), dtype=int)
            while (left[node] >= 0).any():
                value = rows[numpy.arange(len(rows)), feature[node]]
                goes_left = numpy.where(numpy.isnan(value), default_left[node] == 1, value < condition[node])
                node = numpy.where(left[node] < 0, node, numpy.where(goes_left, left[node], right[node]))
            total += condition[node]
        return total

    return margin


def explained(model, margin, rows, others):
    margins = margin(rows)
    by_cover = shap.TreeExplainer(model)
    by_cover.model.model_type = "internal"
    sum_covers(by_cover.model)
    contributions = numpy.array(by_cover.shap_values(rows, check_additivity=False))
    interactions = numpy.array(by_cover.shap_interaction_values(rows[:N_INTERACTIONS]))
    against = shap.TreeExplainer(model, others, feature_perturbation="interventional")
    against_others = numpy.array(against.shap_values(rows, check_additivity=False))
    base_against = margins - against_others.sum(axis=1)
    assert numpy.abs(interactions.sum(axis=2) - contributions[:N_INTERACTIONS]).max() < 1e-9
    assert numpy.ptp(margins - contributions.sum(axis=1)) < 1e-9
    assert numpy.abs(base_against - margin(others).mean()).max() < 1e-5
    return {
        "contributions": plain(contributions),
        "interactions": [plain(matrix) for matrix in interactions],
        "against_others": plain(against_others),
        "by_coalitions": [by_coalitions(margin, row, others) for row in rows[:N_COALITIONS]],
    }


def categories(seed):
    rng = numpy.random.default_rng(seed)
    n = 3000
    x = rng.normal(size=(n, 5))
    x[rng.random(x.shape) < 0.15] = math.nan
    category = rng.integers(0, 5, n)  # 4: missing
    x[:, 1:5] = numpy.arange(4) == category[:, None]
    more = rng.normal(size=(n, 3))
    more[rng.random(more.shape) < 0.15] = math.nan
    x = numpy.hstack([x, more])
    logit = -1 + numpy.nan_to_num(x[:, 0]) + x[:, 1] - 1.5 * x[:, 3] * (numpy.nan_to_num(x[:, 5]) > 0) + 0.5 * numpy.isnan(x[:, 6])
    y = (rng.random(n) < 1 / (1 + numpy.exp(-logit))).astype(int)
    return x.astype(numpy.float32).astype(numpy.float64), y


def main():
    warnings.simplefilter("ignore")
    rows = numbers(json.loads((HERE / "contributions.json").read_text())["rows"][:24])
    never_missing = [5, 2, 6, 9, 11]
    rows = rows[~numpy.isnan(rows[:, never_missing]).any(axis=1)]
    rows, others = rows[:14], rows[14 : 14 + N_OTHERS]
    golden = {"made_by": "tests/golden/shap_values.py", "rows": plain(rows), "others": plain(others)}

    booster = xgboost.Booster(model_file=HERE / "xgboost_model.json")
    margin = xgboost_margin((HERE / "xgboost_model.json").read_text())
    golden["xgboost"] = explained(booster, margin, rows, others)
    lgb = lightgbm.Booster(model_file=HERE / "lightgbm_model.txt")
    golden["lightgbm"] = explained(lgb, lambda x: lgb.predict(x, raw_score=True), rows, others)

    x, y = categories(2)
    lgb = lightgbm.train(
        {"objective": "binary", "num_leaves": 12, "learning_rate": 0.1, "min_data_in_leaf": 25, "num_threads": 1,
         "deterministic": True, "seed": 1, "verbose": -1},
        lightgbm.Dataset(x, y), 30)
    (HERE / "lightgbm_categories_model.txt").write_text(lgb.model_to_string())
    golden["categories"] = {
        "rows": plain(x[:20]), "others": plain(x[20:20 + N_OTHERS]),
        "lightgbm": explained(lgb, lambda x: lgb.predict(x, raw_score=True), x[:20], x[20:20 + N_OTHERS]),
        "pred_contrib": plain(lgb.predict(x[:20], pred_contrib=True)),
    }
    (HERE / "shap_values.json").write_text(json.dumps(golden) + "\n")


main()
