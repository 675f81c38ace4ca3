#!/bin/sh
# Takes out of a node_modules folder what Node never loads: types and TypeScript sources (Node refuses TypeScript
# there), source maps, documentation, tests, hidden files. Licences stay. Folders called `src`, and packages that come
# as CommonJS and as modules, stay as well: which of the two is loaded is up to each package's `exports`.
set -eu
cd "$1"

find . -mindepth 2 -type d \( -name test -o -name tests -o -name __tests__ -o -name docs -o -name example \
  -o -name examples -o -name benchmark -o -name benchmarks \) -prune -exec rm -rf {} +
find . -type f \( -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' -o -name '*.tsbuildinfo' -o -name '*.md' \
  -o -name '*.yml' -o -name '.*' \) ! -iname '*licen[cs]e*' ! -iname '*notice*' -delete
rm -rf .bin
find . -type d -empty -delete
