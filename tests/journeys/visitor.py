"""Somebody in a browser of their own."""

from contextlib import contextmanager

from playwright.sync_api import expect

from words import words

DESK = {"width": 1280, "height": 900}
# Written by the browser itself where a request is refused, whatever the page makes of it.
REFUSED = "the server responded with a status of 4"


class Visitor:
    """A browser's window with cookies of its own; what the console says and what is asked for is noted."""

    def __init__(self, walk, lang, **options):
        self.walk, self.service, self.lang = walk, walk.service, lang
        options = {"viewport": DESK, "reduced_motion": "reduce", "color_scheme": "light", **options}
        self.context = walk.browser.new_context(
            base_url=walk.service.address, locale={"fr": "fr-FR", "en": "en-GB"}[lang], **options
        )
        self.context.set_default_timeout(10_000)
        self.said, self.refused = [], set()
        self.context.on("console", self.note)
        self.context.on("weberror", lambda error: self.said.append(("", str(error.error))))
        self.context.on("request", walk.note_request)
        self.context.on("response", self.note_refusal)
        self.page = self.context.new_page()

    def note(self, message):
        self.said.append((without_mark(message.location["url"]), f"{message.type}: {message.text}"))

    def note_refusal(self, response):
        """A page that says no is a page; what a page asks for beside it is not to be refused."""
        if 400 <= response.status < 500 and response.request.is_navigation_request():
            self.expects_refusal(response)

    def expects_refusal(self, response):
        """The console may tell of this one."""
        self.refused.add(without_mark(response.url))

    def words(self, key, **places):
        return words(self.lang, key, **places)

    def open(self, path):
        return self.page.goto(path)

    def sign_in(self, username):
        """Through the form; the language is chosen there and remembered."""
        page = self.page
        page.goto(f"/login?lang={self.lang}")
        page.locator("#username").fill(username)
        page.locator("#password").fill(self.service.passwords[username])
        page.get_by_role("button", name=self.words("sign-in"), exact=True).click()
        expect(page.locator("form[action='/logout']")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", self.lang)
        return self

    def sign_out(self):
        self.page.get_by_role("button", name=self.words("sign-out"), exact=True).click()
        expect(self.page.locator("#password")).to_be_visible()

    def press(self, key, within="main", **places):
        """Presses the button or link that bears these words."""
        name = self.words(key, **places)
        part = self.page.locator(within)
        part.get_by_role("button", name=name, exact=True).or_(
            part.get_by_role("link", name=name, exact=True)
        ).first.click()

    def goes(self, address):
        """By the links at the top of every page."""
        self.page.locator(f"header nav a[href='{address}']").click()

    def reads(self, key, within="main", **places):
        """Sees a text on the page."""
        expect(self.page.locator(within)).to_contain_text(self.words(key, **places))

    def fetches(self, path, **options):
        """What a program would be answered with this session."""
        return self.context.request.get(path, **options)

    def close(self):
        self.context.close()
        said = [words for url, words in self.said if not (REFUSED in words and url in self.refused)]
        if said:
            raise AssertionError(f"the console says: {said}")


def without_mark(url):
    """An address without the place on the page that it leads to."""
    return url.partition("#")[0]


@contextmanager
def visitor(walk, lang, username=None, **options):
    """A visitor, signed in if named. What the console said fails the journey at its end."""
    somebody = Visitor(walk, lang, **options)
    try:
        if username:
            somebody.sign_in(username)
        yield somebody
    except BaseException:
        walk.picture_of_fault(somebody.page)
        somebody.context.close()
        raise
    somebody.close()
