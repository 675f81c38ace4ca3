"""scikit-learn doing the work of fits/evaluation.ts: the same folds, rules and permutations, on two processors."""

import json
import sys
import time
import warnings

import numpy
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

JOBS = 2

order = json.loads(sys.argv[1])
x = numpy.fromfile(order["x"], dtype="<f8").reshape(order["rows"], order["columns"])
y = numpy.fromfile(order["y"], dtype="<i4")
runs = numpy.arange(order["rows"]) // order["rowsOfRun"]


def tree():
    return DecisionTreeClassifier(max_depth=order["depth"], random_state=0)


def logistic():
    return make_pipeline(StandardScaler(), OneVsRestClassifier(LogisticRegression()))


def blocks(runs):
    _, numbers = numpy.unique(runs, return_inverse=True)
    edges = numpy.ceil(numpy.arange(6) * (numbers.max() + 1) / 5)
    for low, high in zip(edges, edges[1:]):
        test = (numbers >= low) & (numbers < high)
        yield numpy.flatnonzero(~test), numpy.flatnonzero(test)


def walk_forward(runs):
    _, numbers = numpy.unique(runs, return_inverse=True)
    edges = numpy.ceil(numpy.arange(5, 11) * (numbers.max() + 1) / 10)
    for low, high in zip(edges, edges[1:]):
        yield numpy.flatnonzero(numbers < low), numpy.flatnonzero((numbers >= low) & (numbers < high))


def matches(make, labels, rows, fold):
    train, test = fold
    x_rows = x[rows]
    rule = make().fit(x_rows[train], labels[train])
    found = (rule.predict(x_rows[test]) == labels[test]).sum()
    return found + (rule.predict(x_rows[train]) == labels[train]).mean() / 10


def evaluate(make, permutations, most, parallel):
    every = numpy.arange(len(y))
    shifted = numpy.roll(y, len(y) // 2)
    folds = [*blocks(runs), *walk_forward(runs)]
    scores = parallel(delayed(matches)(make, labels, every, fold) for labels in (y, shifted) for fold in folds)
    make().fit(x, shifted).predict(x)
    step = max(1, len(y) // most)
    part = every[::step]
    part_folds = list(blocks(runs[part]))

    def statistic(labels):
        return sum(matches(make, labels, part, fold) for fold in part_folds)

    shifts = numpy.linspace(1, len(part) - 1, permutations).astype(int)
    own, *others = parallel(delayed(statistic)(numpy.roll(y[part], shift)) for shift in (0, *shifts))
    return sum(scores[:5]) / len(y), sum(other >= own for other in others)


warnings.filterwarnings("ignore")
with Parallel(n_jobs=JOBS) as parallel:
    # The processes that it starts are not what is measured.
    parallel(delayed(matches)(tree, y, numpy.arange(len(y)), fold) for fold in blocks(runs))
    started = time.perf_counter()
    match, _ = evaluate(tree, 199, 1000, parallel)
    evaluate(logistic, 99, 500, parallel)
    seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "match": float(match)}))
