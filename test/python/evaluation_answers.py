"""Writes test/data/evaluation.json: what scikit-learn and SciPy say of scores, folds and quantiles.

Usage: evaluation_answers.py OUT. The committed answers are of scikit-learn 1.9.1 and SciPy 1.17.1.
"""

import json
import sys

import numpy as np
from scipy import stats
from sklearn.impute import SimpleImputer
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, confusion_matrix
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

random = np.random.default_rng(20260711)


def scores(n, k, likeness):
    labels = random.integers(0, k, size=n)
    predicted = np.where(random.random(n) < likeness, labels, random.integers(0, k, size=n))
    return {
        "classes": k,
        "labels": labels.tolist(),
        "predicted": predicted.tolist(),
        "kappa": cohen_kappa_score(labels, predicted),
        "balanced_accuracy": balanced_accuracy_score(labels, predicted),
        "confusion": confusion_matrix(labels, predicted, labels=range(k)).tolist(),
    }


def folds(n, runs, width):
    """Drawn anew until no seed of the tree changes a prediction: on ties scikit-learn's choice is chance."""
    while True:
        x = random.normal(size=(n, width)).round(4)
        labels = (x[:, 0] + 0.7 * x[:, 1] + 0.5 * random.normal(size=n) > 0).astype(int)
        x[random.random((n, width)) < 0.15] = np.nan
        groups = random.integers(0, runs, size=n)
        predicted = [out_of_fold(x, labels, groups, seed).tolist() for seed in range(10)]
        if all(one == predicted[0] for one in predicted):
            break
    return {
        "rows": [[None if np.isnan(value) else value for value in row] for row in x.tolist()],
        "labels": labels.tolist(),
        "runs": groups.tolist(),
        "predicted": predicted[0],
    }


def out_of_fold(x, labels, groups, seed):
    rule = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True), DecisionTreeClassifier(max_depth=3, random_state=seed)
    )
    return cross_val_predict(rule, x, labels, groups=groups, cv=LeaveOneGroupOut())


quantiles = [
    {"probability": p, "degrees": d, "normal": stats.norm.ppf(p), "student": stats.t.ppf(p, d)}
    for p in (0.005, 0.025, 0.4, 0.5, 0.9, 0.975, 0.995)
    for d in (4, 7, 19, 199)
]
answers = {
    "scores": [scores(n, k, likeness) for n, k, likeness in [(40, 2, 0.8), (60, 3, 0.5), (90, 4, 0.9), (25, 2, 0.0)]],
    "folds": [folds(n, runs, width) for n, runs, width in [(60, 8, 3), (90, 12, 4), (150, 20, 2)]],
    "quantiles": quantiles,
    "clopper_pearson": [{"n": n, "low": stats.beta.ppf(0.025, n, 1)} for n in (5, 12, 40)],
}
with open(sys.argv[1], "w") as file:
    json.dump(answers, file)
    file.write("\n")
