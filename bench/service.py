"""Serves the same trees to the same clients by Limpide and by FastAPI with LightGBM and shap, and loads both.

    cargo build --release --workspace --bins
    python bench/service.py [--clients 20000] [--seconds 10] [--repeats 3] [--json OUT]

Needs wrk, and Python with fastapi, uvicorn (with uvloop and httptools), lightgbm, shap, numpy and pyarrow. A demo's
portfolio is made, LightGBM trains 500 trees of 34 leaves on its encoded features, and these trees take the place of
the demo's model, as a bundle. Both programs keep all clients' rows and answer to a key: a client's score, and the score
with its principal reasons as sentences, from exact contributions of every feature. Load: wrk with 64 connections on the
same cores, each asking for another client as soon as it is answered. FastAPI runs as two processes, its best on two
cores; a third server is FastAPI that keeps margins once asked for, as Limpide does. Before that, margins and contributions of some clients are compared.
"""

import argparse
import hashlib
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import lightgbm
import numpy
import pyarrow.parquet

TREES, LEAVES, CONNECTIONS, ASKED, COMPARED = 500, 34, 64, 2_000, 20
KEEPS = "FastAPI, kept"
KEY = "a key that is long enough for the bench"
WRK = """
local requests, next = {}, 0
init = function(arguments)
  for client in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", "/api/v1/clients/" .. client .. "/" .. arguments[2])
  end
end
request = function() next = next %% #requests + 1; return requests[next] end
done = function(summary, latency)
  local errors = summary.errors
  print(string.format('RESULT {"requests": %%d, "us": %%d, "p50_us": %%d, "p99_us": %%d, "failed": %%d}', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
wrk.headers["Authorization"] = "Bearer %s"
"""


def limpide(program, workspace, *arguments):
    command = [program, "--workspace", str(workspace), "--json", *map(str, arguments)]
    return json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))


def encoded(bundle, table):
    """All clients' rows as the bundle's encoder makes them, `(clients, columns)`."""
    names = [feature["name"] for feature in bundle["features"]]
    columns = []
    for column in bundle["encoder"]["columns"]:
        values = table.column(names[column["feature"]]).to_numpy(zero_copy_only=False)
        if column["source"] == "number":
            columns.append(numpy.clip(values.astype(float), -1e38, 1e38).astype(numpy.float32))
        else:
            columns.append((values == column["source"]["equals"]).astype(numpy.float32))
    return numpy.column_stack(columns)


def without_learned(bundle, columns):
    """Takes the features out of a bundle that are learned with a model, for LightGBM has none."""
    base = sum(feature["name"] in columns for feature in bundle["features"])
    bundle["learned"] = []
    for features in (bundle["features"], bundle["reference"]["features"], bundle["evidence"]["importance"]["features"]):
        del features[base:]
    encoder = bundle["encoder"]
    encoder["columns"] = [column for column in encoder["columns"] if column["feature"] < base]


def trees_of(dump):
    """LightGBM's trees in the bundle's form: single-precision `<` that decides as LightGBM's `<=` in doubles."""
    trees = []
    for tree in dump["tree_info"]:
        splits = {name: [] for name in ("feature", "threshold", "default_left", "left", "right")}
        leaves = {"value": [], "cover": []}

        def add(node):
            if "leaf_value" in node:
                leaves["value"].append(node["leaf_value"])
                leaves["cover"].append(float(node.get("leaf_count", 1)))
                return -len(leaves["value"])
            at = len(splits["feature"])
            # LightGBM divides known values from missing ones at 1e300.
            bound = numpy.float32(min(node["threshold"], 3e38))
            if float(bound) <= node["threshold"]:
                bound = numpy.nextafter(bound, numpy.float32(numpy.inf))
            missing_left = node["default_left"] if node["missing_type"] == "NaN" else 0 <= node["threshold"]
            splits["feature"].append(node["split_feature"])
            splits["threshold"].append(float(bound))
            splits["default_left"].append(int(missing_left))
            splits["left"].append(0)
            splits["right"].append(0)
            splits["left"][at] = add(node["left_child"])
            splits["right"][at] = add(node["right_child"])
            return at

        add(tree["tree_structure"])
        trees.append({**splits, **leaves})
    return trees


def prepare(program, workspace, folder, clients):
    """Makes portfolio, model and bundle, publishes it, and writes down what the other side reads."""
    if not (workspace / "models" / "published").exists():
        limpide(program, workspace, "demo", "--clients", clients, "--no-serve")
    published = (workspace / "models" / "published").read_text().strip()
    bundle = json.loads((workspace / "models" / f"{published}.json").read_text())
    features = json.loads((workspace / "features.json").read_text())["id"]
    table = pyarrow.parquet.read_table(workspace / "features" / features / "matrix.parquet")
    without_learned(bundle, table.column_names)
    rows = encoded(bundle, table)
    labels = table.column(1).to_numpy(zero_copy_only=False)
    known = numpy.flatnonzero(~numpy.isnan(labels.astype(float)))[:20_000]
    parameters = {
        "objective": "binary", "num_leaves": LEAVES, "learning_rate": 0.05, "min_data_in_leaf": 20, "seed": 1,
        "deterministic": True, "verbosity": -1, "enable_bundle": False,
    }
    data = lightgbm.Dataset(rows[known], labels[known].astype(float), free_raw_data=False)
    booster = lightgbm.train(parameters, data, TREES)
    booster.save_model(str(folder / "model.txt"))
    bundle["scorer"] = {"trees": {"base": 0.0, "trees": trees_of(booster.dump_model())}}
    bundle["calibration"], bundle["glass_box"], bundle["name"] = "identity", None, "lightgbm"
    (folder / "bundle.json").write_text(json.dumps(bundle))
    imported = limpide(program, workspace, "models", "import", folder / "bundle.json")["bundle"]
    limpide(program, workspace, "models", "publish", imported)
    numpy.save(folder / "rows.npy", rows.astype(numpy.float64))
    concepts = sorted({feature["concept"] for feature in bundle["features"]})
    of_column = [bundle["features"][column["feature"]] for column in bundle["encoder"]["columns"]]
    (folder / "meant.json").write_text(json.dumps({
        "model": imported, "threshold": bundle["policy"]["threshold"], "concepts": concepts,
        "concept_of_column": [concepts.index(feature["concept"]) for feature in of_column],
        "labels": [feature["label"]["en"] for feature in of_column],
        "clients": table.column(0).to_pylist(),
    }))
    return booster, bundle, rows, table.column(0).to_pylist()


def ask(port, client, what, key):
    address = f"http://127.0.0.1:{port}/api/v1/clients/{client}/{what}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def wait(port, client, key, process):
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"a server ended: {process.args}")
        try:
            return ask(port, client, "score", key)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("a server does not answer")


def processes(root):
    """A process and all that it started."""
    found, parents = [root], {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    for pid in sorted(parents):
        if parents[pid] in found:
            found.append(pid)
    return found


def cpu_seconds(root):
    ticks = 0
    for pid in processes(root):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(root):
    kilobytes = 0
    for pid in processes(root):
        status = Path(f"/proc/{pid}/status").read_text()
        kilobytes += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return kilobytes / 1000


def make_keys(path):
    """The table that FastAPI looks keys up in."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as table:
        table.execute("CREATE TABLE keys (hash BLOB PRIMARY KEY, scopes TEXT NOT NULL)")
        table.execute("INSERT INTO keys VALUES (?, 'read')", (hashlib.sha256(KEY.encode()).digest(),))


def fastapi(port, environment):
    return subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "service_fastapi:app", "--app-dir", str(Path(__file__).parent),
         "--port", str(port), "--workers", "2", "--no-access-log", "--log-level", "warning"], env=environment)


def load(port, what, key, process, folder, seconds):
    script = folder / "load.lua"
    script.write_text(WRK % key)
    before = cpu_seconds(process.pid)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}",
               str(folder / "clients.txt"), what]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said.split("RESULT ", 1)[1].splitlines()[0])
    cpu = cpu_seconds(process.pid) - before
    return {
        "per_second": 1e6 * found["requests"] / found["us"], "p50_ms": found["p50_us"] / 1000,
        "p99_ms": found["p99_us"] / 1000, "cpu_us": 1e6 * cpu / max(found["requests"], 1),
        "memory_mb": memory_mb(process.pid), "failed": found["failed"],
    }


def compare(ours, theirs, booster, bundle, rows, clients, key):
    """The largest differences of margins and of contributions between both programs."""
    margin, contribution = 0.0, 0.0
    names = [feature["name"] for feature in bundle["features"]]
    for place in range(0, len(clients), max(1, len(clients) // COMPARED)):
        explained = ask(ours, clients[place], "explanation", key)
        other = ask(theirs, clients[place], "score", KEY)
        wanted = numpy.zeros(len(names))
        by_column = booster.predict(rows[place : place + 1].astype(float), pred_contrib=True)[0]
        for column, value in zip(bundle["encoder"]["columns"], by_column):
            wanted[column["feature"]] += value
        found = {one["feature"]: one["contribution"] for one in explained["contributions"]}
        apart = [abs(found[name] - value) for name, value in zip(names, wanted)]
        margin = max(margin, abs(explained["margin"] - other["margin"]))
        contribution = max(contribution, *apart)
    return {"margin": margin, "contribution": contribution}


def main():
    parser = argparse.ArgumentParser()
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    parser.add_argument("--program", default=str(target / "release" / "limpide"))
    parser.add_argument("--clients", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", type=Path, help="keep what is made here, and use it again")
    parser.add_argument("--json", help="also write the results to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        workspace = folder / "workspace"
        if (folder / "meant.json").exists():
            booster = lightgbm.Booster(model_file=str(folder / "model.txt"))
            bundle = json.loads((folder / "bundle.json").read_text())
            rows = numpy.load(folder / "rows.npy").astype(numpy.float32)
            clients = json.loads((folder / "meant.json").read_text())["clients"]
        else:
            booster, bundle, rows, clients = prepare(arguments.program, workspace, folder, arguments.clients)
        step = max(1, len(clients) // ASKED)
        (folder / "clients.txt").write_text("".join(f"{client}\n" for client in clients[::step]))
        name = f"bench-{os.getpid()}"
        key = limpide(arguments.program, workspace, "key", "add", name, "--scopes", "read")["key"]
        ours, theirs, keeping = 18_431, 18_432, 18_433
        make_keys(folder / "keys.db")
        environment = {**os.environ, "SERVICE_BENCH": str(folder), "OMP_NUM_THREADS": "1"}
        servers = {
            "Limpide": subprocess.Popen(
                [arguments.program, "--workspace", str(workspace), "--log-format", "json", "serve", "--face", "api",
                 "--listen", f"127.0.0.1:{ours}"], stderr=(folder / "limpide.log").open("w")),
            "FastAPI": fastapi(theirs, environment),
            KEEPS: fastapi(keeping, {**environment, "SERVICE_KEEP": "1"}),
        }
        ports = {"Limpide": ours, "FastAPI": theirs, KEEPS: keeping}
        keys = {"Limpide": key, "FastAPI": KEY, KEEPS: KEY}
        try:
            for server, process in servers.items():
                wait(ports[server], clients[0], keys[server], process)
            differences = compare(ours, theirs, booster, bundle, rows, clients, key)
            runs = {}
            for repeat in range(arguments.repeats):
                for what in ("score", "reasons"):
                    order = list(servers)[:: 1 if repeat % 2 else -1]
                    for server in order:
                        if (what, server) == ("reasons", KEEPS):
                            continue
                        found = load(ports[server], what, keys[server], servers[server], folder, arguments.seconds)
                        runs.setdefault((what, server), []).append(found)
        finally:
            for process in servers.values():
                process.send_signal(signal.SIGTERM)
                process.wait()
    result = {"clients": len(clients), "columns": rows.shape[1], "trees": TREES, "leaves": LEAVES,
              "connections": CONNECTIONS, "differences": differences}
    print(f"{len(clients)} clients, {rows.shape[1]} columns, {TREES} trees of {LEAVES} leaves, {CONNECTIONS} connections;"
          f" margins differ by at most {differences['margin']:.0e}, contributions by {differences['contribution']:.0e}")
    print(f"{'':8} {'':14} | {'requests/s':>10} {'p50 ms':>7} {'p99 ms':>7} {'CPU µs':>7} {'MB':>6} {'failed':>6}")
    for what in ("score", "reasons"):
        for server in servers:
            if (what, server) not in runs:
                continue
            measured = runs[what, server]
            middle = {name: statistics.median(run[name] for run in measured) for name in measured[0]}
            result.setdefault(what, {})[server] = middle
            print(f"{what:8} {server:14} | {middle['per_second']:10.0f} {middle['p50_ms']:7.2f} {middle['p99_ms']:7.2f}"
                  f" {middle['cpu_us']:7.0f} {middle['memory_mb']:6.0f} {middle['failed']:6.0f}")
        times = result[what]["Limpide"]["per_second"] / result[what]["FastAPI"]["per_second"]
        result[what]["times"] = times
        print(f"{what:8} {times:.1f} times the requests a second")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
