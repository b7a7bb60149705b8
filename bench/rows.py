"""Times drill-downs, from a feature to its raw rows, over HTTP on a running `limpide serve`.

    LIMPIDE_API_KEY=KEY limpide --workspace DIR serve &
    python bench/rows.py --key KEY [--url http://127.0.0.1:8080] [--clients 50] [--json OUT]

Every feature of an explanation is asked once, so that its query is planned, then for every client; one
request after the other.
"""

import argparse
import http.client
import json
import statistics
import time
from urllib.parse import urlsplit

arguments = argparse.ArgumentParser()
arguments.add_argument("--key", required=True)
arguments.add_argument("--url", default="http://127.0.0.1:8080")
arguments.add_argument("--clients", type=int, default=50)
arguments.add_argument("--first", type=int, default=100_002, help="a client's number; the next follow")
arguments.add_argument("--features", type=int, default=60)
arguments.add_argument("--json")
arguments = arguments.parse_args()
connection = http.client.HTTPConnection(urlsplit(arguments.url).netloc)


def ask(path):
    start = time.perf_counter()
    connection.request("GET", path, headers={"authorization": f"Bearer {arguments.key}"})
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, json.loads(body), 1000 * (time.perf_counter() - start)


clients, number = [], arguments.first
while len(clients) < arguments.clients and number < arguments.first + 100_000:
    if ask(f"/api/v1/clients/{number}/score")[0] == 200:
        clients.append(number)
    number += 1
explained = ask(f"/api/v1/clients/{clients[0]}/explanation")[1]
features = [one["feature"] for one in explained["contributions"]][: arguments.features]
first, later, rows = [], [], []
for place, client in enumerate([clients[0], *clients]):
    for feature in features:
        status, told, took = ask(f"/api/v1/clients/{client}/rows?feature={feature}&lang=fr")
        assert status == 200, told
        (later if place else first).append(took)
        rows.append(told["rows"]["total"] if told["rows"] else 0)


def told(times):
    times = sorted(times)
    return {
        "requests": len(times),
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))], 2),
        "p99_ms": round(times[int(0.99 * (len(times) - 1))], 2),
        "most_ms": round(times[-1], 2),
    }


result = {"first": told(first), "later": told(later), "most_rows": max(rows)}
print(json.dumps(result, indent=2))
if arguments.json:
    with open(arguments.json, "w") as file:
        json.dump(result, file)
