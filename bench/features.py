"""All features of a portfolio: Limpide beside DuckDB running the same SQL and a pandas script of the same families.

    cargo build --release --workspace --bins --example one_client
    python bench/features.py --work FOLDER [--sizes quarter,half,full] [--programs limpide,duckdb,pandas]
        [--pandas-sizes quarter] [--limpide PATH] [--recipe FOLDER] [--rounds N] [--again] [--json OUT] [--plot SVG]

For each size it makes a synthetic portfolio (full size: 356,255 clients with a known outcome and 53,438 without, 55
million rows, 2.65 GB of CSV; Home Credit has 58 million), ingests it, times the features of one client, and has each
program compute all features from the ingested Parquet files into one Parquet file. It prints wall time, CPU time and
peak memory of each, the ratios, and the largest difference between their values. Programs take turns; with several
rounds the least of each counts. Portfolios and results are kept in FOLDER and used again, so it may be stopped and
continued; --again measures anew. Needs duckdb, pandas, pyarrow and sqlglot; 30 GB of disk for all sizes.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy
import pyarrow.parquet as parquet

BENCH = Path(__file__).resolve().parent
SIZES = {"tiny": 4_000, "quarter": 89_064, "half": 178_128, "full": 356_255}


def measure(command, log):
    """Wall and CPU seconds and peak memory of a command and its children."""
    with open(log, "w") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=stderr)
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} failed, see {log}")
    found = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_gb": usage.ru_maxrss * 1024 / 1e9}
    return found, said


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.work = Path(arguments.work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.results_path = self.work / "results.json"
        self.results = json.loads(self.results_path.read_text()) if self.results_path.exists() else {}

    def folder(self, size):
        return self.work / size

    def limpide(self, size, *words):
        return [self.arguments.limpide, "--workspace", self.folder(size) / "workspace", "--threads", self.arguments.threads, "--json", *words]

    def keep(self, size, what, found):
        known = self.results.setdefault(size, {}).get(what)
        if known and not self.arguments.again and known["wall"] <= found["wall"]:
            return
        self.results[size][what] = {**(known or {}), **found}
        self.results_path.write_text(json.dumps(self.results, indent=2) + "\n")

    def is_known(self, size, what):
        return what in self.results.get(size, {})

    def source(self, size):
        """The portfolio as a zip of CSV files."""
        self.folder(size).mkdir(exist_ok=True)
        path = self.folder(size) / "portfolio.zip"
        if not path.exists():
            said = subprocess.check_output([str(part) for part in self.limpide(size, "synth", "--clients", SIZES[size], "--out", path)], stderr=subprocess.DEVNULL)
            files = {file["name"]: file["rows"] for file in json.loads(said)["files"]}
            self.keep(size, "source", {"wall": 0.0, "rows": files, "zip_gb": path.stat().st_size / 1e9})
        return path

    def portfolio(self, size):
        """The folder of the ingested Parquet files."""
        manifest = self.folder(size) / "workspace" / "portfolio.json"
        if not manifest.exists() or (self.arguments.again and not self.arguments.keep_portfolio):
            found, _ = measure(self.limpide(size, "ingest", self.source(size), "--recipe", self.arguments.recipe), self.folder(size) / "ingest.log")
            self.keep(size, "ingest", found)
        return manifest.parent / "portfolio" / json.loads(manifest.read_text())["id"]

    def features(self, size):
        """The folder of Limpide's matrix."""
        workspace = self.folder(size) / "workspace"
        return workspace / "features" / json.loads((workspace / "features.json").read_text())["id"]

    def run(self, size, program):
        portfolio, log, out = self.portfolio(size), self.folder(size) / f"{program}.log", self.folder(size) / f"{program}.parquet"
        if program == "limpide":
            found, said = measure(self.limpide(size, "features", "--recipe", self.arguments.recipe), log)
            found["features"] = json.loads(said)["features"]
        elif program == "duckdb":
            found, said = measure([sys.executable, BENCH / "features_duckdb.py", self.features(size) / "queries.json", portfolio, out, self.arguments.threads], log)
            found |= json.loads(said)
        else:
            found, _ = measure([sys.executable, BENCH / "features_pandas.py", self.arguments.recipe, portfolio, out], log)
        self.keep(size, program, found)
        print(f"  {size} {program}: {found['wall']:.1f} s, {found['cpu']:.1f} s of CPU, {found['peak_gb']:.2f} GB", file=sys.stderr, flush=True)

    def online(self, size):
        """One client's features at a time, warm."""
        example = Path(self.arguments.one_client)
        if not example.exists():
            print(f"  {size} one client: skipped, {example} is not built", file=sys.stderr)
            return
        found = json.loads(subprocess.check_output([example, self.folder(size) / "workspace", "1000", self.arguments.recipe]))
        self.results.setdefault(size, {})["online"] = found
        self.results_path.write_text(json.dumps(self.results, indent=2) + "\n")

    def compare(self, size, program):
        """The largest relative difference of all values, and how many features were compared."""
        ours = parquet.ParquetFile(self.features(size) / "matrix.parquet")
        theirs = parquet.ParquetFile(self.folder(size) / f"{program}.parquet")
        names = [name for name in ours.schema_arrow.names[2:] if name in theirs.schema_arrow.names]
        absent = [name for name in ours.schema_arrow.names[2:] if name not in theirs.schema_arrow.names]
        worst, unlike = (0.0, ""), 0
        for name in names:
            mine, other = (file.read([name]).column(0) for file in (ours, theirs))
            if str(mine.type) != "double":
                texts = [column.cast("string").to_pylist() for column in (mine, other)]
                unlike += sum(a != b for a, b in zip(*texts))
                continue
            mine, other = mine.to_numpy().astype(float), other.to_numpy().astype(float)
            unlike += int((numpy.isnan(mine) != numpy.isnan(other)).sum())
            # Equal means may leave a rest where the other side has exactly 0.
            difference = numpy.abs(mine - other) / numpy.maximum(numpy.maximum(numpy.abs(mine), numpy.abs(other)), 1e-3)
            largest = float(numpy.nanmax(difference, initial=0.0))
            worst = max(worst, (largest, name))
        self.results[size][program] |= {"compared": len(names), "absent": absent, "unlike": unlike, "largest_difference": worst[0], "of": worst[1]}
        self.results_path.write_text(json.dumps(self.results, indent=2) + "\n")


def report(results, sizes):
    print(f"{'size':8} {'what':22} {'wall s':>8} {'CPU s':>8} {'peak GB':>8}  against Limpide: wall, CPU; values")
    for size in sizes:
        known = results.get(size, {})
        ours = known.get("limpide")
        for what, name in [("ingest", "Limpide, ingest"), ("limpide", "Limpide, features"), ("duckdb", "DuckDB, same SQL"), ("pandas", "pandas")]:
            found = known.get(what)
            if not found or "cpu" not in found:
                continue
            line = f"{size:8} {name:22} {found['wall']:8.1f} {found['cpu']:8.1f} {found['peak_gb']:8.2f}"
            if what in ("duckdb", "pandas") and ours:
                line += f"  {found['wall'] / ours['wall']:.2f} ×, {found['cpu'] / ours['cpu']:.2f} ×"
                if "queries_cpu" in found:
                    line += f" (without joining and writing {found['queries_wall'] / ours['wall']:.2f} ×, {found['queries_cpu'] / ours['cpu']:.2f} ×)"
                if "compared" in found:
                    line += f"; {found['compared']} features, {found['unlike']} known on one side only, largest difference {found['largest_difference']:.1e} ({found['of']})"
                    line += f"; not there: {len(found['absent'])}" if found["absent"] else ""
            elif what == "limpide":
                line += f"  {found['features']} features"
            print(line)
        if "online" in known:
            both, clients = known["online"]["both_ms"], known["online"]["of"]
            print(f"{size:8} one client of {clients}, looked up and computed, warm: median {both['p50']:.1f} ms, 99 % within {both['p99']:.1f} ms, {known['online']['processor_ms']:.1f} ms of CPU")


def plot(results, path):
    """CPU and wall seconds of Limpide's features over the number of clients, as SVG."""
    sizes = [size for size in SIZES if "limpide" in results.get(size, {}) and size != "tiny"]
    points = [(SIZES[size], results[size]["limpide"]["wall"], results[size]["limpide"]["cpu"]) for size in sizes]
    ingest = [(SIZES[size], results[size]["ingest"]["wall"]) for size in sizes if "ingest" in results[size]]
    right, top = max(x for x, *_ in points) * 1.05, max([max(wall, cpu) for _, wall, cpu in points] + [wall for _, wall in ingest]) * 1.15

    def at(x, y):
        return 70 + 600 * x / right, 340 - 300 * y / top

    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400" font-family="sans-serif" font-size="13" role="img">',
        "<title>Seconds for ingest and for all features, by number of clients</title>",
        '<rect width="720" height="400" fill="#ffffff"/>',
    ]
    step = next(step for step in (5, 10, 20, 25, 50, 100, 200) if top / step <= 8)
    for tick in range(0, int(top) + 1, step):
        x, y = at(0, tick)
        lines.append(f'<line x1="{x:.0f}" y1="{y:.1f}" x2="670" y2="{y:.1f}" stroke="#d0d4da"/><text x="{x - 8:.0f}" y="{y + 4:.1f}" text-anchor="end" fill="#333">{tick}</text>')
    for clients, *_ in points:
        x, y = at(clients, 0)
        lines.append(f'<text x="{x:.1f}" y="{y + 20:.1f}" text-anchor="middle" fill="#333">{clients:,}</text>')
    lines.append('<text x="370" y="386" text-anchor="middle" fill="#333">clients</text><text x="16" y="190" text-anchor="middle" fill="#333" transform="rotate(-90 16 190)">seconds</text>')
    series = [
        ("features, wall time", "#0b5cad", "", [(x, wall) for x, wall, _ in points]),
        ("features, CPU time", "#0b5cad", "6 4", [(x, cpu) for x, _, cpu in points]),
        ("ingest, wall time", "#a3470a", "", ingest),
    ]
    for index, (name, colour, dash, values) in enumerate(series):
        path_ = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*value) for value in [(0, 0), *values]))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        lines.append(f'<polyline points="{path_}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in (at(*value) for value in values)]
        y = 26 + 20 * index
        lines.append(f'<line x1="90" y1="{y}" x2="120" y2="{y}" stroke="{colour}" stroke-width="2"{dashed}/><text x="128" y="{y + 4}" fill="#333">{name}</text>')
    Path(path).write_text("\n".join([*lines, "</svg>"]) + "\n")


def main():
    target = Path(os.environ.get("CARGO_TARGET_DIR", BENCH.parent / "target"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--sizes", default="quarter,half,full")
    parser.add_argument("--programs", default="limpide,duckdb,pandas")
    parser.add_argument("--pandas-sizes", default="quarter", help="pandas needs more memory than time at full size")
    parser.add_argument("--limpide", default=str(target / "release" / "limpide"))
    parser.add_argument("--one-client", default=str(target / "release" / "examples" / "one_client"))
    parser.add_argument("--recipe", default=str(BENCH.parent / "recipes" / "home-credit"))
    parser.add_argument("--threads", default="2")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="measure what is known already")
    parser.add_argument("--keep-portfolio", action="store_true", help="with --again: do not ingest anew")
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--plot", help="draw cost over size to this SVG")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    sizes, programs = arguments.sizes.split(","), arguments.programs.split(",")
    for size in sizes:
        bench.portfolio(size)
        mine = [program for program in programs if program != "pandas" or size in arguments.pandas_sizes.split(",")]
        wanted = [program for program in mine if arguments.again or not bench.is_known(size, program)]
        if arguments.again:
            for program in wanted:
                bench.results.get(size, {}).pop(program, None)
        for round_ in range(arguments.rounds):
            # Limpide writes the SQL that DuckDB reads, so it goes first in the first round.
            for program in wanted[:: 1 if round_ % 2 == 0 else -1]:
                bench.run(size, program)
        for program in wanted:
            if program != "limpide":
                bench.compare(size, program)
        if arguments.again or not bench.is_known(size, "online"):
            bench.online(size)
    report(bench.results, sizes)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(bench.results, indent=2) + "\n")
    if arguments.plot:
        plot(bench.results, arguments.plot)


if __name__ == "__main__":
    main()
