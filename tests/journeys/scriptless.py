"""Without JavaScript: an adviser finds, reads, tries and decides, a client contests, colours are chosen."""

from playwright.sync_api import expect

from adviser import decides
from visitor import visitor


def adviser_reads_and_decides(walk, lang):
    client = walk.clients[lang]["scriptless"]
    with visitor(walk, lang, walk.person("adviser", lang), java_script_enabled=False) as adviser:
        page = adviser.page
        page.locator("#q").fill(str(client))
        adviser.press("search")
        expect(page.locator("h1")).to_contain_text(str(client))
        page.locator(".reasons summary").first.click()
        adviser.press("detail-show", within=".reasons")
        expect(page.locator(".reasons .detail table").first).to_be_visible()
        page.locator("#feature").select_option("AMT_INCOME_TOTAL")
        page.locator("#with").select_option("AMT_CREDIT")
        adviser.press("show", within="#comparison")
        expect(page.locator("#comparison .own-ring").first).to_be_visible()
        least = page.locator("#what-if input[type=range]").first.get_attribute("min")
        page.locator("#what-if input[inputmode=decimal]").first.fill(least)
        adviser.press("try", within="#what-if")
        expect(page.locator("#what-if-result .is-tried")).to_be_visible()
        adviser.press("ways-find", within="#ways")
        expect(page.locator("#ways .button")).to_have_count(0)
        page.locator("#filter").fill("zzzz")
        adviser.press("filter-button", within="#information")
        expect(page.locator("#information dl > div")).to_have_count(0)
        adviser.open(f"/clients/{client}")
        decides(adviser, "refused")

        page.get_by_role("button", name=adviser.words("colours-dark"), exact=True).click()
        expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
        adviser.open("/reviews")
        expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
        adviser.sign_out()


def client_contests(walk, lang):
    own = walk.clients[lang]["scriptless"]
    with visitor(walk, lang, walk.person("client-scriptless", lang), java_script_enabled=False) as client:
        page = client.page
        assert page.url.endswith(f"/clients/{own}"), page.url
        page.locator("#contest-text").fill("Une autre personne, s’il vous plaît.")
        client.press("contest", within="#case")
        client.reads("done-contest", within="#case")
        client.reads("case-contested", within="#case")
