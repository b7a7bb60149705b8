"""Writes what scikit-learn and scipy say of invented scores, ties included, for the metrics and calibrations.

    python metrics.py

Writes metrics.json and metrics_random.json beside this file. The second holds results alone: its 200 cases are
drawn by SplitMix64, which the Rust test draws from as well. DeLong's standard error is computed here from its definition:
the variances of the placements of each class, by comparing every default with every good.

Made with numpy 2.4, scikit-learn 1.9, scipy 1.17.
"""

import json
from pathlib import Path

import numpy
from scipy.optimize import minimize
from scipy.stats import ks_2samp, norm
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, average_precision_score, brier_score_loss, log_loss, roc_auc_score

HERE = Path(__file__).parent


def delong(p, y):
    positive, negative = p[y == 1], p[y == 0]
    wins = (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])
    of_positive, of_negative = wins.mean(axis=1), wins.mean(axis=0)
    return float(numpy.sqrt(of_positive.var(ddof=1) / len(positive) + of_negative.var(ddof=1) / len(negative)))


def calibration_error(p, y):
    """Ten groups of equal size by rising probability; tied clients share their mean label."""
    order = numpy.argsort(p, kind="stable")
    p, y = p[order], y[order].astype(float)
    for value in numpy.unique(p):
        y[p == value] = y[p == value].mean()
    n = len(p)
    groups = [slice(g * n // 10, (g + 1) * n // 10) for g in range(10)]
    return float(sum(abs((p[g] - y[g]).sum()) for g in groups) / n)


def platt(margins, y):
    """Maximum likelihood on the softened labels of Lin, Lin and Weng (2007)."""
    n1, n0 = (y == 1).sum(), (y == 0).sum()
    target = numpy.where(y == 1, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    loss = lambda w: (numpy.logaddexp(0, w[1] + w[0] * margins) - target * (w[1] + w[0] * margins)).sum()
    found = minimize(loss, [1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-13, "maxiter": 10_000})
    return [float(v) for v in found.x]


def optimal_cost(p, y):
    """The least cost of any threshold, a missed default 10, a refused good 1."""
    thresholds = numpy.append(numpy.unique(p), 2.0)
    return float(min((10 * (y[p < t] == 1).sum() + (y[p >= t] == 0).sum()) / len(y) for t in thresholds))


def case(name, seed, n, decimals):
    rng = numpy.random.default_rng(seed)
    margins = rng.normal(-2, 1.2, n)
    y = (rng.random(n) < 1 / (1 + numpy.exp(-1.3 * margins - 0.4))).astype(int)
    margins = numpy.round(margins, decimals)
    p = 1 / (1 + numpy.exp(-margins))
    isotonic = IsotonicRegression().fit(margins, y)
    return {
        "name": name, "margins": margins.tolist(), "probabilities": p.tolist(), "labels": y.tolist(),
        "auc": float(roc_auc_score(y, p)), "auc_standard_error": delong(p, y),
        "average_precision": float(average_precision_score(y, p)), "brier": float(brier_score_loss(y, p)),
        "log_loss": float(log_loss(y, p)), "ks": float(ks_2samp(p[y == 1], p[y == 0]).statistic),
        "accuracy_at_0.2": float(accuracy_score(y, p >= 0.2)), "calibration_error": calibration_error(p, y),
        "optimal_cost": optimal_cost(p, y), "isotonic": isotonic.predict(margins).tolist(), "platt": platt(margins, y),
    }


golden = [case("distinct scores", 1, 300, 12), case("many ties", 2, 400, 1), case("nearly all tied", 3, 150, 0)]
(HERE / "metrics.json").write_text(json.dumps(golden) + "\n")


def splitmix(seed):
    """Yields the numbers of Steele, Lea and Flood's SplitMix64."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        bits = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & mask
        yield bits ^ (bits >> 31)


def random_case(seed):
    """Two lists of probabilities of few to many levels, and labels that follow the first; two of each class at least."""
    draw = splitmix(seed)
    n = 20 + next(draw) % 181
    levels = [3, 10, 50, 1000, 1 << 40][next(draw) % 5]
    first, second, labels = [], [], []
    for row in range(n):
        a, b = next(draw) % levels, next(draw) % levels
        first.append((a + 1) / (levels + 2))
        second.append((a // 2 + b // 2 + 1) / (levels + 2))
        chance = (next(draw) >> 11) / 2**53
        labels.append(int(row < 2 or (row > 3 and chance < 0.7 * first[row])))
    return numpy.array(first), numpy.array(second), numpy.array(labels)


def delong_difference(p, q, y):
    """The difference of two AUCs and its standard error from the covariances of the placements, by definition."""
    def placements(p):
        positive, negative = p[y == 1], p[y == 0]
        wins = (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])
        return wins.mean(axis=1), wins.mean(axis=0)

    (p1, p0), (q1, q0) = placements(p), placements(q)
    s1, s0 = numpy.cov(p1, q1, ddof=1), numpy.cov(p0, q0, ddof=1)
    s = s1 / len(p1) + s0 / len(p0)
    contrast = numpy.array([1.0, -1.0])
    return float(p1.mean() - q1.mean()), float(numpy.sqrt(contrast @ s @ contrast))


def random_result(seed):
    p, q, y = random_case(seed)
    isotonic = IsotonicRegression().fit(p, y).predict(p)
    ranks = numpy.arange(1, len(p) + 1)
    difference, error = delong_difference(p, q, y)
    return [
        float(roc_auc_score(y, p)), delong(p, y), float(average_precision_score(y, p)), float(brier_score_loss(y, p)),
        float(log_loss(y, p)), float(ks_2samp(p[y == 1], p[y == 0]).statistic), float(accuracy_score(y, p >= 0.2)),
        calibration_error(p, y), float((ranks * isotonic).sum() / ranks.sum()), difference, error,
        float(2 * norm.sf(abs(difference / error))),
    ]


results = [random_result(seed) for seed in range(200)]
(HERE / "metrics_random.json").write_text("[\n" + ",\n".join(map(json.dumps, results)) + "\n]\n")
