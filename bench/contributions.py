"""Times exact contributions: Limpide beside LightGBM's predict(pred_contrib=True) and Python's shap. Same
models, same rows, one thread.

    cargo build --release -p limpide-explain --example contributions
    OMP_NUM_THREADS=1 python bench/contributions.py [--example PATH] [--rows N] [--json OUT]

The models are trained here on invented data, from fixed seeds. Each program has a process of its own and
gets the rows in memory; reading, training and writing are not timed. One row at a time LightGBM is called
through `LGBM_BoosterPredictForMatSingleRowFast` of its C API, shap through `shap_values`. By itself
`shap.TreeExplainer` hands a LightGBM model's rows to LightGBM; `shap's own` is its own C++ kernel. The
program that ran first in one round runs last in the next; the least of three rounds counts. Needs numpy,
lightgbm and shap (made with 4.7 and 0.51).
"""

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import lightgbm
import numpy

COLUMNS = 120
ROUNDS = 3
# Trees, leaves: what the product trains, and the size of public kernels' models.
MODELS = [(500, 8), (500, 34)]
# What public kernels explain is wider.
EXPLAINED_COLUMNS = 300
CONTRIBUTIONS, F32 = 3, 0


def invent(rows, seed, columns=COLUMNS):
    rng = numpy.random.default_rng(seed)
    x = rng.normal(size=(rows, columns)).astype(numpy.float32)
    x[rng.random(x.shape) < 0.15] = numpy.nan
    known = numpy.nan_to_num(x[:, :30])
    logit = -2.4 + known @ (0.9 / numpy.arange(1, 31)) + 0.4 * known[:, 0] * known[:, 1] - 0.3 * numpy.abs(known[:, 2])
    return x, (rng.random(rows) < 1 / (1 + numpy.exp(-logit))).astype(int)


def train(trees, leaves, columns=COLUMNS):
    x, y = invent(20_000, seed=1, columns=columns)
    parameters = {
        "objective": "binary", "num_leaves": leaves, "learning_rate": 0.03, "min_data_in_leaf": 20,
        "feature_fraction": 0.3, "seed": 1, "deterministic": True, "num_threads": 1, "verbosity": -1,
    }
    return lightgbm.train(parameters, lightgbm.Dataset(x, y), num_boost_round=trees)


def example_path():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    return Path(target) / "release" / "examples" / "contributions"


def timed(work):
    start = time.perf_counter(), time.process_time()
    work()
    return {"wall_seconds": time.perf_counter() - start[0], "cpu_seconds": time.process_time() - start[1]}


def lightgbm_(booster, rows):
    """One row at a time and all at once, both through the C API."""
    library, (n_rows, columns) = lightgbm.basic._LIB, rows.shape
    single, batch = (numpy.zeros((n_rows, columns + 1)) for _ in range(2))
    configuration, length = ctypes.c_void_p(), ctypes.c_int64()
    parameters = ctypes.c_char_p(b"num_threads=1")

    def check(status):
        if status != 0:
            raise RuntimeError(library.LGBM_GetLastError().decode())

    check(library.LGBM_BoosterPredictForMatSingleRowFastInit(
        booster._handle, CONTRIBUTIONS, 0, -1, F32, ctypes.c_int32(columns), parameters, ctypes.byref(configuration)))

    def one_by_one():
        for row in range(n_rows):
            check(library.LGBM_BoosterPredictForMatSingleRowFast(
                configuration, ctypes.c_void_p(rows[row].ctypes.data), ctypes.byref(length),
                ctypes.c_void_p(single[row].ctypes.data)))

    def all_at_once():
        batch[:] = booster.predict(rows, pred_contrib=True, num_threads=1)

    return one_by_one, all_at_once, batch


def shap_(booster, rows, own):
    warnings.simplefilter("ignore")
    import shap

    explainer = shap.TreeExplainer(booster)
    if own:
        explainer.model.model_type = "internal"
    found = numpy.zeros((len(rows), rows.shape[1] + 1))
    found[:, -1] = numpy.ravel(explainer.expected_value)[-1]

    def one_by_one():
        for row in range(len(rows)):
            explainer.shap_values(rows[row : row + 1])

    def all_at_once():
        found[:, :-1] = explainer.shap_values(rows)

    return one_by_one, all_at_once, found


def alone(program, model, data, columns, out):
    """Runs in a process of its own, says how long it took, and writes contributions and base."""
    booster = lightgbm.Booster(model_file=model)
    rows = numpy.fromfile(data, dtype=numpy.float32).reshape(-1, columns)
    one_by_one, all_at_once, found = {
        "LightGBM": lambda: lightgbm_(booster, rows),
        "shap": lambda: shap_(booster, rows, own=False),
        "shap's own": lambda: shap_(booster, rows, own=True),
    }[program]()
    said = {"single": timed(one_by_one), "batch": timed(all_at_once)}
    said["peak_memory_kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found.tofile(out)
    print(json.dumps(said))


def least(runs):
    """The least of several runs, number by number."""
    if isinstance(runs[0], dict):
        return {name: least([run[name] for run in runs]) for name in runs[0]}
    return min(runs)


def bench(example, trees, leaves, rows, folder):
    columns = EXPLAINED_COLUMNS
    model, data = (str(folder / name) for name in ("model.txt", "rows.f32"))
    train(trees, leaves, columns).save_model(model)
    invent(rows, seed=2, columns=columns)[0].tofile(data)
    outs = {name: str(folder / f"{name}.f64") for name in ("Limpide", "LightGBM", "shap", "shap's own")}
    rest = {name: [model, data, str(columns), out] for name, out in outs.items()}
    programs = {
        name: [example, *rest[name]] if name == "Limpide" else [sys.executable, __file__, "--alone", name, *rest[name]]
        for name in outs
    }
    said = {name: [] for name in programs}
    for round_ in range(ROUNDS):
        for name in list(programs)[:: 1 if round_ % 2 == 0 else -1]:
            said[name].append(json.loads(subprocess.check_output(programs[name])))
    found = {name: numpy.fromfile(out).reshape(rows, columns + 1) for name, out in outs.items()}
    results = {"trees": trees, "leaves": leaves, "rows": rows, "columns": columns, "programs": {}}
    for name, runs in said.items():
        run = least([{part: run[part] for part in ("single", "batch", "peak_memory_kb")} for run in runs])
        results["programs"][name] = {
            **{f"{part}_{clock}_us": 1e6 * run[part][f"{clock}_seconds"] / rows
               for part in ("single", "batch") for clock in ("cpu", "wall")},
            "peak_megabytes": run["peak_memory_kb"] / 1000,
            "largest_difference": float(numpy.abs(found[name] - found["Limpide"]).max()),
        }
    ours = said["Limpide"][0]
    results["limpide_distance_from_margin"] = ours["largest_distance_from_margin"]
    for name in ("interactions_cpu_ms_per_row", "against_cpu_ms_per_row", "against_rows"):
        results[f"limpide_{name}"] = ours[name]
    results["limpide_layout_us"] = 1e6 * ours["layout_seconds"]
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", default=str(example_path()))
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--alone", nargs=5, metavar=("PROGRAM", "MODEL", "ROWS", "COLUMNS", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        program, model, data, columns, out = arguments.alone
        return alone(program, model, data, int(columns), out)
    results = []
    for trees, leaves in MODELS:
        with tempfile.TemporaryDirectory() as folder:
            found = bench(arguments.example, trees, leaves, arguments.rows, Path(folder))
        results.append(found)
        print(f"\n{trees} trees of {leaves} leaves, {found['rows']} rows of {found['columns']}: µs a row")
        print(f"{'':10} | {'single CPU':>10} {'wall':>8} {'times':>6} | {'batch CPU':>9} {'wall':>8} {'times':>6} | peak MB | difference")
        ours = found["programs"]["Limpide"]
        for name, run in found["programs"].items():
            print(
                f"{name:10} | {run['single_cpu_us']:10.1f} {run['single_wall_us']:8.1f} {run['single_cpu_us'] / ours['single_cpu_us']:6.1f}"
                f" | {run['batch_cpu_us']:9.1f} {run['batch_wall_us']:8.1f} {run['batch_cpu_us'] / ours['batch_cpu_us']:6.1f}"
                f" | {run['peak_megabytes']:7.0f} | {run['largest_difference']:.1e}",
                flush=True,
            )
        print(f"Limpide's sums are within {found['limpide_distance_from_margin']:.1e} of the margins;", end=" ")
        print(f"all interactions of a row take {found['limpide_interactions_cpu_ms_per_row']:.2f} ms,", end=" ")
        print(f"a row against {found['limpide_against_rows']} others {found['limpide_against_cpu_ms_per_row']:.2f} ms", flush=True)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
