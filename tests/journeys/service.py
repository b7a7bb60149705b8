"""A workspace of its own, made by the program under test, and the server on it."""

import csv
import json
import os
import re
import signal
import subprocess
import time

# Parts of the clients that fairness is told by.
BY = "NAME_EDUCATION_TYPE"


class Service:
    """A running `limpide serve`; what the program prints goes to a log in its folder."""

    def __init__(self, program, folder, clients):
        self.program, self.folder, self.workspace = program, folder, folder / "workspace"
        self.passwords, self.server, self.address, self.weightiest = {}, None, None, None
        if clients:
            self.make_demo(clients)

    def make_demo(self, clients):
        made = self.ask("demo", "--clients", str(clients), "--no-serve")
        self.passwords = {person["username"]: person["password"] for person in made["people"]}
        owned = [re.search(r"client (\d+)", person["who"]) for person in made["people"]]
        self.owned = {int(found[1]) for found in owned if found}
        self.first_model = made["bundle"]
        told = self.ask("explain", "model", "--by", BY)
        self.weightiest = max(told["features"], key=lambda feature: feature["size"])["id"]

    def ask(self, *arguments):
        """What a command says with `--json`."""
        command = [self.program, "--workspace", self.workspace, "--json", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            asked = " ".join(map(str, arguments))
            raise AssertionError(f"limpide {asked} ended with {done.returncode}:\n{done.stderr}")
        return json.loads(done.stdout)

    def add(self, username, role, full_name, *options):
        """Somebody more who may sign in."""
        made = self.ask("user", "add", username, "--role", role, "--full-name", full_name, *options)
        self.passwords[username] = made["password"]

    def decisions(self):
        """What the program itself says of every client: number → (decision, probability)."""
        out = self.folder / "scores.csv"
        self.ask("score", "--out", out)
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {int(row["client"]): (row["decision"], float(row["probability"])) for row in rows}

    def start(self):
        log = self.folder / "serve.log"
        limits = ["--sign-in-per-minute", "0", "--person-per-minute", "0", "--address-per-minute", "0"]
        with log.open("w", encoding="utf-8") as stderr:
            self.server = subprocess.Popen(
                [self.program, "--workspace", self.workspace.name, "serve", "--listen", "127.0.0.1:0", *limits],
                # A path of its own, so that the page of settings shows none of this machine.
                cwd=self.workspace.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env={**os.environ, "NO_COLOR": "1", "RUST_LOG": "info"},
            )
        until = time.monotonic() + 120
        while not (found := re.search(r"listening.*address=([0-9.:]+)", log.read_text(encoding="utf-8"))):
            if self.server.poll() is not None or time.monotonic() > until:
                raise AssertionError("the server does not listen:\n" + log.read_text(encoding="utf-8"))
            time.sleep(0.05)
        self.address = f"http://{found[1]}"

    def stop(self):
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(40)
        except subprocess.TimeoutExpired:
            self.server.kill()
        log = (self.folder / "serve.log").read_text(encoding="utf-8")
        if "panicked" in log:
            raise AssertionError("a handler panicked:\n" + log[-2000:])
