"""Pages for programmers and readers: the API tried on its page, the documents that go with a model."""

from playwright.sync_api import expect

from looks import check
from visitor import visitor

ROUTE = "#get-api-v1-clients-id-score"


def api_is_read_and_tried(walk, lang):
    """A link opens a route, Enter sends its form, and the answer is told; a wrong key is refused."""
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open("/api")
        page.locator(f"nav a[href='{ROUTE}']").click()
        expect(page.locator(f"{ROUTE}[open]")).to_be_visible()
        assert page.evaluate("document.activeElement.localName") == "summary"
        page.locator(f"{ROUTE}-id").press("Enter")
        status = page.locator(f"{ROUTE} [role=status]")
        expect(status).to_contain_text("200")
        expect(page.locator(f"{ROUTE} [data-text]")).to_contain_text('"probability"')
        expect(page.locator(f"{ROUTE} [data-headers]")).to_contain_text("content-type: application/json")
        page.locator("#key").fill("a key that nobody gave")
        with page.expect_response(lambda answer: answer.status == 401) as refused:
            page.locator(f"{ROUTE} button[type=submit]").click()
        adviser.expects_refusal(refused.value)
        expect(status).to_contain_text("401")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        check(adviser, "the API's page, all of it open")


def documents_keep_nobody_out(walk, lang):
    """The methodology and the model's card are pages too."""
    with visitor(walk, lang) as reader:
        for document in ["methodology", "model-card"]:
            out = walk.folder / f"{document}.{lang}.html"
            walk.service.ask("report", document, "--lang", lang, "--out", out)
            reader.open(out.as_uri())
            check(reader, document)
