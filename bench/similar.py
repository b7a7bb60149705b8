"""Times the search for similar clients: Limpide beside LightGBM's leaves and numpy. Same model, same rows, one
thread.

    cargo build --release -p limpide-explain --example similar
    OMP_NUM_THREADS=1 python bench/similar.py [--example PATH] [--rows N] [--queries N] [--json OUT]

Both find, for the same clients among all, the hundred who share most leaves with them, ties by place. LightGBM
predicts every row's leaves (predict(pred_leaf=True)), of which the same even choice of trees is kept as u8;
numpy compares all of them with the client's and takes the best hundred (argpartition). Limpide does both from
the saved model. Reading, training and writing are not timed. The answers must be the same; beside that the
mean share of the hundred nearest by all trees that the kept trees find as well is printed, and how near those
of either hundred are by all trees. Needs numpy and lightgbm (made with 4.7).
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

from contributions import COLUMNS, invent, train

TREES, LEAVES, NEAREST = 500, 34, 100
ROWS_AT_ONCE = 20_000


def example_path():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    return Path(target) / "release" / "examples" / "similar"


def timed(function):
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def leaves_of(booster, rows):
    """Every row's leaf in every tree; some rows at a time, for the answers are f64."""
    parts = range(0, len(rows), ROWS_AT_ONCE)
    return numpy.concatenate([
        booster.predict(rows[part : part + ROWS_AT_ONCE], pred_leaf=True, num_threads=1).astype(numpy.uint8)
        for part in parts
    ])


def nearest(leaves, place):
    shared = (leaves == leaves[place]).sum(axis=1, dtype=numpy.int64)
    # Ties by place: a place is less than a shared leaf.
    key = shared * len(leaves) - numpy.arange(len(leaves))
    key[place] = -len(leaves)
    best = numpy.argpartition(-key, NEAREST)[:NEAREST]
    return best[numpy.argsort(-key[best])]


def spread(milliseconds):
    return {"p50": float(numpy.percentile(milliseconds, 50)), "p95": float(numpy.percentile(milliseconds, 95))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", default=str(example_path()))
    parser.add_argument("--rows", type=int, default=356_255)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--json", help="also write the results to this file")
    arguments = parser.parse_args()
    booster = train(TREES, LEAVES)
    rows, _ = invent(arguments.rows, seed=2)
    with tempfile.TemporaryDirectory() as folder:
        model, data, out = (str(Path(folder) / name) for name in ("model.txt", "rows.f32", "nearest.u32"))
        booster.save_model(model)
        rows.tofile(data)
        command = [arguments.example, model, data, str(COLUMNS), str(arguments.queries), out]
        ours = json.loads(subprocess.check_output(command))
        found = numpy.fromfile(out, dtype=numpy.uint32).reshape(arguments.queries, NEAREST)
    kept = ours["kept_trees"]
    all_leaves, wall, cpu = timed(lambda: leaves_of(lightgbm.Booster(model_str=booster.model_to_string()), rows))
    leaves = numpy.ascontiguousarray(all_leaves[:, numpy.arange(kept) * TREES // kept])
    walls, cpus, same, overlap, near, nearest_near = [], [], 0, [], [], []
    for query in range(arguments.queries):
        place = query * len(rows) // arguments.queries
        best, query_wall, query_cpu = timed(lambda: nearest(leaves, place))
        walls.append(1e3 * query_wall)
        cpus.append(1e3 * query_cpu)
        same += (best == found[query]).all()
        if query % 5 == 0:
            by_all = nearest(all_leaves, place)
            overlap.append(len(numpy.intersect1d(by_all, best)) / NEAREST)
            share = lambda places: float((all_leaves[places] == all_leaves[place]).mean())
            near.append(share(best))
            nearest_near.append(share(by_all))
    theirs = {
        "build": {"wall_s": wall, "cpu_s": cpu}, "bytes": leaves.nbytes,
        "query_wall_ms": spread(walls), "query_cpu_ms": spread(cpus),
    }
    result = {
        "clients": len(rows), "trees": TREES, "leaves": LEAVES, "kept_trees": kept, "Limpide": ours,
        "LightGBM and numpy": theirs, "queries": arguments.queries, "same_answers": int(same),
        "found_of_nearest_by_all_trees": float(numpy.mean(overlap)),
        "proximity_by_all_trees": {"kept": float(numpy.mean(near)), "all": float(numpy.mean(nearest_near))},
    }
    print(f"{len(rows)} clients, {TREES} trees of {LEAVES} leaves, {kept} kept; {same} of {arguments.queries} answers the same")
    print(f"{'':18} | {'index CPU s':>11} {'wall s':>7} {'MB':>6} | {'query CPU ms p50':>16} {'p95':>6} | {'wall p50':>8} {'p95':>6}")
    for name in ("Limpide", "LightGBM and numpy"):
        run = result[name]
        print(
            f"{name:18} | {run['build']['cpu_s']:11.1f} {run['build']['wall_s']:7.1f} {run['bytes'] / 1e6:6.0f}"
            f" | {run['query_cpu_ms']['p50']:16.1f} {run['query_cpu_ms']['p95']:6.1f}"
            f" | {run['query_wall_ms']['p50']:8.1f} {run['query_wall_ms']['p95']:6.1f}"
        )
    print(
        f"of the {NEAREST} nearest by all trees the kept ones find {result['found_of_nearest_by_all_trees']:.0%};"
        f" mean proximity by all trees {result['proximity_by_all_trees']['kept']:.3f} instead of"
        f" {result['proximity_by_all_trees']['all']:.3f}"
    )
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
