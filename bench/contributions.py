"""Times exact contributions: Limpide beside LightGBM's predict(pred_contrib=True). Same models, same
rows, one thread, CPU time.

    cargo build --release -p limpide-explain --example contributions
    OMP_NUM_THREADS=1 python bench/contributions.py [--example PATH] [--rows N] [--json OUT]

The models are trained here on invented data, from fixed seeds. Both programs get the rows in memory;
reading, training and writing are not timed. The program that ran first in one round runs last in the
next; the least of three rounds counts. Needs numpy and lightgbm (made with 4.7).
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import lightgbm
import numpy

COLUMNS = 120
ROUNDS = 3
# Trees, leaves: what the product trains, and the size of public kernels' models.
MODELS = [(500, 8), (500, 34)]


def invent(rows, seed):
    rng = numpy.random.default_rng(seed)
    x = rng.normal(size=(rows, COLUMNS)).astype(numpy.float32)
    x[rng.random(x.shape) < 0.15] = numpy.nan
    known = numpy.nan_to_num(x[:, :30])
    logit = -2.4 + known @ (0.9 / numpy.arange(1, 31)) + 0.4 * known[:, 0] * known[:, 1] - 0.3 * numpy.abs(known[:, 2])
    return x, (rng.random(rows) < 1 / (1 + numpy.exp(-logit))).astype(int)


def train(trees, leaves):
    x, y = invent(20_000, seed=1)
    parameters = {
        "objective": "binary", "num_leaves": leaves, "learning_rate": 0.03, "min_data_in_leaf": 20,
        "feature_fraction": 0.3, "seed": 1, "deterministic": True, "num_threads": 1, "verbosity": -1,
    }
    return lightgbm.train(parameters, lightgbm.Dataset(x, y), num_boost_round=trees)


def cpu(function):
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def example_path():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    return Path(target) / "release" / "examples" / "contributions"


def bench(example, trees, leaves, rows, folder):
    booster = train(trees, leaves)
    x, _ = invent(rows, seed=2)
    model, data, out = (str(folder / name) for name in ("model.txt", "rows.f32", "out.f64"))
    booster.save_model(model)
    x.tofile(data)
    ours, theirs, said, contributions = [], [], None, None
    for round_ in range(ROUNDS):
        def limpide():
            nonlocal said
            said = json.loads(subprocess.check_output([example, model, data, str(COLUMNS), out]))
            ours.append(said["cpu_seconds"])

        def lightgbm_():
            nonlocal contributions
            seconds, contributions = cpu(lambda: booster.predict(x, pred_contrib=True, num_threads=1))
            theirs.append(seconds)

        for program in [limpide, lightgbm_][:: 1 if round_ % 2 == 0 else -1]:
            program()
    found = numpy.fromfile(out).reshape(rows, COLUMNS + 1)
    return {
        "trees": trees, "leaves": leaves, "rows": rows, "columns": COLUMNS,
        "limpide_us_per_row": 1e6 * min(ours) / rows,
        "lightgbm_us_per_row": 1e6 * min(theirs) / rows,
        "times_faster": min(theirs) / min(ours),
        "largest_difference": float(numpy.abs(found - contributions).max()),
        "limpide_distance_from_margin": said["largest_distance_from_margin"],
        "limpide_layout_us": 1e6 * said["layout_seconds"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", default=str(example_path()))
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--json", help="also write the results to this file")
    arguments = parser.parse_args()
    results = []
    print(f"{'trees':>5} {'leaves':>6} {'rows':>6} | {'Limpide':>10} {'LightGBM':>10} (CPU µs a row) | faster | largest difference")
    for trees, leaves in MODELS:
        with tempfile.TemporaryDirectory() as folder:
            found = bench(arguments.example, trees, leaves, arguments.rows, Path(folder))
        results.append(found)
        print(
            f"{trees:5} {leaves:6} {found['rows']:6} | {found['limpide_us_per_row']:10.1f} {found['lightgbm_us_per_row']:10.1f}"
            f"                | {found['times_faster']:5.1f}× | {found['largest_difference']:.1e}",
            flush=True,
        )
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
