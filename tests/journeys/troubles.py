"""What goes wrong in a day: two at once, a session that ends, the back button, a double click."""

from playwright.sync_api import expect

from adviser import fill_application
from looks import check
from visitor import visitor
from words import said


def two_advisers_decide_at_once(walk, lang):
    """The second is told, and keeps what was typed."""
    client = walk.clients[lang]["disputed"]
    with (
        visitor(walk, lang, walk.person("adviser", lang)) as first,
        visitor(walk, lang, walk.person("reviewer", lang)) as second,
    ):
        for adviser, verdict in [(first, "granted"), (second, "refused")]:
            adviser.open(f"/clients/{client}")
            adviser.page.locator(f"label[for=decide-{verdict}]").click()
            adviser.page.locator("#reason").fill(said(adviser, "doubt") + verdict)
        first.press("decide", within="#case")
        first.reads("done-decision", within="#case")
        second.press("decide", within="#case")
        expect(second.page.locator("#case-fault")).to_have_text(second.words("case-conflict"))
        expect(second.page.locator("#kept")).to_have_value(said(second, "doubt") + "refused")
        expect(second.page.locator("#case .history")).to_contain_text(said(first, "doubt") + "granted")
        check(second, "a client, decided by somebody else")


def session_ends_while_writing(walk, lang):
    """Signed out in another tab: what was typed is sent again after signing in there."""
    client = walk.clients[lang]["disputed"]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open(f"/clients/{client}")
        page.locator("#comment-text").fill(said(adviser, "recall"))
        ends_session(adviser)
        adviser.press("comment", within="#case")
        expect(page.locator("h1")).to_have_text(adviser.words("again"))
        expect(page.locator("main textarea")).to_have_value(said(adviser, "recall"))
        check(adviser, "a session that ended")
        signs_in_elsewhere(adviser, walk.person("adviser", lang))
        adviser.press("again-send")
        adviser.reads("done-comment", within="#case")
        expect(page.locator("#case .history blockquote").filter(has_text=said(adviser, "recall"))).to_have_count(1)


def session_ends_in_an_application(walk, lang):
    """Nothing of a long form is lost."""
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open("/applications/new")
        fill_application(page, walk.clients[lang]["disputed"])
        ends_session(adviser)
        adviser.press("apply-score")
        adviser.reads("again")
        check(adviser, "an application after the session ended")
        signs_in_elsewhere(adviser, walk.person("adviser", lang))
        page.locator("main button[type=submit]").click()
        expect(page.locator("#field-DAYS_BIRTH")).to_have_value("1984-05-17")
        expect(page.locator("#field-AMT_CREDIT")).to_have_value("450000")


def ends_session(somebody):
    tab = somebody.context.new_page()
    tab.goto("/glossary")
    tab.locator("form[action='/logout'] button").click()
    expect(tab.locator("#password")).to_be_visible()
    tab.close()


def signs_in_elsewhere(somebody, username):
    first, somebody.page = somebody.page, somebody.context.new_page()
    somebody.sign_in(username)
    somebody.page.close()
    somebody.page = first


def back_button_and_double_click_act_once(walk, lang):
    """A form that is sent twice, at once or after going back, is done once."""
    client = walk.clients[lang]["twice"]
    with visitor(walk, lang, walk.person("adviser", lang)) as adviser:
        page = adviser.page
        adviser.open(f"/clients/{client}")
        advised, _ = walk.decisions[client]
        page.locator(f"label[for=decide-{advised}]").click()
        page.locator("#reason").fill(said(adviser, "doubt"))
        page.locator("#case form[action$='/decision'] button[type=submit]").dblclick()
        told = page.locator("#case .history blockquote").filter(has_text=said(adviser, "doubt"))
        expect(told).to_have_count(1)
        page.go_back()
        again = page.locator("#case form[action$='/decision'] button[type=submit]")
        if again.count():
            page.locator("#reason").fill(said(adviser, "doubt"))
            again.click()
        page.goto(f"/clients/{client}")
        expect(told).to_have_count(1)

        page.locator("#comment-text").fill(said(adviser, "comment"))
        page.locator("#case form[action$='/comment'] button[type=submit]").dblclick()
        commented = page.locator("#case .history blockquote").filter(has_text=said(adviser, "comment"))
        expect(commented).to_have_count(1)
        page.goto(f"/clients/{client}")
        expect(commented).to_have_count(1)
        reopened = page.locator("#case form[action$='/proposal'] button")
        reopened.dblclick()
        adviser.reads("done-proposal", within="#case")
