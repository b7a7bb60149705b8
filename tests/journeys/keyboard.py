"""Keys alone, no mouse: the focus is always to be seen, and goes through the page as it is read."""

from playwright.sync_api import expect

from visitor import visitor

CONTEST = "Au clavier seul. By keyboard alone."
# Where the focus is, whether it is marked and in sight, and in which part of the page.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const ringed = n => {
    const style = getComputedStyle(n);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const seen = [e, ...(e.labels ?? [])].filter(n => n.getBoundingClientRect().width > 1);
  const marked = seen.find(ringed);
  const box = (marked ?? e).getBoundingClientRect();
  const card = e.closest('header, aside, section.card, nav.card, details.card, footer');
  const outside = e.matches('.skip') ? 'the skip link' : 'at ' + Math.round(box.top + scrollY);
  const place = card ? card.getBoundingClientRect() : box;
  return {
    what: e.outerHTML.slice(0, 140), marked: Boolean(marked),
    inSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    part: card ? card.id || card.getAttribute('aria-labelledby') || card.localName : outside,
    top: Math.round(place.top + scrollY), left: Math.round(place.left),
  };
}"""


def tab(page, back=False):
    """One step on; where it leads is marked and in sight."""
    page.keyboard.press("Shift+Tab" if back else "Tab")
    focus = page.evaluate(FOCUS)
    # A page that is long scrolls to what has the focus, and part of it may just be swapped.
    for _ in range(40):
        if not focus or focus["inSight"]:
            break
        page.wait_for_timeout(50)
        focus = page.evaluate(FOCUS)
    if focus:
        assert focus["marked"], f"the focus is not to be seen on {focus['what']}"
        assert focus["inSight"], f"the focus is out of sight on {focus['what']}"
    return focus


def tab_to(page, selector, most=400):
    """Steps on until something has the focus."""
    for _ in range(most):
        tab(page)
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} steps")


def walks_the_page(page, what):
    """From the first link to the last: no part is entered twice, and none lies before the one left."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges(); }")
    parts, steps = [], 0
    page.locator("body").evaluate("b => { b.tabIndex = -1; b.focus(); b.removeAttribute('tabindex'); }")
    while (focus := tab(page)) and steps < 600:
        steps += 1
        part = (focus["part"], focus["top"], focus["left"])
        if not parts or parts[-1][0] != part[0]:
            parts.append(part)
    names = [name for name, _, _ in parts]
    assert steps > 10, f"{what}: only {steps} steps"
    assert len(names) == len(set(names)), f"{what}: a part is entered twice: {names}"
    assert names[0] == "the skip link", names
    for (one, top, left), (other, top_2, left_2) in zip(parts[1:], parts[2:]):
        assert top_2 >= top - 2 or left_2 > left, f"{what}: {other} comes after {one}, and stands before it"
    return names


def signs_in(somebody, username):
    page = somebody.page
    somebody.open(f"/login?lang={somebody.lang}")
    tab_to(page, "#username")
    page.keyboard.type(username)
    tab_to(page, "#password")
    page.keyboard.type(somebody.service.passwords[username])
    page.keyboard.press("Enter")
    expect(page.locator("form[action='/logout']")).to_be_visible()


def skips_to_the_content(page):
    """The first step of every page."""
    page.reload()
    tab(page)
    assert page.evaluate("document.activeElement.matches('.skip')"), "the first step is the skip link"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    focus = tab(page)
    assert focus and page.evaluate("document.activeElement.closest('main') !== null"), focus


def adviser_by_keyboard(walk, lang):
    """Signs in, finds, opens a reason, compares, tries, asks for ways, decides and signs out."""
    client = walk.clients[lang]["keyboard"]
    with visitor(walk, lang) as adviser:
        page = adviser.page
        signs_in(adviser, walk.person("adviser", lang))
        skips_to_the_content(page)
        tab_to(page, "#q")
        page.keyboard.type(str(client))
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text(str(client))
        names = walks_the_page(page, "a client")
        assert "case" in names and "what-if" in names, names

        page.reload()
        tab_to(page, ".reasons summary")
        page.keyboard.press("Enter")
        expect(page.locator(".reasons .detail table").first).to_be_visible()
        tab_to(page, "#feature")
        for key in ["Space", "ArrowDown", "Enter"]:
            page.keyboard.press(key)
        expect(page.locator("#feature")).not_to_have_js_property("selectedIndex", 0)
        expect(page.locator("#feature")).to_be_focused()
        tab_to(page, "#what-if input[type=range]")
        page.keyboard.press("Home")
        expect(page.locator("#what-if-result .is-tried")).to_be_visible()
        tab_to(page, "#ways .button")
        page.keyboard.press("Enter")
        expect(page.locator("#ways .button")).to_have_count(0)
        tab_to(page, "input[name=verdict]")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        expect(page.locator("#decide-refused")).to_be_checked()
        tab_to(page, "#reason")
        page.keyboard.type(CONTEST)
        tab_to(page, "#case form[action$='/decision'] button")
        page.keyboard.press("Enter")
        adviser.reads("done-decision", within="#case")
        page.goto("/applications/new")
        walks_the_page(page, "an application")
        page.goto("/")
        tab_to(page, "form[action='/logout'] button")
        page.keyboard.press("Enter")
        expect(page.locator("#password")).to_be_visible()


def client_by_keyboard(walk, lang):
    """Reads the chart row by row, has an item corrected, comments, contests."""
    with visitor(walk, lang) as client:
        page = client.page
        signs_in(client, walk.person("client-keyboard", lang))
        skips_to_the_content(page)
        names = walks_the_page(page, "the own page")
        assert "case" in names and "information" in names, names
        page.reload()
        tab_to(page, "figure[data-walk]")
        page.keyboard.press("ArrowDown")
        expect(page.locator("figure[data-walk] [data-readout]")).not_to_be_empty()
        tab_to(page, ".term a")
        expect(page.locator(".term:focus-within [role=tooltip]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".term:focus-within [role=tooltip]")).to_be_hidden()
        tab_to(page, "a.correct")
        page.keyboard.press("Enter")
        expect(page.locator("#field")).not_to_have_value("")
        tab_to(page, "#why")
        page.keyboard.type(CONTEST)
        tab_to(page, "#corrections form button")
        page.keyboard.press("Enter")
        client.reads("done-correction", within="#corrections")
        tab_to(page, "#contest-text")
        page.keyboard.type(CONTEST)
        tab_to(page, "#case form[action$='/contest'] button")
        page.keyboard.press("Space")
        client.reads("done-contest", within="#case")
