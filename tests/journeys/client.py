"""A client reads, has an item corrected, comments, contests, follows it, and takes everything away."""

from playwright.sync_api import expect

from adviser import decides, is_pdf
from looks import check
from visitor import visitor
from words import said


def reads(walk, lang):
    """The own page and nobody else's."""
    own, other = walk.clients[lang]["own"], walk.clients[lang]["looked"]
    with visitor(walk, lang, walk.person("client", lang)) as client:
        page = client.page
        assert page.url.endswith(f"/clients/{own}"), page.url
        decision, _ = walk.decisions[own]
        client.reads(f"own-{decision}", within=".card-decision")
        expect(page.locator("#information dl dd").first).to_be_visible()
        check(client, "the own page")
        page.locator(".reasons summary").first.click()
        expect(page.locator(".reasons .detail table").first).to_be_visible()
        assert page.locator(".formula").count() == 0, "no formula is shown to clients"
        for path in [f"/clients/{other}", "/", "/model", "/audit", "/people"]:
            client.open(path)
            assert str(other) not in page.locator("main").inner_text(), f"{path} shows another client"
            assert page.locator(".gauge").count() == 0 or page.url.endswith(f"/clients/{own}"), path


def has_an_item_corrected(walk, lang):
    """From the item to the request, to an adviser's answer, to reading it."""
    own = walk.clients[lang]["own"]
    with visitor(walk, lang, walk.person("client", lang)) as client:
        page = client.page
        correct = page.locator("#information a.correct").first
        correct.click()
        item = page.locator("#field").input_value()
        assert item and page.locator("#found").input_value(), "the item and what is written are filled in"
        page.locator("#expected").fill("42")
        client.press("correct-send", within="#corrections")
        assert page.locator("#why").evaluate("e => e.validity.valueMissing"), "the browser asks for the reason"
        page.locator("#why").fill(said(client, "correction"))
        client.press("correct-send", within="#corrections")
        client.reads("done-correction", within="#corrections")
        client.reads("correct-waits", within="#corrections")
        check(client, "the own page, a correction asked for")

        with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
            adviser.open("/reviews")
            adviser.page.locator(f"a[href^='/clients/{own}']").first.click()
            form = adviser.page.locator("#corrections form[action$='/answer']").first
            form.locator("label", has_text=adviser.words("answer-corrected")).click()
            form.locator("textarea").fill(said(adviser, "answer"))
            check(adviser, "a client who asks for a correction")
            adviser.press("answer-send", within="#corrections")
            adviser.reads("done-answer")
            expect(adviser.page.locator("#corrections a[href='#reopen']")).to_be_visible()

        client.open("/me")
        expect(page.locator("#corrections blockquote")).to_have_text(said(client, "answer"))
        client.reads("answer-corrected", within="#corrections")


def comments(walk, lang):
    with visitor(walk, lang, walk.person("client", lang)) as client:
        client.page.locator("#comment-text").fill(said(client, "comment"))
        client.press("comment", within="#case")
        client.reads("done-comment", within="#case")
        written = client.page.locator("#case .history blockquote").filter(has_text=said(client, "comment"))
        expect(written).to_have_count(1)


def contests_and_follows(walk, lang):
    """Refused by one adviser, contested, reversed by another one; the first may not answer it."""
    own = walk.clients[lang]["own"]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        adviser.open(f"/clients/{own}")
        adviser.press("reopen", within="#case")
        adviser.reads("done-proposal", within="#case")
        decides(adviser, "refused")

        with visitor(walk, lang, walk.person("client", lang)) as client:
            page = client.page
            page.locator("#contest-text").fill(said(client, "contest"))
            client.press("contest", within="#case")
            client.reads("done-contest", within="#case")
            client.reads("case-contested", within="#case")
            check(client, "the own page, contested")

            adviser.open(f"/clients/{own}")
            expect(adviser.page.locator("#case form[action$='/review']")).to_have_count(0)
            reviews(walk, lang, own)

            client.open("/me")
            client.reads("case-reviewed", within="#case")
            expect(page.locator("#case .history blockquote").filter(has_text=said(client, "answer"))).to_have_count(1)
            letter = page.locator("#case").get_by_role("link", name=client.words("letter-link-own"), exact=True)
            is_pdf(client, letter, lang)
            short = client.fetches("/me/letter")
            walk.asked.add(("GET", "/me/letter"))
            assert short.body().startswith(b"%PDF-")
            check(client, "the own page, answered")
            takes_everything(client, own)


def reviews(walk, lang, own):
    """The second reviewer finds it among what waits, and changes the decision."""
    with visitor(walk, lang, walk.person("reviewer", lang)) as reviewer:
        reviewer.goes("/reviews")
        reviewer.page.locator(f"a[href^='/clients/{own}']").first.click()
        reviewer.reads("review-words", within="#case")
        reviewer.page.locator("label[for=review-granted]").click()
        reviewer.page.locator("#review-reason").fill(said(reviewer, "answer"))
        check(reviewer, "a client who contests")
        reviewer.press("review", within="#case")
        reviewer.reads("done-review", within="#case")
        told = reviewer.words("event-reversed", verdict=reviewer.words("verdict-granted"))
        expect(reviewer.page.locator("#case .history")).to_contain_text(told)


def takes_everything(client, own):
    """One page to keep, that holds what was written, and is read by everybody."""
    with client.page.expect_download() as downloading:
        client.press("download-page", within="#corrections")
    kept = downloading.value.path()
    text = kept.read_text(encoding="utf-8")
    for part in [str(own), said(client, "contest")[:20], client.words("export-cases")]:
        assert part in text, f"{part} is not among what is kept"
    page = client.context.new_page()
    file = client.walk.folder / f"export-{client.lang}.html"
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri())
    first, client.page = client.page, page
    check(client, "everything that is kept")
    client.page = first
