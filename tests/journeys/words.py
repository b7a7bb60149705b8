"""The dashboard's own words, so that journeys press what people read, in both languages."""

import re
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parents[2] / "crates/web/locales"
LANGS = ("fr", "en")


@cache
def texts(lang):
    """Every text of one line, by its key."""
    file = LOCALES / lang / "web.ftl"
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" = ", 1) for line in lines if re.match(r"[a-z][a-z0-9-]* = ", line))
    signs = lambda text: re.sub(r'\{ ?"\\u([0-9A-Fa-f]{4})" ?\}', lambda sign: chr(int(sign[1], 16)), text)
    return {key: signs(words.strip()) for key, words in pairs}


def words(lang, key, **places):
    """A text as people read it."""
    text = texts(lang)[key]
    for name, value in places.items():
        text = re.sub(r"\{ \$" + name + r" \}", str(value), text)
    return text
