"""Writes Venn-Abers intervals of invented clients, straight from the definition.

    python venn_abers.py

Writes venn_abers.json beside this file. For each margin asked for, scikit-learn's isotonic regression is fitted
twice on the calibrating clients and one more: as if that one had repaid, and as if it had not (Vovk and Petej,
"Venn-Abers predictors", UAI 2014). Where clients stand there several times, the one more counts as often.

Made with numpy 2.4, scikit-learn 1.9.
"""

import json
from pathlib import Path

import numpy
from sklearn.isotonic import IsotonicRegression

HERE = Path(__file__).parent


def interval(margins, y, repeats, margin):
    ends = []
    for label in (0, 1):
        weights = numpy.append(numpy.ones(len(y)), repeats)
        isotonic = IsotonicRegression().fit(numpy.append(margins, margin), numpy.append(y, label), weights)
        ends.append(round(float(isotonic.predict([margin])[0]), 15))
    return ends


def case(name, seed, n, decimals, slope, repeats=1):
    rng = numpy.random.default_rng(seed)
    clients = rng.normal(-1, 1.5, n)
    y = (rng.random(n) < 1 / (1 + numpy.exp(1 - slope * clients))).astype(int)
    margins = numpy.concatenate([numpy.round(clients + rng.normal(0, 0.2, n), decimals) for _ in range(repeats)])
    y = numpy.tile(y, repeats)
    known = numpy.unique(margins)
    between = (known[1:] + known[:-1]) / 2
    asked = numpy.sort(numpy.concatenate([[known[0] - 1, known[-1] + 1], known, between]))
    return {
        "name": name, "repeats": repeats, "margins": margins.tolist(), "labels": y.tolist(), "asked": asked.tolist(),
        "intervals": [interval(margins, y, repeats, margin) for margin in asked],
    }


golden = [
    case("distinct margins", 1, 60, 6, 1.2), case("ties", 2, 80, 1, 1.0), case("nearly all tied", 3, 60, 0, 0.7),
    case("no order", 4, 50, 2, 0.0), case("the wrong order", 5, 40, 1, -1.5), case("three repeats", 6, 25, 1, 1.0, 3),
]
(HERE / "venn_abers.json").write_text("[\n" + ",\n".join(map(json.dumps, golden)) + "\n]\n")
