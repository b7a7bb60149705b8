"""Times a whole explanation: raw rows looked up, features computed, scored, explained in sentences.

    LIMPIDE_API_KEY=KEY limpide --workspace DIR serve &
    python bench/explanation.py --key KEY [--clients 500] [--json OUT]

Python alone is needed. For every client, one request after the other: `GET /api/v1/clients/N/explanation` explains the
row of features that is kept; `POST /api/v1/clients/N/what-if` without an edit looks the raw rows up, computes all
features, and explains both that row and the kept one. The difference is one explanation from raw rows to sentences.
"""

import argparse
import json
import time
import urllib.error
import urllib.request


def ask(url, key, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    start = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - start)


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--key", required=True)
    parser.add_argument("--first", type=int, default=100001, help="the first client number to try")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--json", help="also write the results to this file")
    arguments = parser.parse_args()
    kept, whole, number = [], [], arguments.first
    tried = 0
    while len(kept) < arguments.clients and tried < 100 * arguments.clients:
        path = f"{arguments.url}/api/v1/clients/{number}"
        number, tried = number + 1, tried + 1
        try:
            one = ask(f"{path}/explanation?lang=fr", arguments.key)
        except urllib.error.HTTPError:
            continue
        both = ask(f"{path}/what-if?lang=fr", arguments.key, {"edits": {}})
        kept.append(one)
        whole.append(both - one)
    results = {}
    for name, values in [("kept features to sentences", kept), ("raw rows to sentences", whole)]:
        results[name] = {share: quantile(values, share) for share in (0.5, 0.95, 0.99)}
        told = " ".join(f"{100 * share:.0f}%: {found:.1f} ms" for share, found in results[name].items())
        print(f"{name:28} {len(values)} clients  {told}")
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump(results, out, indent=2)


if __name__ == "__main__":
    main()
