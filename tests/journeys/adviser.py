"""An adviser: finds, reads, compares, tries, takes an application, decides, hands over the letter."""

import re

from playwright.sync_api import expect

from looks import check
from visitor import visitor
from words import said


def finds_and_reads(walk, lang):
    """Finds a client by number and by filters, reads the result and goes down to the rows behind a reason."""
    client = walk.clients[lang]["looked"]
    decision, probability = walk.decisions[client]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        expect(page.locator(".tour")).to_be_visible()
        check(adviser, "the first sign-in")
        adviser.press("tour-end", within=".tour")
        expect(page.locator(".tour")).to_have_count(0)

        # Number by number, where one stands.
        page.locator("#q").fill(str(client)[:-1])
        expect(page.locator("#found tbody tr").first).to_be_visible()
        expect(page.locator(f"#found a[href='/clients/{client}']")).to_be_visible()
        adviser.press("search")
        expect(page.locator(f"#found a[href='/clients/{client}']")).to_be_visible()
        adviser.press("search-clear")

        types_while_answers_are_slow(adviser, client)
        narrows(adviser)
        page.goto("/")
        page.locator("#q").fill(str(client))
        page.locator("#q").press("Enter")
        expect(page.locator("h1")).to_contain_text(str(client))
        says_what_the_program_says(adviser, client, decision, probability)
        goes_down_to_rows(adviser)
        check(adviser, "a client, with the rows behind a reason")


def types_while_answers_are_slow(adviser, client):
    """What is typed while an answer is under way is asked after it; who leaves meanwhile leaves no fault."""
    page = adviser.page
    network = adviser.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", slow)
    page.locator("#q").press_sequentially(str(client), delay=300)
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page.locator(f"#found a[href='/clients/{client}']")).to_be_visible()
    with page.expect_request(lambda asked: asked.is_navigation_request() is False):
        page.locator("#q").fill(str(client)[:-1])
    page.goto("/")
    network.send("Network.emulateNetworkConditions", {**slow, "latency": 0})
    network.detach()


def narrows(adviser):
    """By recommendation, then the riskiest first, page by page."""
    page = adviser.page
    summary = page.locator("form[role=search] summary")
    if not page.locator("select[name=decision]").is_visible():
        summary.click()
    page.locator("select[name=decision]").select_option("refused")
    page.locator("select[name=sort]").select_option("-probability")
    adviser.press("search")
    refused = adviser.words("decision-refused-short")
    rows = page.locator("#found tbody tr")
    expect(rows.first).to_be_visible()
    assert all(refused in row for row in rows.all_inner_texts()), "only refused clients were asked for"
    risks = [number(cell) for cell in page.locator("#found tbody td.number:nth-of-type(2)").all_inner_texts()]
    assert risks == sorted(risks, reverse=True), f"the riskiest come first: {risks}"
    first = rows.first.inner_text()
    adviser.press("page-next")
    expect(page.locator(f"a.button:text-is('{adviser.words('page-first')}')")).to_be_visible()
    assert rows.first.inner_text() != first, "the next page shows others"


def number(text):
    """The number at the beginning of a text, as it is written in either language."""
    found = re.search(r"-?\d+(?:[.,]\d+)?", text.replace("−", "-"))
    return float(found[0].replace(",", "."))


def says_what_the_program_says(adviser, client, decision, probability):
    """Page, API and command line tell of the same decision."""
    page = adviser.page
    expect(page.locator(".verdict").first).to_contain_text(adviser.words(f"decision-{decision}"))
    shown = number(page.locator(".gauge-figure").text_content())
    assert abs(shown - 100 * probability) <= 0.0501, f"{shown} is shown for {probability}"
    answer = adviser.fetches(f"/api/v1/clients/{client}/score").json()
    assert answer["decision"] == decision and answer["probability"] == probability, answer


def goes_down_to_rows(adviser):
    """From a reason to its items, from an item to the rows that it was computed of."""
    page = adviser.page
    page.locator(".reasons summary").first.click()
    detail = page.locator(".reasons .detail").first
    expect(detail.locator("table").first).to_be_visible()
    expect(detail.locator("h4")).to_contain_text(adviser.words("detail-source"))
    other = detail.locator("tbody th a")
    if other.count():
        name = other.first.inner_text()
        other.first.click()
        expect(detail.locator("tr.current th")).to_contain_text(name)
    detail.locator(".formula summary").click()
    expect(detail.locator(".formula code")).not_to_be_empty()


def explores(walk, lang):
    """Compares, looks at similar clients, tries changes, asks for ways to a yes; the page stays."""
    client = walk.clients[lang]["looked"]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open(f"/clients/{client}")
        opened = page.evaluate("performance.timeOrigin")
        compares_two_numbers(page)
        page.locator("label[for=among-similar]").click()
        expect(page.locator("#among-similar")).to_be_checked()
        expect(page.locator("#comparison figcaption")).to_be_visible()
        page.locator("#filter").fill("zzzz")
        choose(page, "#information-values", "#information select[name=place]", "similar")
        expect(page.locator("#information select[name=place]")).to_have_value("similar")
        expect(page.locator("#filter")).to_have_value("zzzz")
        expect(page.locator("#information dl > div:visible")).to_have_count(0)
        expect(page.locator("#filter-count")).to_have_text(page.locator("#filter-count").get_attribute("data-none"))
        page.locator("#filter").fill("")
        page.locator("#similar summary").first.click()
        expect(page.locator("#similar tbody tr").first).to_be_visible()

        before = page.locator("#what-if-result .tried strong").inner_text()
        slider = page.locator("[data-slides]").first
        slider.evaluate("s => { s.value = s.min; s.dispatchEvent(new Event('input', {bubbles: true})) }")
        expect(page.locator("#what-if-result .is-tried")).to_be_visible()
        assert page.locator("#what-if-result .tried strong").inner_text() != before, "a smaller loan changes the risk"
        page.locator("#what-if input[inputmode=decimal]").first.fill("beaucoup")
        adviser.reads("try-faults", within="#what-if-result")
        expect(page.locator("#what-if .fault:not(:empty)")).to_have_count(1)
        expect(page.locator("#what-if [aria-invalid=true]")).to_have_count(1)
        adviser.press("try-reset", within="#what-if")
        adviser.reads("try-nothing", within="#what-if-result")
        expect(page.locator("#what-if [aria-invalid]")).to_have_count(0)
        opened = page.evaluate("performance.timeOrigin")

        adviser.press("ways-find", within="#ways")
        expect(page.locator("#ways .button")).to_have_count(0)
        check(adviser, "a client, explored")
        assert page.evaluate("performance.timeOrigin") == opened, "parts are swapped, the page stays"
        way = page.locator("#ways ol a")
        if way.count():
            way.first.click()
            expect(page.locator("#what-if-result .is-tried")).to_be_visible()
            adviser.reads("decision-granted", within="#what-if-result")


def choose(page, part, select, value):
    """Chooses, and waits until the part that this changes was swapped."""
    page.locator(part).evaluate("part => part.dataset.former = ''")
    page.locator(select).select_option(value)
    expect(page.locator(f"{part}:not([data-former])")).to_be_visible()


def compares_two_numbers(page):
    """Two items that every client of this recipe has."""
    for name, value in [("#feature", "AMT_INCOME_TOTAL"), ("#with", "AMT_CREDIT")]:
        choose(page, "#comparison-shown", name, value)
    expect(page.locator("#comparison .own-ring").first).to_be_visible()


def fill_application(page, client):
    """What a form needs and a little more; which fields there are is the recipe's to say."""
    page.locator("#client").fill(str(client))
    for select in page.locator("form.apply select[required]").all():
        select.select_option(index=1)
    for field, value in [
        ("AMT_CREDIT", "450000"),
        ("AMT_GOODS_PRICE", "450000"),
        ("AMT_ANNUITY", "24000"),
        ("AMT_INCOME_TOTAL", "150000"),
        ("DAYS_BIRTH", "1984-05-17"),
        ("DAYS_EMPLOYED", "2015-09-01"),
        ("EXT_SOURCE_2", "0.55" if page.locator("html").get_attribute("lang") == "en" else "0,55"),
    ]:
        page.locator(f"#field-{field}").fill(value)


def takes_an_application(walk, lang):
    """From an empty form through a mistake to a result and a case on it; then decides and hands over the letter."""
    client = walk.clients[lang]["applies"]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open("/")
        adviser.goes("/applications/new")
        adviser.press("apply-score")
        expect(page.locator(".apply-faults")).to_be_visible()
        check(adviser, "an application without what is needed")
        fill_application(page, client)
        page.locator("#field-AMT_INCOME_TOTAL").fill("beaucoup")
        adviser.press("apply-score")
        expect(page.locator("#field-AMT_INCOME_TOTAL-fault")).to_be_visible()
        expect(page.locator("#field-AMT_INCOME_TOTAL")).to_have_value("beaucoup")
        expect(page.locator("#field-DAYS_BIRTH")).to_have_value("1984-05-17")
        page.locator("#field-AMT_INCOME_TOTAL").fill("150000")
        adviser.press("apply-score")
        expect(page.locator("#result .gauge-figure")).to_be_visible()
        check(adviser, "an application's result")
        page.locator("#result button[name=act]").click()
        page.wait_for_url(f"**/clients/{client}*")
        expect(page.locator("#case .history li").first).to_be_visible()
        decides(adviser, "granted", said(adviser, "reason"))
        gets_papers(adviser, client)


def decides(adviser, verdict, reason=""):
    """Decides on the client whose page is open; asked for a reason where there is none and one is needed."""
    page = adviser.page
    page.locator(f"label[for=decide-{verdict}]").click()
    page.locator("#reason").fill(reason)
    adviser.press("decide", within="#case")
    adviser.reads("done-decision", within="#case")
    if reason:
        expect(page.locator("#case .history blockquote").last).to_have_text(reason)


def departs_from_the_advice(walk, lang):
    """Grants where refusal is suggested: is asked why, says so, and the history tells it."""
    client = walk.clients[lang]["overridden"]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open(f"/clients/{client}")
        adviser.reads("decision-refused", within=".card-decision")
        page.locator("label[for=decide-granted]").click()
        adviser.press("decide", within="#case")
        expect(page.locator("#case-fault")).to_have_text(adviser.words("case-needs-reason"))
        expect(page.locator("#decide-granted")).to_be_checked()
        check(adviser, "a client, asked for a reason")
        decides(adviser, "granted", said(adviser, "reason"))
        told = adviser.words("event-overridden", verdict=adviser.words("verdict-granted"))
        expect(page.locator("#case .history")).to_contain_text(told)
        check(adviser, "a client, decided")
        gets_papers(adviser, client)
        if not walk.pictured:
            notes_the_outcome(adviser)


def gets_papers(adviser, client):
    """Letter and file for the record: links of the page, and PDF files that are not empty."""
    for key, paper in [("letter-link", "letter"), ("record-link", "record")]:
        link = adviser.page.locator("#case").get_by_role("link", name=adviser.words(key), exact=True)
        assert link.get_attribute("href") == f"/clients/{client}/{paper}"
        is_pdf(adviser, link, adviser.lang)


def is_pdf(somebody, link, lang):
    """What a link leads to, kept as a file."""
    address = link.get_attribute("href")
    somebody.walk.asked.add(("GET", address))
    with somebody.page.expect_download() as downloading:
        link.evaluate("a => { a.download = ''; a.click() }")
    file = downloading.value.path().read_bytes()
    assert file.startswith(b"%PDF-") and len(file) > 10_000, f"{address}: {file[:20]}"
    answer = somebody.fetches(address)
    assert answer.headers["content-language"] == lang, answer.headers


def notes_the_outcome(adviser):
    """Later: what became of the credit."""
    adviser.page.locator("label[for=outcome-repaid]").click()
    adviser.press("outcome-note", within="#case")
    adviser.reads("done-outcome", within="#case")
