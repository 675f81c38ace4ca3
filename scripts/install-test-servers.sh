#!/usr/bin/env bash
# Installs the servers and oracles of `npm run test:aws` under .bin and .venv: versitygw (built from source by go)
# and the Python packages pinned in test/python, LiteLLM apart from the others under .venv-litellm. What is there in the right version is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

versitygw=github.com/versity/versitygw
version=v1.8.0

need() {
  command -v "$1" > /dev/null && return
  echo "install-test-servers: expected $1 on the PATH, found none; install $2 and run this again" >&2
  exit 1
}

need go 'Go 1.26 or newer'
need python3 'Python 3.10 or newer'

if go version -m .bin/versitygw 2> /dev/null | grep -qE "mod[[:space:]]+$versitygw[[:space:]]+$version([[:space:]]|$)"; then
  echo "versitygw $version is there"
else
  echo "building versitygw $version (a few minutes)"
  mkdir -p .bin
  GOBIN="$PWD/.bin" go install "$versitygw/cmd/versitygw@$version"
fi

install() { # VENV LIST
  [ -x "$1/bin/python" ] || python3 -m venv "$1"
  echo "installing what $2 pins"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$2"
}
for list in test/python/requirements-aws.txt test/python/requirements.txt; do
  install .venv "$list"
done
install .venv-litellm test/python/requirements-litellm.txt
