"""scikit-learn's tree on the same data set, as fits/tree.ts: same order, same answer."""

import json
import sys
import time

import numpy
from sklearn.tree import DecisionTreeClassifier

TIMES = 3

order = json.loads(sys.argv[1])
x = numpy.fromfile(order["x"], dtype="<f8").reshape(order["rows"], order["columns"])
y = numpy.fromfile(order["y"], dtype="<i4")
seconds = []
for _ in range(TIMES):
    tree = DecisionTreeClassifier(max_depth=order["depth"], random_state=0)
    started = time.perf_counter()
    tree.fit(x, y)
    seconds.append(time.perf_counter() - started)
print(json.dumps({"seconds": min(seconds), "match": float((tree.predict(x) == y).mean())}))
