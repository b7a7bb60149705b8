"""Reads with XGBoost what Limpide wrote, and writes what Limpide is to read.

    python xgboost_exchange.py predict MODEL ROWS OUT
    python xgboost_exchange.py train MODEL OUT

`predict` loads a model from its JSON, predicts rows (a JSON list of lists, null = missing) and
writes the names of its columns, its margins and its probabilities. `train` trains a model on
invented data with named columns, one of them a category's one-hot column, saves it as JSON, and
writes names, rows, margins and probabilities. Run by the tests; nothing of it is kept.

Made with numpy 2.4, xgboost 3.2.
"""

import json
import sys

import numpy
import xgboost

NAMES = ["AMOUNT", "KIND=Commercial associate", "RATIO", "KIND=Other"]


def said(booster, rows):
    matrix = xgboost.DMatrix(rows, feature_names=booster.feature_names, missing=numpy.nan)
    return {
        "names": booster.feature_names,
        "margins": [float(value) for value in booster.predict(matrix, output_margin=True)],
        "probabilities": [float(value) for value in booster.predict(matrix)],
    }


def predict(model, rows, out):
    booster = xgboost.Booster(model_file=model)
    with open(rows) as file:
        rows = [[numpy.nan if value is None else value for value in row] for row in json.load(file)]
    with open(out, "w") as file:
        json.dump(said(booster, numpy.array(rows, dtype=numpy.float32)), file)


def train(model, out):
    rng = numpy.random.default_rng(3)
    rows = rng.normal(size=(2000, len(NAMES))).astype(numpy.float32)
    rows[:, 1] = rng.random(2000) < 0.3
    rows[:, 3] = (rng.random(2000) < 0.5) * (1 - rows[:, 1])
    rows[rng.random(2000) < 0.2, 0] = numpy.nan
    logit = -1 + numpy.nan_to_num(rows[:, 0]) + rows[:, 1] - 0.5 * rows[:, 2] * rows[:, 3]
    labels = rng.random(2000) < 1 / (1 + numpy.exp(-logit))
    matrix = xgboost.DMatrix(rows, labels, feature_names=NAMES, missing=numpy.nan)
    asked = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.2, "nthread": 1, "seed": 1}
    booster = xgboost.train(asked, matrix, 40)
    booster.save_model(model)
    some = rows[:200]
    values = [[None if numpy.isnan(value) else float(value) for value in row] for row in some]
    with open(out, "w") as file:
        json.dump({"rows": values, **said(booster, some)}, file)


if __name__ == "__main__":
    {"predict": predict, "train": train}[sys.argv[1]](*sys.argv[2:])
