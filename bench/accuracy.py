"""How well Limpide tells who will not repay: on the real sample, given folds, paired.

    cargo build --release --workspace --bins
    python bench/accuracy.py [--binary PATH] [--data FOLDER] [--repeats N] [--efforts quick,standard]
                             [--json OUT] [--keep FOLDER]

Three kinds of training on the same clients and folds: the application's table alone, all tables with
effort quick, all tables with effort standard (which selects features). Each client's probability comes
from a model that had not seen the client. Prints the mean AUC over the folds, differences paired by fold
with their standard errors, cost a client, features and seconds. Needs numpy, and the sample, which is
not part of the repository: without it, it says so and ends with 0.
"""

import argparse
import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent
APPLICATION = ("application_train.csv", "application_test.csv", "HomeCredit_columns_description.csv")


def default_binary():
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target) / "release" / "limpide"


def application_only(sample, out):
    with zipfile.ZipFile(sample) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name.endswith(APPLICATION):
                target.writestr(name, source.read(name))


def labels_of(sample):
    with zipfile.ZipFile(sample) as source:
        name = next(name for name in source.namelist() if name.endswith("application_train.csv"))
        rows = csv.DictReader(io.TextIOWrapper(source.open(name), "utf-8"))
        return {int(row["SK_ID_CURR"]): int(row["TARGET"]) for row in rows}


def folds_of(path, repeats, out):
    """The folds by repeat and client; those of the wanted repeats are written to `out`."""
    with gzip.open(path, "rt") as file:
        rows = list(csv.reader(file))
    head, rows = rows[0], [[int(field) for field in row] for row in rows[1:]]
    wanted = sorted({row[1] for row in rows})[:repeats]
    rows = [row for row in rows if row[1] in wanted]
    with open(out, "w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return {(repeat, client): fold for client, repeat, fold in rows}


def auc(scores, labels):
    order = numpy.argsort(scores, kind="stable")
    scores, labels = scores[order], labels[order]
    _, start, counts = numpy.unique(scores, return_index=True, return_counts=True)
    ranks = numpy.repeat(start + (counts + 1) / 2, counts)
    defaults = labels.sum()
    return (ranks[labels == 1].sum() - defaults * (defaults + 1) / 2) / (defaults * (len(labels) - defaults))


def areas(oof, folds, labels):
    """For each candidate, its AUC on each fold, in the order of repeats and folds."""
    found = defaultdict(lambda: defaultdict(list))
    with open(oof) as file:
        for row in csv.DictReader(file):
            client, repeat = int(row["client"]), int(row["repeat"])
            fold = folds[repeat, client]
            found[row["candidate"]][repeat, fold].append((float(row["probability"]), labels[client]))
    result = {}
    for candidate, by_fold in found.items():
        pairs = [numpy.array(by_fold[key]) for key in sorted(by_fold)]
        result[candidate] = numpy.array([auc(pair[:, 0], pair[:, 1]) for pair in pairs])
    return result


def limpide(binary, workspace, *arguments):
    command = [str(binary), "--workspace", str(workspace), *map(str, arguments), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)


def paired(a, b):
    """The mean of a − b over folds and its standard error, as if folds were independent."""
    differences = a - b
    return differences.mean(), differences.std(ddof=1) / len(differences) ** 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=default_binary())
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--repeats", type=int, default=5, help="repeats of the five folds that are used")
    parser.add_argument("--efforts", default="quick,standard", help="for all tables; the application is trained quick")
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--keep", type=Path, help="keep workspaces and predictions in this folder")
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()
    sample = arguments.data / "home-credit-sample.zip"
    given = arguments.data / "home-credit-sample-folds.csv.gz"
    if not (sample.exists() and given.exists()):
        print(f"skipped: {sample} or its folds are not there")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        labels = labels_of(sample)
        folds = folds_of(given, arguments.repeats, folder / "folds.csv")
        application_only(sample, folder / "application.zip")
        cases = [("application", "quick", folder / "application.zip")]
        cases += [("all tables", effort, sample) for effort in arguments.efforts.split(",")]
        found = {}
        print(f"{len(labels)} clients, {sum(labels.values())} defaults, {5 * arguments.repeats} folds\n")
        print(f"{'tables':12} {'effort':9} {'features':>8} {'champion':9} {'AUC':>7} {'boosted':>8} {'logistic':>8} {'blend':>7} {'cost':>7} {'seconds':>8}")
        for tables, effort, source in cases:
            workspace = folder / tables.replace(" ", "-")
            if not (workspace / "features.json").exists():
                limpide(arguments.binary, workspace, "ingest", source)
                limpide(arguments.binary, workspace, "features")
            oof = folder / f"{tables.replace(' ', '-')}-{effort}.csv"
            start = time.perf_counter()
            said = limpide(
                arguments.binary, workspace, "train", "--effort", effort, "--folds", folder / "folds.csv", "--oof", oof
            )
            seconds = time.perf_counter() - start
            by_candidate = areas(oof, folds, labels)
            champion = by_candidate[said["champion"]]
            found[tables, effort] = by_candidate | {"champion": champion}
            mean = {candidate: values.mean() for candidate, values in by_candidate.items()}
            print(
                f"{tables:12} {effort:9} {said['features']:8} {said['champion']:9} {champion.mean():7.4f}"
                f" {mean['boosted']:8.4f} {mean['logistic']:8.4f} {mean['blend']:7.4f}"
                f" {said['cost_per_client']:7.4f} {seconds:8.1f}",
                flush=True,
            )
            if selection := said.get("selection"):
                print(f"{'':22} selection: {selection['kept']} kept, dropped {selection['by_reason']}")
        print("\npaired by fold: difference of AUC ± standard error")
        results = []
        cases = list(found)
        for later, earlier in [(case, cases[0]) for case in cases[1:]] + list(zip(cases[2:], cases[1:])):
            for candidate in ("champion", "boosted", "logistic", "blend"):
                difference, error = paired(found[later][candidate], found[earlier][candidate])
                names = [" ".join(case) for case in (later, earlier)]
                print(f"{names[0]:20} − {names[1]:20} {candidate:9} {difference:+.4f} ± {error:.4f}")
                results.append({
                    "of": names[0], "to": names[1], "candidate": candidate,
                    "difference": difference, "standard_error": error,
                })
        if arguments.json:
            means = [
                {"tables": tables, "effort": effort, "candidate": candidate, "auc": values.mean()}
                for (tables, effort), by_candidate in found.items() for candidate, values in by_candidate.items()
            ]
            Path(arguments.json).write_text(json.dumps({"means": means, "paired": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
