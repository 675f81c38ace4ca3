"""Decides rows by rules as code: reads {rules: [{python, sql, types, rows}]} on stdin, prints {python, duckdb} by rule."""

import json
import sys

import duckdb
import sqlglot


def by_python(code, rows):
    names = {}
    exec(code, names)
    return [names["decide"](row) for row in rows]


def by_duckdb(sql, types, rows):
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in types}
    db = duckdb.connect()
    columns = ", ".join(f"{quoted[name]} {kind}" for name, kind in types.items())
    db.execute(f"CREATE TABLE inputs (n INTEGER, {columns})")
    values = [[n] + [row.get(name) for name in types] for n, row in enumerate(rows)]
    db.executemany(f"INSERT INTO inputs VALUES ({', '.join('?' * (1 + len(types)))})", values)
    return [label for (label,) in db.execute(f"SELECT {sql} FROM inputs ORDER BY n").fetchall()]


answers = []
for rule in json.load(sys.stdin)["rules"]:
    rows = [{k: float("nan") if v == "NaN" else v for k, v in row.items()} for row in rule["rows"]]
    sqlglot.parse_one(f"SELECT {rule['sql']} FROM inputs", read="athena")
    answers.append({"python": by_python(rule["python"], rows), "duckdb": by_duckdb(rule["sql"], rule["types"], rows)})
json.dump(answers, sys.stdout)
