#!/usr/bin/env bash
# Installs missing packages, builds busyhour and runs it.
#
#   scripts/run.sh                 writes the quickstart profile to ./out
#   scripts/run.sh ARGUMENTS ...   runs busyhour ARGUMENTS ...
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
install_packages run
build_all busyhour
if [ $# -eq 0 ]; then
  set -- generate --profile quickstart --out ./out --force
fi
exec "$build/busyhour" "$@"
