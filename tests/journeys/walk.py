"""Every journey, in order, in both languages; or a picture of every page.

A journey is a function of the walk and a language. One that fails is told with a picture of where it stood, and the
next one begins; the walk ends with 1 then.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

import adviser
import client
import documents
import keyboard
import office
import pages
import pictures
import sample
import scriptless
import troubles
from service import Service
from words import LANGS

# A later journey may need what an earlier one did: the log tells of decisions, models change at the end.
JOURNEYS = [
    ("every route is a page or an act of a journey", pages.every_route_is_known),
    ("an adviser finds a client and reads the result down to the rows", adviser.finds_and_reads),
    ("an adviser compares, tries changes and asks for ways", adviser.explores),
    ("an adviser takes an application through a mistake to a case and a letter", adviser.takes_an_application),
    ("an adviser departs from the advice and says why", adviser.departs_from_the_advice),
    ("a client reads the own page and nobody else's", client.reads),
    ("a client has an item corrected", client.has_an_item_corrected),
    ("a client comments", client.comments),
    ("a client contests, a second person reverses, all is taken away", client.contests_and_follows),
    ("two advisers decide at once, the second is told", troubles.two_advisers_decide_at_once),
    ("a session ends while writing, nothing typed is lost", troubles.session_ends_while_writing),
    ("a session ends in an application, nothing typed is lost", troubles.session_ends_in_an_application),
    ("back button and double click act once", troubles.back_button_and_double_click_act_once),
    ("an adviser reads and decides without JavaScript", scriptless.adviser_reads_and_decides),
    ("a client contests without JavaScript", scriptless.client_contests),
    ("an adviser works by keyboard alone", keyboard.adviser_by_keyboard),
    ("a client reads, corrects and contests by keyboard alone", keyboard.client_by_keyboard),
    ("an auditor searches, verifies and replays to the same bits", office.auditor_searches_verifies_and_replays),
    ("an admin adds a person, gives a key and takes both back", office.admin_adds_a_person_and_gives_a_key),
    ("an analyst reads the model", office.analyst_reads_the_model),
    ("every page of every role keeps nobody out", pages.everybody_sees_their_pages),
    ("the API's page answers", documents.api_is_read_and_tried),
    ("the model's documents keep nobody out", documents.documents_keep_nobody_out),
    ("an analyst proposes a model, another person approves it, the service answers with it",
     office.another_person_approves),
]

# Who takes part beside the clients: role, and the name that is shown.
STAFF = {
    "adviser": ("adviser", "Camille Moreau"),
    "reviewer": ("adviser", "Amina Petit"),
    "analyst": ("analyst", "Louis Bernard"),
    "auditor": ("auditor", "Jeanne Robert"),
    "admin": ("admin", "Paul Durand"),
}

# Clients by what becomes of them here, as the model would decide.
REFUSED = ["looked", "overridden", "own", "scriptless", "keyboard", "disputed"]
GRANTED = ["applies", "twice"]


class Walk:
    """What journeys share: the service, the browser, who is who, and what was asked for."""

    def __init__(self, service, browser, folder, pictured=False):
        self.service, self.browser, self.folder, self.pictured = service, browser, folder, pictured
        self.asked, self.looked, self.faults = set(), 0, 0
        self.decisions, self.clients, self.models, self.runs = {}, {}, [], []
        self.feature = service.weightiest

    def prepare(self):
        """A second model, people for each language, and clients of whom each journey has its own."""
        service = self.service
        self.models = [service.first_model, service.ask("train", "--seed", "2", "--no-publish")["bundle"]]
        self.decisions = service.decisions()
        self.runs = [run["id"] for run in service.ask("models", "runs")["runs"]]
        refused = iter([c for c, (d, _) in self.decisions.items() if d == "refused" and c not in service.owned])
        granted = iter([c for c, (d, _) in self.decisions.items() if d == "granted" and c not in service.owned])
        for lang in LANGS:
            self.clients[lang] = {
                **{name: next(refused) for name in REFUSED},
                **{name: next(granted) for name in GRANTED},
            }
            for name, (role, full_name) in STAFF.items():
                service.add(f"{name}-{lang}", role, full_name)
            for name in ["own", "disputed"] if self.pictured else ["own", "scriptless", "keyboard"]:
                username = "client" if name == "own" else f"client-{name}"
                service.add(f"{username}-{lang}", "client", "Inès Adam", "--client", str(self.clients[lang][name]))

    def places(self, lang):
        """What stands in addresses."""
        run, other_run = self.runs
        places = {"feature": self.feature, "person": 1, "run": run, "other_run": other_run}
        return {**self.clients[lang], **places, "client": self.clients[lang]["looked"]}

    def person(self, name, lang):
        return f"{name}-{lang}"

    def note_request(self, request):
        self.asked.add((request.method, urlsplit(request.url).path))

    def picture_of_fault(self, page):
        self.faults += 1
        file = self.folder / f"fault-{self.faults}.png"
        try:
            page.screenshot(path=file, full_page=True)
            said = page.locator("h1, [role=alert], [role=status]").all_inner_texts()
            print(f"       at {page.url}, {file}: {said}", file=sys.stderr)
        except Exception as fault:  # The picture is no more than a help.
            print(f"       no picture: {fault}", file=sys.stderr)


def take(fact, journey, *arguments):
    """One journey, told. True if it went through."""
    began = time.monotonic()
    try:
        journey(*arguments)
    except Exception:
        traceback.print_exc()
        print(f"   FAILED  {fact}", file=sys.stderr, flush=True)
        return False
    print(f"   ok  {fact} ({time.monotonic() - began:.0f} s)", file=sys.stderr, flush=True)
    return True


def walk_all(walk, wanted):
    """Every journey whose name the wanted expression finds."""
    chosen = [(fact, journey) for fact, journey in JOURNEYS if re.search(wanted, fact)]
    passed = [take(f"{lang}: {fact}", journey, walk, lang) for fact, journey in chosen for lang in LANGS]
    if not wanted:
        passed.append(take("journeys did all that forms and links can ask for", pages.every_act_was_done, walk))
    return passed


def walk_sample(browser, program, folder, real):
    """The real sample, if it is at hand."""
    if real.why_not():
        print(f"   SKIPPED, the real sample was not walked: {real.why_not()}", file=sys.stderr)
        return []
    service = real.serve()
    try:
        walk = Walk(service, browser, folder)
        walk.decisions = service.decisions()
        return [take("fr: an adviser reads a real client", sample.adviser_reads_a_real_client, walk, "fr")]
    finally:
        service.stop()


def launch(playwright):
    """Debian's Chromium; it has no sandbox for root."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("no chromium on the PATH (script/test installs it)")
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.getuid() == 0 else [])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--screenshots", type=Path, help="only picture every page, into this folder")
    parser.add_argument("--only", default="", help="only journeys whose name this expression finds")
    wanted = parser.parse_args()
    expect.set_options(timeout=10_000)
    folder = Path(tempfile.mkdtemp(prefix="limpide-journeys-"))
    pictured = wanted.screenshots is not None
    real = None if pictured or wanted.only else sample.Sample(wanted.program, folder / "real")
    service, passed = None, [False]
    try:
        (folder / "demo").mkdir()
        service = Service(wanted.program, folder / "demo", 1000)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            walk = Walk(service, browser, folder, pictured)
            walk.prepare()
            service.start()
            if pictured:
                passed = [take("a picture of every page", pictures.take_all, walk, wanted.screenshots)]
            else:
                passed = walk_all(walk, wanted.only)
                if real:
                    passed += walk_sample(browser, wanted.program, folder, real)
                print(f"   {walk.looked} times a page was looked at from all sides", file=sys.stderr)
            browser.close()
        service.stop()
        service = None
    finally:
        if service:
            service.stop()
        if real:
            real.stop()
        if all(passed):
            shutil.rmtree(folder)
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
