#!/usr/bin/env bash
# Installs npm packages in the versions of packages/npm.txt: for tests, and for
# the charts of reports, which the build leaves out without the package.
#
#   scripts/npm.sh NAME DIRECTORY     package NAME into DIRECTORY/node_modules
set -euo pipefail
name=$1
directory=$2
list=$(dirname "${BASH_SOURCE[0]}")/packages/npm.txt
read -r package version < <(awk -v name="$name" \
  '$1 == name { print $2, $3 }' "$list") ||
  { printf '%s is not in %s\n' "$name" "$list" >&2; exit 1; }
if grep -qs "\"version\": *\"$version\"" \
  "$directory/node_modules/$package/package.json"; then
  exit 0
fi
if ! command -v npm >/dev/null; then
  printf 'npm is missing, which %s requires (Debian: npm)\n' "$package" >&2
  exit 1
fi
printf 'Installing %s %s\n' "$package" "$version" >&2
mkdir -p "$directory"
# Do not run the packages' install scripts.
timeout 300 npm install --prefix "$directory" --no-audit --no-fund --no-save \
  --ignore-scripts --loglevel=error "$package@$version" >&2
