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


# What people write, and signs that must survive every form.
SAID = {
    "reason": {
        "fr": "Un emploi stable depuis mars, que le dossier ne montre pas encore.",
        "en": "A steady job since March, which the file does not show yet.",
    },
    "doubt": {"fr": "Trop d’incertitude pour ce montant.", "en": "Too uncertain for this amount."},
    "correction": {
        "fr": "Cette information date de l’an dernier.",
        "en": "This item is from last year.",
    },
    "comment": {"fr": "Je passerai à l’agence vendredi.", "en": "I shall come to the branch on Friday."},
    "contest": {
        "fr": "J’ai signé un contrat permanent en mars ; mon dossier n’en tient pas compte.",
        "en": "I signed a permanent contract in March; my file does not say so.",
    },
    "answer": {"fr": "Vérifié sur la pièce fournie.", "en": "Checked against the paper provided."},
    "recall": {"fr": "Rappeler lundi.", "en": "Call back on Monday."},
    "model": {"fr": "Meilleure calibration sur les nouveaux clients.", "en": "Better calibrated on new clients."},
}
TRICKY = " “É” & <b>'\" 🙂 שלום"


def said(visitor, name):
    """What somebody writes in their language; in a picture without the signs that are only there to be tried."""
    text = SAID[name][visitor.lang]
    return text if visitor.walk.pictured else text + TRICKY
