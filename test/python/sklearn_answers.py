"""Writes test/data/sklearn.json.gz: seeded data sets, and what scikit-learn fits to them.

Usage: sklearn_answers.py OUT [FIRST_SEED] [COUNT]. Trees are DecisionTreeClassifier(random_state=0); `ties` says that
some node has several splits of the same quality, or that other seeds give another tree. Logistic match rates are those
of LogisticRegression (multinomial) and OneVsRestClassifier(LogisticRegression), both on standardised columns and run to
their optimum: at the default tolerance rows next to a boundary may still change sides.
"""

import gzip
import json
import sys
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.tree import DecisionTreeClassifier, export_text

KINDS = ["normal", "grid", "duplicates", "constants", "tiny gaps", "float32", "large", "imbalanced"]


def features(kind, n, p, random):
    x = random.normal(size=(n, p)).round(4)
    if kind == "grid":
        x = random.integers(0, 4, size=(n, p)).astype(float)
    elif kind == "duplicates":
        x = x[random.integers(0, max(2, n // 4), size=n)]
        x[:, 0] = x[:, 0].round(1)
    elif kind == "constants":
        x[:, :: 2] = 1.5
    elif kind == "tiny gaps":
        x = x.round(1) + random.integers(0, 4, size=(n, p)) * 0.5e-7
    elif kind == "float32":
        x = 1 + random.integers(0, 50, size=(n, p)) * 2.0**-26
    elif kind == "large":
        x = (random.normal(size=(n, p)) * 1e9).round(0)
    return x


def labels(kind, x, k, random):
    n, p = x.shape
    spread = x.std(0)
    z = (x - x.mean(0)) / np.where(spread > 0, spread, 1)
    scores = z @ random.normal(size=(p, k)) * random.choice([0.5, 2]) + random.gumbel(size=(n, k)) * random.choice([0.1, 1])
    if kind == "imbalanced":
        scores[:, 0] += 3
    return np.array([chr(ord("a") + label) * 3 for label in scores.argmax(1)])


def ties(x, y, depth):
    """Whether the best split of any node is not the only one of its quality, exactly or within rounding."""
    x = x.astype(np.float32)
    classes = np.unique(y)
    if depth == 0 or len(classes) < 2:
        return False
    found = []
    for feature in range(x.shape[1]):
        order = np.argsort(x[:, feature], kind="stable")
        value, label = x[order, feature], y[order]
        one_hot = (label[:, None] == classes).cumsum(0)
        for last in np.nonzero(value[1:] > value[:-1] + np.float32(1e-7))[0]:
            left, right = one_hot[last], one_hot[-1] - one_hot[last]
            proxy = (left**2).sum() / left.sum() + (right**2).sum() / right.sum()
            found.append((proxy, feature, last, value[last] / 2.0 + value[last + 1] / 2.0))
    if not found:
        return False
    found.sort(reverse=True)
    if len(found) > 1 and found[0][0] - found[1][0] <= 1e-9 * found[0][0]:
        return True
    goes_left = x[:, found[0][1]] <= found[0][3]
    return ties(x[goes_left], y[goes_left], depth - 1) or ties(x[~goes_left], y[~goes_left], depth - 1)


def answer(seed):
    random = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    depth = 1 + seed % 3
    n = int(random.choice([10, 14, 25, 40, 80, 160]))
    p = int(random.integers(1, 7))
    x = features(kind, n, p, random)
    y = labels(kind, x, int(random.integers(2, 5)), random)
    if len(np.unique(y)) < 2:
        y[0] = "zzz"
    classifier = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(x, y)
    others = [DecisionTreeClassifier(max_depth=depth, random_state=other).fit(x, y) for other in range(1, 6)]
    tree = classifier.tree_

    def shape(one):
        return one.tree_.feature.tolist(), one.tree_.threshold.tolist()

    spread = x.std(0)
    z = (x - x.mean(0)) / np.where(spread > 0, spread, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        multinomial = LogisticRegression(tol=1e-8, max_iter=10_000).fit(z, y).score(z, y)
        one_vs_rest = OneVsRestClassifier(LogisticRegression(tol=1e-8, max_iter=10_000)).fit(z, y).score(z, y)
    names = [f"feature {j}" for j in range(p)]
    return {
        "seed": seed,
        "kind": kind,
        "depth": depth,
        "x": x.tolist(),
        "y": y.tolist(),
        "ties": bool(ties(x, y, depth) or any(shape(other) != shape(classifier) for other in others)),
        "feature": tree.feature.tolist(),
        "threshold": tree.threshold.tolist(),
        "n": tree.n_node_samples.tolist(),
        "impurity": tree.impurity.tolist(),
        "counts": (tree.value[:, 0, :] * tree.n_node_samples[:, None]).round().astype(int).tolist(),
        "importances": classifier.feature_importances_.tolist(),
        "probabilities": classifier.predict_proba(x[:10]).tolist(),
        "text": export_text(classifier, feature_names=names, max_depth=depth),
        "match": float((classifier.predict(x) == y).mean()),
        "logistic": {"multinomial": multinomial, "one_vs_rest": one_vs_rest},
    }


out, first, count = sys.argv[1], int((sys.argv[2:] + ["0"])[0]), int((sys.argv[3:] + ["240"])[0])
answers = [answer(seed) for seed in range(first, first + count)]
with gzip.GzipFile(out, "wb", mtime=0) as file:
    file.write(json.dumps(answers, separators=(",", ":")).encode())
print(f"{len(answers)} data sets, {sum(one['ties'] for one in answers)} with ties")
