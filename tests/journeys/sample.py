"""The real sample, where it lies beside the repository: served, and one client looked at. Nothing of it is kept."""

import subprocess
import sys
from pathlib import Path

from looks import check
from service import Service
from visitor import visitor

ZIP = Path(__file__).parents[3] / "shared/data/home-credit-sample.zip"
STEPS = """
import subprocess, sys
program, workspace, sample = sys.argv[1:]
for step in [["ingest", sample], ["features"], ["train"], ["explain", "model"]]:
    subprocess.run([program, "--workspace", workspace, "--json", *step], check=True, stdout=subprocess.DEVNULL)
"""


class Sample:
    """Made while other journeys go on; absent, it is said so."""

    def __init__(self, program, folder):
        self.folder, self.program, self.making = folder, program, None
        if ZIP.is_file():
            folder.mkdir()
            with (folder / "making.log").open("w", encoding="utf-8") as log:
                command = [sys.executable, "-c", STEPS, program, folder / "workspace", ZIP]
                self.making = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def why_not(self):
        if self.making is None:
            return "no ../shared/data/home-credit-sample.zip"
        return None

    def serve(self):
        code = self.making.wait()
        log = (self.folder / "making.log").read_text(encoding="utf-8")
        assert code == 0, f"the real sample is not made: {log[-2000:]}"
        service = Service(self.program, self.folder, None)
        service.add("adviser", "adviser", "Camille Moreau")
        service.start()
        return service

    def stop(self):
        if self.making is not None and self.making.poll() is None:
            self.making.kill()
            self.making.wait()


def adviser_reads_a_real_client(walk, lang):
    """The first one who would be refused; nobody's number or values are printed."""
    refused = [client for client, (decision, _) in walk.decisions.items() if decision == "refused"]
    with visitor(walk, lang, "adviser") as adviser:
        adviser.open("/?decision=refused&sort=-probability")
        adviser.open(f"/clients/{refused[0]}")
        adviser.reads("decision-refused", within=".card-decision")
        adviser.page.locator(".reasons summary").first.click()
        adviser.page.locator(".reasons .detail table").first.wait_for()
        for word in ["NaN", "null", "undefined", "XNA"]:
            assert word not in adviser.page.locator("main").inner_text().replace("Annul", ""), f"{word} is shown"
        check(adviser, "a real client")
