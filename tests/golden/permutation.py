"""Permutation importance of a logistic regression, by scikit-learn, with the orders that it drew.

    python tests/golden/permutation.py > tests/golden/permutation.json

The values have few binary digits, so that f32 holds them as they are.
"""

import json

import numpy as np
import sklearn
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression

CLIENTS, FEATURES, REPEATS, SEED = 240, 4, 3, 11

random = np.random.RandomState(5)
x = np.round(random.normal(size=(CLIENTS, FEATURES)) * 64) / 64
margin = 0.9 * x[:, 0] - 0.6 * x[:, 1] + 0.2 * x[:, 2] - 0.7
y = (random.uniform(size=CLIENTS) < 1 / (1 + np.exp(-margin))).astype(int)
model = LogisticRegression().fit(x, y)
found = permutation_importance(
    model, x, y, scoring="roc_auc", n_repeats=REPEATS, random_state=SEED
)

# scikit-learn shuffles one list of places again and again, from one seed for all columns, and mixes up a column that
# was mixed up before: a repeat's order is what became of the places so far.
seed = np.random.RandomState(SEED).randint(np.iinfo(np.int32).max + 1)
shuffler = np.random.RandomState(seed)
shuffled, order = np.arange(CLIENTS), np.arange(CLIENTS)
orders = []
for _ in range(REPEATS):
    shuffler.shuffle(shuffled)
    order = order[shuffled]
    orders.append(order.tolist())

print(
    json.dumps(
        {
            "made_by": f"tests/golden/permutation.py, scikit-learn {sklearn.__version__}",
            "rows": x.tolist(),
            "labels": y.tolist(),
            "intercept": model.intercept_[0],
            "weights": model.coef_[0].tolist(),
            "orders": orders,
            "importances_mean": found.importances_mean.tolist(),
        }
    )
)
