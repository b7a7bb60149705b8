"""Those who answer for the model, for the log and for who may do what."""

import time

from playwright.sync_api import expect

from adviser import number
from looks import check
from visitor import visitor
from words import said


NEWCOMERS = {"fr": "Nina Faure", "en": "Nora O’Neil"}


def analyst_reads_the_model(walk, lang):
    """Model, costs, features, one feature, fairness, drift."""
    with visitor(walk, lang, walk.person("analyst", lang)) as analyst:
        page = analyst.page
        analyst.goes("/model")
        for part in ["analyst-board", "analyst-calibration", "analyst-importance"]:
            expect(page.get_by_role("heading", name=analyst.words(part), exact=True)).to_be_visible()
        before = page.locator("#cost-outcome dd").first.inner_text()
        page.locator("#missed").fill("30")
        expect(page.locator("#cost-outcome dd").first).not_to_have_text(before)
        after = page.locator("#cost-outcome dd").first.inner_text()
        assert number(after) < number(before), "dearer defaults lower the cheapest threshold"

        page.goto("/model/features")
        every = page.locator("main tbody tr").count()
        page.locator("#q").fill(walk.feature)
        analyst.press("search")
        found = page.locator("main tbody tr")
        assert 1 <= found.count() < every, "the search narrows"
        page.locator(f"main tbody a[href='/model/features/{walk.feature}']").click()
        expect(page.get_by_role("heading", name=analyst.words("feature-origin"), exact=True)).to_be_visible()
        page.goto("/model/fairness")
        expect(page.locator("main tbody tr").first).to_be_visible()
        page.goto("/model/quality")
        expect(page.locator("main tbody tr").first).to_be_visible()
        page.goto("/model/runs")
        for run in walk.runs:
            page.locator(f"input[name=run][value='{run}']").check()
        analyst.press("runs-compare-chosen")
        expect(page.locator("tr.differs").first).to_be_visible()
        page.goto("/model/drift")
        expect(page.get_by_role("heading", name=analyst.words("drift-summary"), exact=True)).to_be_visible()


def analyst_proposes(walk, lang):
    """Whoever proposes a model does not approve it, and nothing changes yet."""
    with visitor(walk, lang, walk.person("analyst", lang)) as analyst:
        page = analyst.page
        in_force = model_of(analyst)
        other = next(model for model in walk.models if model != in_force)
        analyst.open("/model/versions")
        page.locator(f"input[name=model][value^='{other}']").check()
        page.locator("#reason").fill(said(analyst, "model"))
        analyst.press("analyst-propose")
        expect(page.locator(".proposal").filter(has_text=analyst.words("analyst-open"))).to_have_count(1)
        assert page.locator(".proposal button[value=approve]").count() == 0, "nobody approves what they proposed"
        check(analyst, "a proposal to publish")
        assert model_of(analyst) == in_force, "a proposal changes nothing yet"
        return other


def another_person_approves(walk, lang):
    """A second person approves what was proposed, and the service answers with that model."""
    other = analyst_proposes(walk, lang)
    with visitor(walk, lang, walk.person("admin", lang)) as admin:
        page = admin.page
        admin.open("/model/versions")
        approve = page.locator(".proposal button[value=approve]")
        page.locator(".proposal").filter(has=page.locator("button[value=approve]")).locator("textarea").fill(said(admin, "model"))
        check(admin, "a proposal to answer")
        approve.click()
        expect(approve).to_have_count(0)
        until = time.monotonic() + 60
        while model_of(admin) != other:
            assert time.monotonic() < until, "the service does not answer with what was approved"
            time.sleep(0.2)
        admin.open("/model")
        expect(page.locator("footer code")).to_contain_text(other[:8])
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        told = adviser.fetches(f"/api/v1/clients/{walk.clients[lang]['looked']}/score")
        assert told.headers["x-limpide-model"] == other, told.headers


def model_of(somebody):
    """The hash of the model that answers."""
    return somebody.fetches("/api/v1/model").headers["x-limpide-model"]


def auditor_searches_verifies_and_replays(walk, lang):
    """An entry is found, the chain is whole, and the decision comes out again to the same bits."""
    client = walk.clients[lang]["overridden"]
    with visitor(walk, lang, walk.person("auditor", lang)) as auditor:
        page = auditor.page
        assert page.url.endswith("/audit"), f"an auditor begins at the log, not at {page.url}"
        page.locator("#client").fill(str(client))
        auditor.press("search")
        expect(page.locator("ol.history > li").first).to_be_visible()
        of_client = page.locator("ol.history > li").count()
        page.locator("#event").select_option(label=auditor.words("kind-proposed"))
        auditor.press("search")
        expect(page.locator("#client")).to_have_value(str(client))
        assert 1 <= page.locator("ol.history > li").count() < of_client, "the kind narrows what was found"
        check(auditor, "the log, searched")
        page.locator("ol.history li a").first.click()
        auditor.press("audit-replay")
        auditor.reads("replay-same")
        check(auditor, "an entry, replayed")

        page.goto("/audit")
        page.locator("#client").fill("199999")
        auditor.press("search")
        auditor.reads("audit-none")
        auditor.goes("/audit/verify")
        expect(page.locator("main .favour-tint")).to_be_visible()
        auditor.press("verify-again")
        expect(page.locator("main .favour-tint")).to_be_visible()
    told = walk.service.ask("audit", "verify")
    assert told["whole"] and told["entries"] > 0, told


def admin_adds_a_person_and_gives_a_key(walk, lang):
    """A mistake is told and nothing typed is lost; a password and a key work until they are taken back."""
    with visitor(walk, lang, walk.person("admin", lang)) as admin:
        adds_a_person(walk, admin)
        gives_a_key(admin)
        gives_an_adviser_clients(walk, admin)
        admin.open("/settings")
        expect(admin.page.locator("ul.settings li").first).to_be_visible()


def adds_a_person(walk, admin):
    page, username, full_name = admin.page, f"nadia-{admin.lang}", NEWCOMERS[admin.lang]
    if not walk.pictured:
        full_name += " “N” & <i>"
    admin.open("/people")
    page.locator("#full_name").fill(full_name)
    page.locator("#username").fill("nadia neil")
    admin.press("people-add")
    expect(page.locator("#fault")).to_have_text(admin.words("people-fault-username"))
    expect(page.locator("#full_name")).to_have_value(full_name)
    check(admin, "people, a mistake")
    page.locator("#username").fill(username)
    admin.press("people-add")
    told = page.locator("main p > code")
    expect(told).to_be_visible()
    walk.service.passwords[username] = told.inner_text()
    check(admin, "people, one added")
    with visitor(walk, admin.lang, username):
        page.goto("/people")
        page.get_by_role("link", name=full_name, exact=True).click()
        admin.press("people-sessions")
        admin.reads("people-done-sessions")
        admin.press("people-disable")
        admin.reads("people-done-disable")
    with visitor(walk, admin.lang) as refused:
        refused.open(f"/login?lang={admin.lang}")
        refused.page.locator("#username").fill(username)
        refused.page.locator("#password").fill(walk.service.passwords[username])
        refused.press("sign-in")
        expect(refused.page.locator("#fault")).to_have_text(refused.words("sign-in-fault"))
        expect(refused.page.locator("#password")).to_have_value("")
        check(refused, "a sign-in refused")


def gives_an_adviser_clients(walk, admin):
    """Who had every client sees these alone from then on."""
    page, clients = admin.page, walk.clients[admin.lang]
    walk.service.add(f"colleague-{admin.lang}", "adviser", f"Hugo Blanc {admin.lang}")
    admin.open("/people")
    page.get_by_role("link", name=f"Hugo Blanc {admin.lang}", exact=True).click()
    page.locator("#portfolio").select_option(label=admin.words("people-assigned"))
    admin.press("people-change-portfolio")
    admin.reads("people-done-portfolio")
    page.locator("#numbers").fill(f"{clients['looked']} 0")
    page.locator("button[name=act][value=add]").click()
    expect(page.locator("#numbers-fault")).to_be_visible()
    page.locator("#numbers").fill(str(clients["looked"]))
    page.locator("button[name=act][value=add]").click()
    expect(page.locator(f"input[name=client][value='{clients['looked']}']")).to_be_visible()
    check(admin, "a person with clients")
    with visitor(walk, admin.lang, f"colleague-{admin.lang}") as colleague:
        assert colleague.open(f"/clients/{clients['looked']}").status == 200
        assert colleague.open(f"/clients/{clients['own']}").status == 404


def gives_a_key(admin):
    page, name = admin.page, f"nightly-{admin.lang}"
    admin.open("/keys")
    page.locator("#name").fill(name)
    page.locator("#days").fill("30")
    admin.press("keys-add")
    expect(page.locator("#fault")).to_have_text(admin.words("keys-fault-scope"))
    expect(page.locator("#name")).to_have_value(name)
    page.locator("input[name=scope][value=read]").check()
    admin.press("keys-add")
    key = page.locator("main p > code").first.inner_text()
    check(admin, "keys, one made")
    with_key = {"Authorization": f"Bearer {key}"}
    anybody = admin.walk.browser.new_context(base_url=admin.service.address)
    assert anybody.request.get("/api/v1/model", headers=with_key).status == 200
    page.get_by_role("row", name=name).get_by_role("button").click()
    admin.reads("keys-done-revoke", name=name)
    until = time.monotonic() + 30
    while anybody.request.get("/api/v1/model", headers=with_key).status != 401:
        assert time.monotonic() < until, "a revoked key still opens"
        time.sleep(0.2)
    anybody.close()
