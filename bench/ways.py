"""Times ways to a yes: what `POST /api/v1/clients/{id}/ways` takes for refused clients, one after the other.

    cargo build --release --workspace --bins
    python bench/ways.py --workspace FOLDER [--clients 500] [--program PATH] [--threads N] [--json OUT]

FOLDER holds a portfolio, features and a published model (`limpide demo --no-serve` makes one). All clients are scored;
every so-manieth of those who are refused or sent to a reviewer is asked for, by the whole default grid of the recipe,
up to four ways, each verified by the full path. It prints milliseconds with HTTP and JSON (p50, p95, most), CPU
milliseconds of the server a request, its peak memory, how many possibilities were looked at, and what comes of it. The
first ten requests warm up and do not count. Needs nothing but Python.
"""

import argparse
import csv
import http.client
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

KEY = "a key that nobody guesses"
WARM_UP = 10


def program_path():
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).parent.parent / "target")
    return Path(target) / "release" / "limpide"


def refused(program, workspace):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.csv"
        subprocess.run([program, "--workspace", workspace, "score", "--out", out], check=True, capture_output=True)
        with open(out) as file:
            rows = list(csv.reader(file))
    return [int(row[0]) for row in rows[1:] if row[2] != "granted"]


def serve(program, workspace, threads, log):
    command = [program, "--workspace", workspace, "--threads", str(threads), "serve", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "NO_COLOR": "1", "LIMPIDE_API_KEY": KEY}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=environment)
    for _ in range(600):
        found = re.search(r"127\.0\.0\.1:(\d+)\s", Path(log.name).read_text())
        if found:
            return server, int(found[1])
        time.sleep(0.1)
    server.kill()
    raise SystemExit(f"the server did not start: {Path(log.name).read_text()}")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--program", default=program_path())
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json")
    asked = parser.parse_args()
    clients = refused(asked.program, asked.workspace)
    clients = clients[:: max(1, len(clients) // asked.clients)][: asked.clients]
    with tempfile.NamedTemporaryFile("w") as log:
        server, port = serve(asked.program, asked.workspace, asked.threads, log)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}

            def ask(client):
                connection.request("POST", f"/api/v1/clients/{client}/ways?lang=en", b"{}", headers)
                answer = connection.getresponse()
                body = json.loads(answer.read())
                if answer.status != 200:
                    raise SystemExit(body)
                return body

            for client in clients[:WARM_UP]:
                ask(client)
            before = cpu_seconds(server.pid)
            times, answers = [], []
            for client in clients:
                start = time.perf_counter()
                answers.append(ask(client))
                times.append(1000 * (time.perf_counter() - start))
            cpu = 1000 * (cpu_seconds(server.pid) - before) / len(clients)
            found = {
                "clients": len(clients),
                "p50_ms": quantile(times, 0.5),
                "p95_ms": quantile(times, 0.95),
                "most_ms": max(times),
                "cpu_ms": cpu,
                "peak_mb": peak_mb(server.pid),
                "examined_p50": quantile([a["examined"] for a in answers], 0.5),
                "examined_most": max(a["examined"] for a in answers),
                "with_ways": sum(bool(a["ways"]) for a in answers),
                "ways": sum(len(a["ways"]) for a in answers),
                "complete": sum(a["complete"] for a in answers),
            }
        finally:
            server.kill()
            server.wait()
    for name, value in found.items():
        print(f"{name:>14}  {value:,.1f}" if isinstance(value, float) else f"{name:>14}  {value:,}")
    if asked.json:
        Path(asked.json).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
