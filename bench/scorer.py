"""Times margins of tree ensembles: Limpide beside LightGBM's C API. Same models, same rows, one thread.

    cargo build --release -p limpide-model --example scorer
    OMP_NUM_THREADS=1 python bench/scorer.py [--example PATH] [--rows N] [--json OUT]

One row at a time LightGBM is called through `LGBM_BoosterPredictForMatSingleRowFast`, which its makers
offer for that; the cost of a call from Python is measured on a call that does nothing and taken off. All
rows at once it is `LGBM_BoosterPredictForMat`. Each program has a process of its own and gets the rows in
memory as f32; reading, training and writing are not timed. The fastest of seven passes counts, and the
programs run three times in turn. Needs numpy and lightgbm (made with 4.7).
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
from pathlib import Path

import lightgbm
import numpy

from contributions import COLUMNS, MODELS, ROUNDS, invent, train

PASSES = 7
RAW_SCORE, F32 = 1, 0


def example_path():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    return Path(target) / "release" / "examples" / "scorer"


def fastest(run):
    wall, cpu = float("inf"), float("inf")
    for _ in range(PASSES):
        start = time.perf_counter(), time.process_time()
        run()
        wall, cpu = min(wall, time.perf_counter() - start[0]), min(cpu, time.process_time() - start[1])
    return {"wall_us": 1e6 * wall, "cpu_us": 1e6 * cpu}


def lightgbm_alone(model, data, columns, out):
    """Runs in a process of its own: scores the rows with LightGBM and says how long it took."""
    library = lightgbm.basic._LIB
    booster = lightgbm.Booster(model_file=model)
    handle = booster._handle
    rows = numpy.fromfile(data, dtype=numpy.float32).reshape(-1, columns)
    n_rows = len(rows)

    def check(status):
        if status != 0:
            raise RuntimeError(library.LGBM_GetLastError().decode())

    configuration = ctypes.c_void_p()
    parameters = ctypes.c_char_p(b"num_threads=1")
    check(library.LGBM_BoosterPredictForMatSingleRowFastInit(
        handle, RAW_SCORE, 0, -1, F32, ctypes.c_int32(columns), parameters, ctypes.byref(configuration)))
    margins = numpy.zeros(n_rows)
    length = ctypes.c_int64()
    length_place = ctypes.byref(length)
    places = [
        (ctypes.c_void_p(rows.ctypes.data + 4 * columns * row), ctypes.c_void_p(margins.ctypes.data + 8 * row))
        for row in range(n_rows)
    ]
    predict = library.LGBM_BoosterPredictForMatSingleRowFast

    def single():
        for row, margin in places:
            predict(configuration, row, length_place, margin)

    idle = ctypes.CDLL(None).labs

    def calls():
        for row, margin in places:
            idle(configuration, row, length_place, margin)

    all_margins = numpy.zeros(n_rows)

    def batch():
        check(library.LGBM_BoosterPredictForMat(
            handle, ctypes.c_void_p(rows.ctypes.data), F32, ctypes.c_int32(n_rows), ctypes.c_int32(columns), 1, RAW_SCORE,
            0, -1, parameters, length_place, ctypes.c_void_p(all_margins.ctypes.data)))

    found = {"single": fastest(single), "calls": fastest(calls), "batch": fastest(batch)}
    for name, spent in found.items():
        found[name] = {unit: value / n_rows for unit, value in spent.items()}
    for unit in found["single"]:
        found["single"][unit] -= found["calls"][unit]
    margins.tofile(out)
    found["batch_equals_single"] = bool((margins == all_margins).all())
    found["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found))


def least(runs):
    """The least of several runs, number by number."""
    first = runs[0]
    if isinstance(first, dict):
        return {name: least([run[name] for run in runs]) for name in first}
    return min(runs)


def bench(example, trees, leaves, rows, folder):
    model, data, ours, theirs = (str(folder / name) for name in ("model.txt", "rows.f32", "ours.f64", "theirs.f64"))
    train(trees, leaves).save_model(model)
    invent(rows, seed=2)[0].tofile(data)
    programs = {
        "Limpide": [example, model, data, str(COLUMNS), ours],
        "LightGBM": [sys.executable, __file__, "--alone", model, data, str(COLUMNS), theirs],
    }
    said = {name: [] for name in programs}
    for round_ in range(ROUNDS):
        for name in list(programs)[:: 1 if round_ % 2 == 0 else -1]:
            said[name].append(json.loads(subprocess.check_output(programs[name])))
    ours, theirs = numpy.fromfile(ours), numpy.fromfile(theirs)
    return {
        "trees": trees, "leaves": leaves, "rows": rows, "columns": COLUMNS,
        **{name: least(runs) for name, runs in said.items()},
        "equal_to_the_bit": int((ours.view(numpy.int64) == theirs.view(numpy.int64)).sum()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", default=str(example_path()))
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--alone", nargs=4, metavar=("MODEL", "ROWS", "COLUMNS", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        model, data, columns, out = arguments.alone
        return lightgbm_alone(model, data, int(columns), out)
    results = []
    for trees, leaves in MODELS:
        with tempfile.TemporaryDirectory() as folder:
            found = bench(arguments.example, trees, leaves, arguments.rows, Path(folder))
        results.append(found)
        print(f"\n{trees} trees of {leaves} leaves, {found['rows']} rows of {COLUMNS}: µs a row")
        print(f"{'':10} | {'single CPU':>10} {'single wall':>11} | {'batch CPU':>9} {'batch wall':>10} | {'peak MB':>7}")
        for name in ("Limpide", "LightGBM"):
            run = found[name]
            print(
                f"{name:10} | {run['single']['cpu_us']:10.2f} {run['single']['wall_us']:11.2f}"
                f" | {run['batch']['cpu_us']:9.2f} {run['batch']['wall_us']:10.2f} | {run['peak_bytes'] / 1e6:7.0f}"
            )
        times = lambda kind: found["LightGBM"][kind]["cpu_us"] / found["Limpide"][kind]["cpu_us"]
        print(f"times faster in CPU time: {times('single'):.1f} single, {times('batch'):.1f} batch;", end=" ")
        print(f"margins equal to the bit: {found['equal_to_the_bit']} of {found['rows']}")
        print(f"(LightGBM's memory is that of its Python process; {found['LightGBM']['calls']['cpu_us']:.2f} µs a call taken off)")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
