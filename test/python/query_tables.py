"""Asks tables: reads {folder, views, queries, athena} on stdin, prints the rows of each query, each a dict by column.

Queries and what Athena is told are parsed as Athena does besides."""

import json
import os
import sys

import duckdb
import sqlglot

given = json.load(sys.stdin)
os.chdir(given["folder"])
for sql in given["queries"] + given["athena"]:
    sqlglot.parse(sql, read="athena")
db = duckdb.connect()
for view in given["views"]:
    db.execute(view)
answers = []
for query in given["queries"]:
    found = db.execute(query)
    names = [column[0] for column in found.description]
    answers.append([dict(zip(names, row)) for row in found.fetchall()])
json.dump(answers, sys.stdout, default=str)
