"""Writes the default rates of nearest neighbours as scikit-learn finds them.

    python neighbours.py

Writes neighbours.json beside this file.

Clients have four numbers, some missing: those stand at the median of the known ones. Numbers are
centred by the mean and scaled by the standard deviation of the known ones, and rounded to f32, as
the product keeps them. Distances are scikit-learn's, by brute force in f64. No client is so near the
edge of a neighbourhood that rounding could decide: the script checks it.

Made with numpy 2.4, scikit-learn 1.9.
"""

import json
import pathlib

import numpy as np
from sklearn.neighbors import NearestNeighbors

rng = np.random.default_rng(20261122)
n_clients, n_queries = 600, 60


def drawn(n):
    numbers = np.column_stack([
        rng.beta(3, 3, n),
        rng.beta(5, 4, n),
        rng.beta(4, 3, n),
        rng.gamma(9, 2.5, n),
    ])
    missing = rng.random(numbers.shape) < [0.5, 0.02, 0.2, 0.01]
    return np.where(missing, np.nan, numbers)


clients, queries = drawn(n_clients), drawn(n_queries)
risk = 1 / (1 + np.exp(4 * np.nan_to_num(clients[:, 1], nan=0.5) - 0.5))
labels = (rng.random(n_clients) < risk).astype(int)

centre, scale = np.nanmean(clients, axis=0), np.nanstd(clients, axis=0)
fill = np.nanmedian(clients, axis=0)


def places(numbers):
    known = np.where(np.isnan(numbers), fill, numbers)
    return ((known - centre) / scale).astype(np.float32).astype(np.float64)


cases = []
for k in (1, 7, 30, 200):
    model = NearestNeighbors(n_neighbors=k + 1, algorithm="brute", metric="euclidean")
    model.fit(places(clients))
    distances, found = model.kneighbors(places(queries))
    gaps = distances[:, k] - distances[:, k - 1]
    assert gaps.min() > 1e-7, f"k {k}: a neighbourhood without a clear edge, {gaps.min()}"
    cases.append({"k": k, "rates": labels[found[:, :k]].mean(axis=1).tolist()})


def listed(numbers):
    return [[None if np.isnan(number) else number for number in row] for row in numbers]


out = {
    "clients": listed(clients),
    "labels": labels.tolist(),
    "queries": listed(queries),
    "cases": cases,
}
path = pathlib.Path(__file__).with_name("neighbours.json")
path.write_text(json.dumps(out) + "\n")
print(path, [float(np.mean(case["rates"])) for case in cases])
