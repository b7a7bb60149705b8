"""A picture of every page, for the user guide: synthetic people, 1280 pixels wide, few colours and so small files."""

import io

from PIL import Image

import adviser
import client
import office
from looks import settle
from visitor import visitor
from words import LANGS, said

# Enough for text and charts; the files stay small. Of these, as many are the page's own most frequent ones.
COLOURS, EXACT = 64, 24
# What is longer is cut: the page goes on alike.
TALLEST = 2000
REASONS = "section:has(#reasons-heading)"


def whole(page):
    return {"x": 0, "y": 0, "width": 1280, "height": page.evaluate("document.documentElement.scrollHeight")}


def down_to(selector):
    """The page's top, to the end of one part."""

    def box(page):
        bottom = page.locator(selector).evaluate("e => e.getBoundingClientRect().bottom + scrollY")
        return {"x": 0, "y": 0, "width": 1280, "height": bottom + 16}

    return box


def parts(first, last):
    """From the top of one part to the end of another."""

    def box(page):
        measure = "e => { const b = e.getBoundingClientRect(); return [b.top + scrollY, b.bottom + scrollY]; }"
        top, _ = page.locator(first).evaluate(measure)
        _, bottom = page.locator(last).evaluate(measure)
        return {"x": 0, "y": top - 16, "width": 1280, "height": bottom - top + 32}

    return box


def open_reason(page):
    page.locator(".reasons summary").first.click()
    page.locator(".reasons .detail h4").first.wait_for()


def explore(page):
    adviser.compares_two_numbers(page)
    slider = page.locator("[data-slides]").first
    slider.evaluate("s => { s.value = s.min; s.dispatchEvent(new Event('input', {bubbles: true})) }")
    page.locator("#what-if-result .is-tried").wait_for()
    page.locator("#ways .button").click()
    page.locator("#ways:not(:has(.button))").wait_for()


def mistake(page):
    adviser.fill_application(page, 100001)
    page.locator("#field-AMT_INCOME_TOTAL").fill("beaucoup")
    page.locator("form.apply button.button-main").click()
    page.locator("#field-AMT_INCOME_TOTAL-fault").wait_for()


def result(page):
    adviser.fill_application(page, page.url.partition("#")[2] or 100001)
    page.locator("form.apply button.button-main").click()
    page.locator("#result .gauge-figure").wait_for()


def replay(page):
    page.locator("button[name=replay]").click()
    page.locator("main [role=status]").wait_for()


# Name, whose, address, what is done there, what is shown.
PICTURES = [
    ("sign-in", None, "/login", None, whole),
    ("clients", "adviser", "/?decision=refused&sort=-probability", None, whole),
    ("client", "adviser", "/clients/{overridden}", None, down_to(REASONS)),
    ("client-reason", "adviser", "/clients/{looked}", open_reason, parts(REASONS, REASONS)),
    ("client-explored", "adviser", "/clients/{looked}", explore, parts("#comparison", "#ways")),
    ("client-information", "adviser", "/clients/{looked}", None, parts("#information", "#information")),
    ("client-case", "adviser", "/clients/{overridden}", None, parts("#case", "#case")),
    ("application", "adviser", "/applications/new", mistake, whole),
    ("application-result", "adviser", "/applications/new", result, down_to("#result")),
    ("waiting", "reviewer", "/reviews", None, whole),
    ("review", "reviewer", "/clients/{disputed}", None, parts("#case", "#case")),
    ("own", "client", "/me", None, down_to(REASONS)),
    ("own-information", "client", "/me", None, parts("#information", "#information")),
    ("own-corrections", "client", "/me", None, parts("#corrections", "#corrections")),
    ("own-case", "client", "/me", None, parts("#case", "#case")),
    ("model", "analyst", "/model", None, whole),
    ("features", "analyst", "/model/features", None, whole),
    ("feature", "analyst", "/model/features/{feature}", None, whole),
    ("fairness", "analyst", "/model/fairness", None, whole),
    ("drift", "analyst", "/model/drift", None, whole),
    ("quality", "analyst", "/model/quality", None, whole),
    ("runs", "analyst", "/model/runs", None, whole),
    ("runs-compared", "analyst", "/model/runs/compare?run={run}&run={other_run}", None, whole),
    ("run", "analyst", "/model/runs/{run}", None, whole),
    ("versions", "admin", "/model/versions", None, whole),
    ("log", "auditor", "/audit", None, whole),
    ("entry", "auditor", "/audit/1", replay, whole),
    ("verify", "auditor", "/audit/verify", None, whole),
    ("agreement", "auditor", "/agreement", None, whole),
    ("people", "admin", "/people", None, whole),
    ("person", "admin", "/people/{person}", None, whole),
    ("keys", "admin", "/keys", None, whole),
    ("settings", "admin", "/settings", None, whole),
    ("glossary", "client", "/glossary", None, whole),
    ("accessibility", "client", "/accessibility", None, whole),
    ("api", None, "/api", None, whole),
    ("refused", "client", "/clients/{looked}", None, whole),
]

# What happens first, so that pages have something to show.
BEFORE = [
    adviser.departs_from_the_advice,
    client.has_an_item_corrected,
    client.contests_and_follows,
    office.admin_adds_a_person_and_gives_a_key,
]


def take_all(walk, folder):
    """Every picture in both languages; what is told of the sizes goes to the terminal."""
    bytes_in_all = 0
    for lang in LANGS:
        for journey in BEFORE:
            journey(walk, lang)
        contest(walk, lang)
    # Another analyst could approve it: one proposal waits.
    office.analyst_proposes(walk, LANGS[0])
    for lang in LANGS:
        (folder / lang).mkdir(parents=True, exist_ok=True)
        for who in dict.fromkeys(picture[1] for picture in PICTURES):
            username = walk.person(who, lang) if who else None
            with visitor(walk, lang, username) as somebody:
                end_tour(somebody)
                for name, _, address, prepare, box in (picture for picture in PICTURES if picture[1] == who):
                    somebody.open(address.format(**walk.places(lang)) + ("" if who else f"?lang={lang}"))
                    bytes_in_all += take(somebody.page, prepare, box, folder / lang / f"{name}.png")
    print(f"   {2 * len(PICTURES)} pictures, {bytes_in_all / 1e6:.1f} MB")


def contest(walk, lang):
    """A decision that waits for its second reviewer."""
    number = walk.clients[lang]["disputed"]
    with visitor(walk, lang, walk.person("adviser", lang)) as first:
        first.open(f"/clients/{number}")
        adviser.decides(first, "refused")
    with visitor(walk, lang, walk.person("client-disputed", lang)) as own:
        own.page.locator("#contest-text").fill(said(own, "contest"))
        own.press("contest", within="#case")
        own.reads("done-contest", within="#case")


def end_tour(somebody):
    if somebody.page.locator(".tour button").count():
        somebody.page.locator(".tour button").click()


def take(page, prepare, box, file):
    """One picture, in few colours; its size in bytes."""
    if prepare:
        prepare(page)
    page.locator("main h1").first.wait_for()
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    settle(page)
    clip = box(page)
    clip["height"] = min(clip["height"], TALLEST)
    seen = page.screenshot(full_page=True, clip=clip, animations="disabled")
    picture = Image.open(io.BytesIO(seen)).convert("RGB")
    picture.quantize(palette=palette(picture), dither=Image.Dither.NONE).save(file, optimize=True)
    return file.stat().st_size


def palette(picture):
    """The most frequent colours as they are, and what shades them best; none beside another that looks the same."""
    counted = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    frequent = [colour for _, colour in counted[: 8 * EXACT]]
    shades = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT).getpalette()
    chosen = []
    for most, colours in [(EXACT, frequent), (COLOURS, list(zip(shades[::3], shades[1::3], shades[2::3])))]:
        for colour in colours:
            apart = all(max(abs(a - b) for a, b in zip(colour, other)) > 7 for other in chosen)
            if apart and len(chosen) < most:
                chosen.append(colour)
    both = Image.new("P", (1, 1))
    both.putpalette([value for colour in chosen for value in colour])
    return both
