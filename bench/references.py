"""Reference models on the same folds: LightGBM with the public kernels' parameters, in Python.

    python bench/references.py --workspace DIR --folds FILE --out CSV [--known] [--against OOF] [--threads N]

Reads the matrix that `limpide features` made, and predicts every client of every fold by models that saw the other
folds alone: the application's features, then all features, each with the parameters of the best-known public kernel
and with trees of four leaves. The number of trees comes from a fifth of the training clients, held out. It writes
client, repeat, candidate, probability, as `limpide train --oof` does and
`train --references` reads, and prints the mean AUC of each. With --against it says by how much the candidates of such a file lead, paired by fold; with --known it
takes CSV as it is. Needs lightgbm, numpy, pandas, pyarrow and scikit-learn.
"""

import argparse
import csv
import json
from pathlib import Path

import lightgbm
import numpy
import pandas
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

KERNEL = {
    "learning_rate": 0.02,
    "num_leaves": 34,
    "max_depth": 8,
    "colsample_bytree": 0.9497036,
    "subsample": 0.8715623,
    "subsample_freq": 1,
    "reg_alpha": 0.041545473,
    "reg_lambda": 0.0735294,
    "min_split_gain": 0.0222415,
    "min_child_weight": 39.3259775,
}
SMALL = {**KERNEL, "num_leaves": 4, "max_depth": -1, "colsample_bytree": 0.2}
MOST_TREES = 4_000
PATIENCE = 150


def matrix_of(workspace):
    """The matrix, and the names of the features that come from the application's table alone."""
    manifest = json.loads((workspace / "features.json").read_text())
    folder = workspace / "features" / manifest["id"]
    catalogue = json.loads((folder / "catalogue.json").read_text())
    applied = {feature["name"] for feature in catalogue["features"] if feature["family"] == catalogue["features"][0]["family"]}
    return pandas.read_parquet(folder / "matrix.parquet"), applied


def fitted(parameters, values, labels, seed, threads):
    inner, held, inner_labels, held_labels = train_test_split(values, labels, test_size=0.2, random_state=seed, stratify=labels)
    settings = {**parameters, "random_state": seed, "n_jobs": threads, "verbosity": -1}
    search = lightgbm.LGBMClassifier(n_estimators=MOST_TREES, **settings)
    search.fit(inner, inner_labels, eval_set=[(held, held_labels)], eval_metric="auc", callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)])
    trees = max(1, round((search.best_iteration_ or MOST_TREES) * 1.25))
    return lightgbm.LGBMClassifier(n_estimators=trees, **settings).fit(values, labels)


def predict(matrix, applied, labels, folds, arguments):
    """Writes every reference's probability for every client of every fold."""
    models = {
        "LightGBM, application, kernel": (sorted(applied & set(matrix)), KERNEL),
        "LightGBM, application, 4 leaves": (sorted(applied & set(matrix)), SMALL),
        "LightGBM, all tables, kernel": (list(matrix), KERNEL),
        "LightGBM, all tables, 4 leaves": (list(matrix), SMALL),
    }
    with open(arguments.out, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["client", "repeat", "candidate", "probability"])
        for name, (columns, parameters) in models.items():
            for (repeat, fold), judged in folds.groupby(["repeat", "fold"]):
                seen = folds[(folds["repeat"] == repeat) & (folds["fold"] != fold)]["client"]
                seed = 10 * int(repeat) + int(fold)
                model = fitted(parameters, matrix.loc[seen, columns], labels[seen], seed, arguments.threads)
                found = model.predict_proba(matrix.loc[judged["client"], columns])[:, 1]
                out.writerows((one, repeat, name, probability) for one, probability in zip(judged["client"], found))


def areas(path, folds, labels):
    """Each candidate's AUC on each fold, in the order of repeats and folds."""
    predictions = pandas.read_csv(path).merge(folds, on=["client", "repeat"])
    predictions["label"] = labels[predictions["client"]].to_numpy()
    found = {}
    for name, rows in predictions.groupby("candidate", sort=False):
        by_fold = rows.groupby(["repeat", "fold"])
        found[name] = numpy.array([roc_auc_score(fold["label"], fold["probability"]) for _, fold in by_fold])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--folds", type=Path, required=True, help="client, repeat, fold")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--known", action="store_true", help="the predictions are in CSV already")
    parser.add_argument("--against", type=Path, help="what `limpide train --oof` wrote for the same folds")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    matrix, applied = matrix_of(arguments.workspace)
    client, label = matrix.columns[:2]
    matrix = matrix[matrix[label].notna()].set_index(client)
    labels = matrix.pop(label).astype(int)
    for column in matrix.select_dtypes(exclude="number"):
        matrix[column] = matrix[column].astype("category")
    folds = pandas.read_csv(arguments.folds)
    folds.columns = ["client", "repeat", "fold"]
    if not arguments.known:
        predict(matrix, applied, labels, folds, arguments)
    references = areas(arguments.out, folds, labels)
    for name, found in references.items():
        print(f"{name:34} AUC {found.mean():.4f}")
    if arguments.against:
        print("paired by fold: difference of AUC ± standard error")
        for candidate, ours in areas(arguments.against, folds, labels).items():
            for name, theirs in references.items():
                gain = ours - theirs
                print(f"{candidate:10} − {name:34} {gain.mean():+.4f} ± {gain.std(ddof=1) / len(gain) ** 0.5:.4f}")


if __name__ == "__main__":
    main()
