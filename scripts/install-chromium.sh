#!/usr/bin/env bash
# Installs Chromium for `npm run test:browser`, where there is none: from Debian's packages, as root. Elsewhere CHROMIUM
# names the program to use.
set -euo pipefail

found=$(command -v "${CHROMIUM:-chromium}" || true)
if [ -n "$found" ]; then
  echo "$found is there"
elif [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  apt-get update --quiet --quiet
  apt-get install --yes --quiet --quiet --no-install-recommends chromium > /dev/null
  chromium --version
else
  echo 'install-chromium: expected Chromium, found none; install it and set CHROMIUM to its path' >&2
  exit 1
fi
