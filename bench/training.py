"""Times the growing of boosted trees: the candidate `boosted` beside Python's LightGBM. Same rows, same
parameters, each program in a process of its own.

    cargo build --release -p limpide-train --example boosting
    python bench/training.py [--example PATH] [--rows 246008] [--trees 100] [--threads 1] [--json OUT]

The rows are invented from a fixed seed: numbers of several shapes, counts and flags, 15 % missing; a quarter
of the columns tells something, some by twos. Every tree sees all rows and columns, unless --subsample or
--columns-a-tree say otherwise: what each program draws by lot moves the AUC by several thousandths. Both programs read the rows from the same file of f32. Time is
that of binning and growing; memory is the most that the process held until the last tree was grown, rows and
runtime included. The AUC is that of other rows. Needs numpy and lightgbm (made with 4.7).
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

OTHER_ROWS = 60_000
# What the candidate grows on so many rows, and the same in LightGBM's words: a tree of depth 6 has 64 leaves.
GROWTH = {
    "eta": 0.1, "depth": 6, "min_child_weight": 30.0, "lambda": 100.0, "bins": 255,
}
ROUNDS = 1


def lightgbm_parameters(growth, columns, threads):
    return {
        "objective": "binary", "learning_rate": growth["eta"], "max_depth": growth["depth"],
        "num_leaves": 2 ** growth["depth"], "min_sum_hessian_in_leaf": growth["min_child_weight"],
        "min_data_in_leaf": 1, "lambda_l2": growth["lambda"], "bagging_fraction": growth["subsample"],
        "bagging_freq": int(growth["subsample"] < 1), "feature_fraction": growth["columns_a_tree"] / columns, "max_bin": growth["bins"],
        "seed": 1, "num_threads": threads, "verbosity": -1,
    }


def invent(rows, columns, seed):
    """Makes rows in blocks, so that the bench itself needs little memory."""
    weights = numpy.random.default_rng(0).normal(size=columns // 4) / numpy.sqrt(columns / 4) * 1.3
    rng = numpy.random.default_rng(seed)
    for start in range(0, rows, 20_000):
        n = min(20_000, rows - start)
        x = rng.normal(size=(n, columns)).astype(numpy.float32)
        logit = -2.9 + x[:, ::4][:, : len(weights)] @ weights + 0.4 * x[:, 1] * x[:, 2] - 0.3 * numpy.abs(x[:, 3])
        y = (rng.random(n) < 1 / (1 + numpy.exp(-logit))).astype(numpy.uint8)
        x[:, 1::5] = numpy.round(x[:, 1::5] * 2)
        x[:, 2::5] = numpy.exp(x[:, 2::5])
        x[:, 3::15] = x[:, 3::15] > 1
        x[rng.random(x.shape) < 0.15] = numpy.nan
        yield x, y


def write(folder, name, rows, columns, seed):
    with open(folder / f"{name}.f32", "wb") as x_file, open(folder / f"{name}.u8", "wb") as y_file:
        for x, y in invent(rows, columns, seed):
            x.tofile(x_file)
            y.tofile(y_file)


def lightgbm_alone(rows, labels, others, columns, threads, growth, out):
    """Runs in a process of its own: grows trees with LightGBM and says what it took."""
    import lightgbm

    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    bytes_of_python = peak()
    columns, growth = int(columns), json.loads(growth)
    x = numpy.fromfile(rows, dtype=numpy.float32).reshape(-1, columns)
    y = numpy.fromfile(labels, dtype=numpy.uint8)
    bytes_before, wall, cpu = peak(), time.perf_counter(), time.process_time()
    parameters = lightgbm_parameters(growth, columns, int(threads))
    booster = lightgbm.train(parameters, lightgbm.Dataset(x, y, params=parameters), num_boost_round=growth["rounds"])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    found = {
        "trees": booster.num_trees(), "wall_seconds": wall, "cpu_seconds": cpu, "bytes_before": bytes_before,
        "peak_bytes": peak(), "bytes_of_python": bytes_of_python,
    }
    others = numpy.fromfile(others, dtype=numpy.float32).reshape(-1, columns)
    booster.predict(others, raw_score=True).tofile(out)
    print(json.dumps(found))


def auc(margins, labels):
    order = numpy.argsort(margins, kind="stable")
    _, ties, counts = numpy.unique(margins[order], return_inverse=True, return_counts=True)
    ranks = (numpy.cumsum(counts) - (counts - 1) / 2)[ties]
    of_ones = ranks[labels[order] == 1]
    ones, zeros = len(of_ones), len(labels) - len(of_ones)
    return float((of_ones.sum() - ones * (ones + 1) / 2) / (ones * zeros))


def example_path():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    return Path(target) / "release" / "examples" / "boosting"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", default=str(example_path()))
    parser.add_argument("--rows", type=int, default=246_008)
    parser.add_argument("--columns", type=int, default=300)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--columns-a-tree", type=int, help="all unless given")
    parser.add_argument("--subsample", type=float, default=1.0, help="the share of rows that a tree sees")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--alone", nargs=7, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        return lightgbm_alone(*arguments.alone)
    growth = {
        **GROWTH, "rounds": arguments.trees, "subsample": arguments.subsample,
        "columns_a_tree": arguments.columns_a_tree or arguments.columns,
    }
    runs = {"Limpide": [], "LightGBM": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write(folder, "rows", arguments.rows, arguments.columns, seed=1)
        write(folder, "others", OTHER_ROWS, arguments.columns, seed=2)
        truth = numpy.fromfile(folder / "others.u8", dtype=numpy.uint8)
        for round_ in range(ROUNDS):
            for name in list(runs)[:: 1 if round_ % 2 == 0 else -1]:
                out = folder / f"{name}.f64"
                program = [arguments.example] if name == "Limpide" else [sys.executable, __file__, "--alone"]
                task = [
                    *(str(folder / file) for file in ("rows.f32", "rows.u8", "others.f32")),
                    str(arguments.columns), str(arguments.threads), json.dumps(growth), str(out),
                ]
                threads = {"OMP_NUM_THREADS": str(arguments.threads), "RAYON_NUM_THREADS": str(arguments.threads)}
                said = json.loads(subprocess.check_output(program + task, env={**os.environ, **threads}))
                runs[name].append({**said, "auc": auc(numpy.fromfile(out), truth)})
    print(f"{arguments.trees} trees on {arguments.rows} × {arguments.columns}, {arguments.threads} thread(s); least of {ROUNDS} runs")
    print(f"{'':10} | {'AUC':>7} | {'CPU s':>7} {'wall s':>7} | {'peak MB':>7} {'before MB':>9}")
    least = {name: {key: min(run[key] for run in of_name) for key in of_name[0]} for name, of_name in runs.items()}
    for name, run in least.items():
        print(
            f"{name:10} | {run['auc']:7.5f} | {run['cpu_seconds']:7.1f} {run['wall_seconds']:7.1f}"
            f" | {run['peak_bytes'] / 1e6:7.0f} {run['bytes_before'] / 1e6:9.0f}"
        )
    ratio = lambda key: least["Limpide"][key] / least["LightGBM"][key]
    print(f"Limpide over LightGBM: CPU {ratio('cpu_seconds'):.2f}, memory {ratio('peak_bytes'):.2f};", end=" ")
    print(f"AUC {least['Limpide']['auc'] - least['LightGBM']['auc']:+.5f}", end="; ")
    print(f"Python with lightgbm alone holds {least['LightGBM']['bytes_of_python'] / 1e6:.0f} MB")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(runs, indent=2) + "\n")


if __name__ == "__main__":
    main()
