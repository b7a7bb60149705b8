"""Times and weighs the dashboard's pages, beside a Streamlit page of the same content.

    cargo build --release --workspace --bins
    python bench/pages.py --work FOLDER [--pages 200] [--json OUT]
    python bench/pages.py --workspace WORKSPACE [--pages 200] [--json OUT]

The first form makes what bench/service.py makes (its --work is taken as it is) and runs Streamlit's page of it too, one
after the other by `streamlit.testing`: its script alone, without network and browser. It needs what bench/service.py
needs, streamlit and altair. The second form times a workspace of any size by itself, and needs nothing but Python.

An adviser signs in and asks, over one connection, for clients spread over the portfolio, each page once: what was kept
from a page before is not timed. Times are from the request to the answer's last byte, the server's log and all.
"""

import argparse
import gzip
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

PORT = 18_441
KILOBYTE = 1_000


def limpide(program, workspace, *arguments, **more):
    command = [program, "--workspace", str(workspace), "--json", *map(str, arguments)]
    return json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL, **more))


class Browser:
    """One connection that asks as a browser does."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Accept-Encoding": "gzip", "Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"}

    def ask(self, path, method="GET", body=None, **headers):
        """The status, the body's text, its bytes as they travelled, and milliseconds."""
        start = time.perf_counter()
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        sent = answer.read()
        took = 1e3 * (time.perf_counter() - start)
        for cookie in answer.msg.get_all("Set-Cookie") or []:
            if cookie.split(";")[0].partition("=")[2]:
                self.headers["Cookie"] = cookie.split(";")[0]
        packed = answer.getheader("Content-Encoding") == "gzip"
        return answer.status, gzip.decompress(sent) if packed else sent, len(sent), took

    def page(self, path, **headers):
        status, body, sent, took = self.ask(path, **headers)
        if status != 200:
            sys.exit(f"{path} answered {status}: {body[:300]!r}")
        return body.decode(), sent, took

    def sign_in(self, name, password):
        form = urllib.parse.urlencode({"username": name, "password": password, "next": "/"})
        status, body, _, _ = self.ask("/login", "POST", form, **{"Content-Type": "application/x-www-form-urlencoded"})
        if status != 303:
            sys.exit(f"nobody could sign in: {status} {body[:300]!r}")


def spread(found):
    """Median and 95th percentile of some milliseconds."""
    found = sorted(found)
    return {"p50_ms": statistics.median(found), "p95_ms": found[min(len(found) - 1, int(0.95 * len(found)))]}


def weigh(browser, path):
    """Kilobytes of a page's first load, with style, script and the font it preloads, and of the page alone."""
    page, own, _ = browser.page(path)
    total = own
    for file in set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)):
        status, _, sent, _ = browser.ask(file)
        if status != 200:
            sys.exit(f"{file} answered {status}")
        total += sent
    return {"first_kb": total / KILOBYTE, "later_kb": own / KILOBYTE}


def tried(page):
    """What the form of other values sends when its first number is a tenth larger."""
    fields = dict(re.findall(r'<input[^>]*name="(try-[^"]+)"[^>]*value="([^"]*)"', page))
    if not fields:
        return None
    name, written = next(iter(fields.items()))
    number = float(re.sub(r"[^0-9.,-]", "", written).replace(",", ".") or 0)
    return urllib.parse.urlencode({**fields, name: f"{1.1 * number:.0f}"})


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return {name: int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1000 for name in ("VmRSS", "VmHWM")}


def ours(program, workspace, pages):
    """Starts the dashboard, and asks for a number of pages of every sort."""
    name = f"bench-{os.getpid()}"
    added = limpide(program, workspace, "user", "add", name, "--role", "adviser")
    start = time.perf_counter()
    server = subprocess.Popen(
        [program, "--workspace", str(workspace), "serve", "--face", "all", "--listen", f"127.0.0.1:{PORT}",
         "--person-per-minute", "1000000", "--address-per-minute", "1000000"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        browser = Browser(PORT)
        while True:
            try:
                if browser.ask("/readyz")[0] == 200:
                    break
            except OSError:
                browser = Browser(PORT)
            if server.poll() is not None:
                sys.exit("the server ended")
            time.sleep(0.01)
        result = {"ready_s": time.perf_counter() - start, "ready_mb": memory_mb(server.pid)["VmRSS"]}
        browser.sign_in(name, added["password"])
        result["clients"], clients = numbers(browser, pages)
        # Similar clients and everybody's scores are made ready meanwhile; the page is shorter until then.
        while any(browser.ask(path)[0] == 503 for path in (f"/api/v1/clients/{clients[0]}/similar",
                                                           "/api/v1/clients?limit=1&sort=probability")):
            time.sleep(0.5)
        result["all_s"] = time.perf_counter() - start
        result["sizes"] = {path: weigh(browser, path) for path in ("/", f"/clients/{clients[0]}")}
        before, begun, times, forms = cpu_seconds(server.pid), time.perf_counter(), [], {}
        for client in clients:
            page, _, took = browser.page(f"/clients/{client}")
            times.append(took)
            forms[client] = tried(page)
        wall = time.perf_counter() - begun
        cpu = cpu_seconds(server.pid) - before
        result["client page"] = {**spread(times), "per_second": len(clients) / wall, "cpu_ms": 1e3 * cpu / len(clients)}
        part = {"HX-Request": "true", "HX-Target": "what-if-result"}
        asked = [(client, form) for client, form in forms.items() if form]
        if asked:
            result["what-if"] = spread([browser.page(f"/clients/{client}?{form}", **part)[2] for client, form in asked])
        part = {"HX-Request": "true", "HX-Target": "found"}
        searched = [browser.page(f"/?q={str(client)[:4]}", **part)[2] for client in clients]
        result["search"] = spread(searched)
        result["served_mb"] = memory_mb(server.pid)
        return result
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def numbers(browser, wanted):
    """How many clients there are, and numbers of some of them, spread between the least and the largest."""
    first, last = (json.loads(browser.page(f"/api/v1/clients?limit=1&sort={order}number")[0]) for order in ("", "-"))
    least, largest = (page["clients"][0]["client"] for page in (first, last))
    found = {}
    for place in range(wanted):
        digits = str(least + place * (largest - least) // wanted)
        clients = []
        while digits and not clients:
            clients = json.loads(browser.page(f"/api/v1/clients?limit=1&q={digits}")[0])["clients"]
            digits = digits[:-1]
        found.update({client["client"]: None for client in clients})
    return first["total"], list(found)


def streamlit(folder, pages):
    """Runs Streamlit's page of clients, in a process of its own; its first run loads and is not timed."""
    script = """
import json, sys, time
from streamlit.testing.v1 import AppTest
def run(client):
    page = AppTest.from_file(sys.argv[1], default_timeout=600)
    page.query_params["client"] = client
    start, cpu = time.perf_counter(), time.process_time()
    page.run()
    assert not page.exception, page.exception
    return time.perf_counter() - start, time.process_time() - cpu
clients = sys.argv[2:]
run(clients[0])
print(json.dumps([run(client) for client in clients]))
"""
    clients = json.loads((folder / "meant.json").read_text())["clients"]
    clients = [str(client) for client in clients[:: max(1, len(clients) // pages)][:pages]]
    page = Path(__file__).with_name("pages_streamlit.py")
    said = subprocess.check_output([sys.executable, "-c", script, str(page), *clients], stderr=subprocess.DEVNULL,
                                   env={**os.environ, "SERVICE_BENCH": str(folder), "OMP_NUM_THREADS": "1"})
    runs = json.loads(said.splitlines()[-1])
    wall, cpu = (sum(one) / len(runs) for one in zip(*runs))
    return {**spread([1e3 * wall for wall, _ in runs]), "per_second": 1 / wall, "cpu_ms": 1e3 * cpu}


def main():
    parser = argparse.ArgumentParser()
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    parser.add_argument("--program", default=str(target / "release" / "limpide"))
    parser.add_argument("--clients", type=int, default=20_000, help="of the portfolio that is made")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--work", type=Path, help="what bench/service.py made, or where to make it")
    parser.add_argument("--workspace", type=Path, help="a workspace to be timed by itself")
    parser.add_argument("--json", help="also write the results to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.work or Path(temporary)
        result = {}
        if arguments.workspace is None:
            import service

            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / "meant.json").exists():
                service.prepare(arguments.program, folder / "workspace", folder, arguments.clients)
            result["Streamlit"] = {"client page": streamlit(folder, arguments.pages)}
        workspace = arguments.workspace or folder / "workspace"
        result["Limpide"] = ours(arguments.program, workspace, arguments.pages)
    told = result["Limpide"]
    print(f"{told['clients']} clients; ready after {told['ready_s']:.2f} s with {told['ready_mb']:.0f} MB, all of it after"
          f" {told['all_s']:.0f} s;"
          f" {told['served_mb']['VmRSS']:.0f} MB after all pages, {told['served_mb']['VmHWM']:.0f} MB at most")
    for path, size in told["sizes"].items():
        print(f"{path:20} first load {size['first_kb']:6.1f} kB, later {size['later_kb']:6.1f} kB")
    print(f"{'':10} {'':12} | {'p50 ms':>8} {'p95 ms':>8} {'pages/s':>8} {'CPU ms':>7}")
    for server, found in result.items():
        for what in ("client page", "what-if", "search"):
            if what in found:
                one = found[what]
                more = f"{one['per_second']:8.1f} {one['cpu_ms']:7.1f}" if "per_second" in one else ""
                print(f"{server:10} {what:12} | {one['p50_ms']:8.1f} {one['p95_ms']:8.1f} {more}")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
