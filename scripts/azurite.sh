#!/usr/bin/env bash
# Installs Azurite, Microsoft's emulator of Azure Storage, for the tests; it is
# neither needed to build nor part of what is built.
#
#   scripts/azurite.sh DIRECTORY     into DIRECTORY/node_modules
set -euo pipefail
version=3.35.0
directory=$1
main=$directory/node_modules/azurite/dist/src/blob/main.js
if [ -f "$main" ] && grep -q "\"version\": \"$version\"" \
  "$directory/node_modules/azurite/package.json"; then
  exit 0
fi
if ! command -v npm >/dev/null; then
  printf 'npm is missing, and Azurite takes it (Debian: npm)\n' >&2
  exit 1
fi
printf 'Installing Azurite %s\n' "$version" >&2
mkdir -p "$directory"
# Its packages run nothing when they are installed.
timeout 300 npm install --prefix "$directory" --no-audit --no-fund --no-save \
  --ignore-scripts --loglevel=error "azurite@$version" >&2
