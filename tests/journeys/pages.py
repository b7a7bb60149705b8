"""Every page of the dashboard and who looks at it; the one list that pages are checked and pictured from."""

import re
from pathlib import Path

from playwright.sync_api import expect

from looks import check
from visitor import visitor

ROUTER = Path(__file__).parents[2] / "crates/web/src/router.rs"

# Route, address, status. In addresses stand a client, one without an account, a feature, an entry and a person.
PAGES = {
    "nobody": [
        ("/login", "/login", 200),
        ("/accessibility", "/accessibility", 200),
        ("/glossary", "/glossary", 200),
        ("/api", "/api", 200),
        (None, "/nothing/here", 404),
    ],
    "adviser": [
        ("/", "/", 200),
        ("/", "/?q=10000", 200),
        ("/", "/?decision=refused&sort=-probability", 200),
        ("/", "/?q=abc", 200),
        ("/clients/{id}", "/clients/{client}", 200),
        ("/clients/{id}", "/clients/199999", 404),
        ("/applications/new", "/applications/new", 200),
        ("/reviews", "/reviews", 200),
        ("/people", "/people", 403),
    ],
    "client": [
        ("/me", "/me", 200),
        ("/clients/{id}", "/clients/{client}", 404),
    ],
    "analyst": [
        ("/", "/", 200),
        ("/clients/{id}", "/clients/{client}", 200),
        ("/reviews", "/reviews", 200),
        ("/model", "/model", 200),
        ("/model/features", "/model/features", 200),
        ("/model/features/{name}", "/model/features/{feature}", 200),
        ("/model/fairness", "/model/fairness", 200),
        ("/model/drift", "/model/drift", 200),
        ("/model/quality", "/model/quality", 200),
        ("/model/runs", "/model/runs", 200),
        ("/model/runs/{id}", "/model/runs/{run}", 200),
        ("/model/runs/compare", "/model/runs/compare?run={run}&run={other_run}", 200),
        ("/model/versions", "/model/versions", 200),
        ("/agreement", "/agreement", 200),
    ],
    "auditor": [
        ("/audit", "/audit", 200),
        ("/audit/{sequence}", "/audit/1", 200),
        ("/audit/verify", "/audit/verify", 200),
        ("/clients/{id}", "/clients/{client}", 200),
        ("/reviews", "/reviews", 200),
        ("/agreement", "/agreement", 200),
        ("/model", "/model", 200),
    ],
    "admin": [
        ("/people", "/people", 200),
        ("/people/{id}", "/people/{person}", 200),
        ("/keys", "/keys", 200),
        ("/settings", "/settings", 200),
        ("/model", "/model", 200),
        ("/model/versions", "/model/versions", 200),
    ],
}

# Routes that are no pages: what journeys send to, or keep.
ACTS = [
    "/answer",
    "/appearance",
    "/applications/new",
    "/clients/{id}/letter",
    "/clients/{id}/record",
    "/comment",
    "/contest",
    "/correction",
    "/decision",
    "/keys",
    "/keys/revoke",
    "/logout",
    "/me/letter",
    "/model/versions/proposals",
    "/model/versions/proposals/{number}",
    "/outcome",
    "/people",
    "/people/{id}",
    "/people/{id}/clients",
    "/proposal",
    "/review",
    "/tour",
]

# A provider of sign-ins is stood in for in the web crate's tests.
ELSEWHERE = ["/login/provider", "/login/provider/callback"]


def routes_of_the_code():
    """The first argument of each `route(…)` that is the dashboard's; a case's acts stand below a client there."""
    code = ROUTER.read_text(encoding="utf-8")
    routes = {found[1] for found in re.finditer(r'\.route\(\s*"([^"]+)"', code)}
    assert len(routes) > 20, routes
    return {route for route in routes if not re.match(r"/(api/v1|assets|healthz|readyz|metrics)", route)}


def every_route_is_known(walk, lang):
    """A route of the router that stands in no list above fails; so does one of a list that the router lost."""
    del walk, lang
    listed = {route for pages in PAGES.values() for route, _, _ in pages if route}
    known = listed | set(ACTS) | set(ELSEWHERE)
    routes = routes_of_the_code()
    assert not routes - known, f"{sorted(routes - known)} need a line in tests/journeys/pages.py"
    assert not known - routes, f"{sorted(known - routes)} stand in tests/journeys/pages.py, and not in router.rs"


def every_act_was_done(walk):
    """At the end: journeys asked for each route that is no page."""
    for route in ACTS:
        form = re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(route)) + "$")
        method = {"/clients/{id}/letter": "GET", "/clients/{id}/record": "GET", "/me/letter": "GET"}.get(route, "POST")
        done = [path for of, path in walk.asked if of == method and form.search(path)]
        assert done, f"no journey does {method} {route}"


def open_page(somebody, address, status):
    answer = somebody.open(address)
    assert answer.status == status, f"{address} is answered {answer.status}, not {status}"
    expect(somebody.page.locator("main h1").first).to_be_visible()


def everybody_sees_their_pages(walk, lang):
    """Every page of every role."""
    for role, pages in PAGES.items():
        username = None if role == "nobody" else walk.person(role, lang)
        with visitor(walk, lang, username) as somebody:
            if username is None:
                somebody.open(f"/?lang={lang}")
            for _, address, status in pages:
                open_page(somebody, address.format(**walk.places(lang)), status)
                check(somebody, f"{address} of {role}")
