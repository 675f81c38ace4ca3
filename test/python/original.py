"""What the Python original concludes from a corpus: its reading of ic_cio and macro_economist, fitted with scikit-learn.

Usage: original.py CORPUS_DIR DAY[,DAY...] MAX_DEPTH, days as YYYY/MM/DD. Prints one JSON document. `ties` says whether
the tree depends on the order in which scikit-learn happens to draw the features, so that another tie rule may differ.
"""

import json
import pathlib
import sys

import numpy as np
from sklearn.tree import DecisionTreeClassifier

CIO = [("composite_score", 0.0), ("conviction", 0.0), ("qual_score", 0.0), ("quant_score", 0.0), ("sector_modifier", 1.0)]
MACRO = ["market_breadth", "spy_20d_return", "spy_20d_vol", "vix_level", "vix_term_slope", "yield_curve_slope"]


def number(value, default=0.0):
    try:
        return default if value is None else float(value)
    except (TypeError, ValueError):
        return default


def cio_rows(snapshot, output):
    decisions = output.get("ic_decisions") or output.get("decisions") or []
    candidates = snapshot.get("candidates") or snapshot.get("entrant_candidates") or []
    if not isinstance(decisions, list) or not isinstance(candidates, list):
        return
    known = {one["ticker"]: one for one in candidates if isinstance(one, dict) and one.get("ticker")}
    for decision in decisions:
        if not isinstance(decision, dict) or decision.get("ticker") is None:
            continue
        if decision.get("decision") in ("ADVANCE", "REJECT"):
            candidate = known.get(decision["ticker"], {})
            yield [number(candidate.get(name), default) for name, default in CIO], decision["decision"]


def macro_rows(snapshot, output):
    if output.get("market_regime") in ("bull", "neutral", "bear", "caution"):
        indicators = snapshot.get("macro_indicators") or snapshot.get("indicators") or {}
        indicators = indicators if isinstance(indicators, dict) else {}
        yield [number(indicators.get(name)) for name in MACRO], output["market_regime"]


ROWS = {"ic_cio": cio_rows, "macro_economist": macro_rows}


def conclude(rows, depth):
    labels = [label for _, label in rows]
    if len(rows) < 10:
        return {"n_samples": len(rows), "skip": "thin_sample"}
    if len(set(labels)) < 2:
        return {"n_samples": len(rows), "skip": "single_class"}
    x, y = np.array([features for features, _ in rows]), np.array(labels)
    trees = [DecisionTreeClassifier(max_depth=depth, random_state=seed).fit(x, y) for seed in range(8)]
    shapes = {(tuple(t.tree_.feature), tuple(t.tree_.threshold)) for t in trees}
    match = sum(p == a for p, a in zip(trees[0].predict(x), labels)) / len(labels)
    return {"n_samples": len(rows), "n_classes": len(set(labels)), "match_rate": match, "ties": len(shapes) > 1}


def main(corpus, days, depth):
    rows, unsupported, failures = {}, set(), []
    for day in days.split(","):
        for path in sorted((pathlib.Path(corpus) / day).glob("*/*.json")):
            family = path.parent.name.split(":")[0]
            try:
                artifact = json.loads(path.read_bytes())
                artifact.get
            except Exception:
                failures.append(str(path.relative_to(corpus)))
                continue
            if family not in ROWS:
                unsupported.add(family)
                continue
            found = ROWS[family](artifact.get("input_data_snapshot") or {}, artifact.get("agent_output") or {})
            rows.setdefault(family, []).extend(found)
    agents = {family: conclude(found, int(depth)) for family, found in rows.items()}
    print(json.dumps({"agents": agents, "unsupported": sorted(unsupported), "load_failures": sorted(failures)}))


main(*sys.argv[1:])
