"""Times a scorecard: Limpide beside optbinning's BinningProcess and scikit-learn's logistic regression. Same clients,
one thread, one program after the other, each in a process of its own.

    cargo build --release -p limpide-train --example scorecard
    OMP_NUM_THREADS=1 python bench/scorecard.py [--example PATH] [--rows N] [--features N] [--json OUT]

The clients are invented, from a fixed seed: 15 % of values are missing, one feature in ten is a category. Both programs
read them from the same files; reading is not timed, but counts in the peak of memory. Limpide also fits every
characteristic's bins five times more, on inner folds. Both bin by quantiles, 24 cells to at most 6 bins of one trend.
Needs numpy, pandas, optbinning (made with 1.0) and scikit-learn.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy


def invent(folder, rows, features):
    rng = numpy.random.default_rng(1)
    log_odds = numpy.full(rows, -2.6)
    columns = []
    with open(folder / "values.f64", "wb") as file:
        for place in range(features):
            if place % 10 == 9:
                values = (rng.random(rows) ** 2 * 12).astype(float)
                values = numpy.floor(values)
                log_odds += rng.normal(0, 0.3, 12)[values.astype(int)]
                columns.append({"name": f"c{place}", "categories": [f"v{code}" for code in range(12)]})
            else:
                values = rng.normal(size=rows).astype(numpy.float32).astype(float)
                log_odds += values * 0.9 / (place + 2) + 0.1 * (values > 1)
                columns.append({"name": f"n{place}"})
            values[rng.random(rows) < 0.15] = numpy.nan
            values.astype("<f8").tofile(file)
    (rng.random(rows) < 1 / (1 + numpy.exp(-log_odds))).astype("u1").tofile(folder / "labels.u8")
    (folder / "columns.json").write_text(json.dumps(columns))


def optbinning(folder):
    import pandas
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    described = json.loads((folder / "columns.json").read_text())
    labels = numpy.fromfile(folder / "labels.u8", dtype="u1").astype(int)
    values = numpy.fromfile(folder / "values.f64").reshape(len(described), len(labels))
    table = {}
    for column, numbers in zip(described, values):
        names = column.get("categories")
        table[column["name"]] = numbers if names is None else numpy.array(
            [None if numpy.isnan(code) else names[int(code)] for code in numbers], dtype=object)
    table = pandas.DataFrame(table)
    categories = [column["name"] for column in described if column.get("categories")]
    del values
    wall, cpu = time.perf_counter(), time.process_time()
    each = {
        column["name"]: {
            "prebinning_method": "quantile", "max_n_prebins": 24, "max_n_bins": 6, "min_bin_size": 0.05, "solver": "mip",
            "min_prebin_size": 0.01, "monotonic_trend": "auto_asc_desc",
        }
        for column in described if not column.get("categories")
    }
    process = BinningProcess(
        list(table.columns), categorical_variables=categories, binning_fit_params=each, n_jobs=1,
        selection_criteria={"iv": {"min": 0.02}},
    )
    woe = process.fit_transform(table, labels, metric="woe")
    model = LogisticRegression(C=1.0, max_iter=1000).fit(woe, labels)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({
        "characteristics": int(woe.shape[1]), "wall_seconds": wall, "cpu_seconds": cpu,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "auc_seen": roc_auc_score(labels, model.decision_function(woe)),
    }))


def main():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", default=str(Path(target) / "release" / "examples" / "scorecard"))
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--features", type=int, default=100)
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--optbinning", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.optbinning:
        return optbinning(arguments.optbinning)
    with tempfile.TemporaryDirectory() as folder:
        invent(Path(folder), arguments.rows, arguments.features)
        programs = {
            "Limpide": [arguments.example, folder, "1"],
            "optbinning": [sys.executable, __file__, "--optbinning", folder],
        }
        results = {}
        print(f"{arguments.rows} clients, {arguments.features} features")
        print(f"{'':10} | {'wall s':>8} | {'CPU s':>8} | {'peak MB':>8} | characteristics | AUC seen")
        for name, command in programs.items():
            found = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
            results[name] = found
            print(
                f"{name:10} | {found['wall_seconds']:8.1f} | {found['cpu_seconds']:8.1f} | {found['peak_megabytes']:8.0f}"
                f" | {found['characteristics']:15} | {found['auc_seen']:.4f}",
                flush=True,
            )
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
