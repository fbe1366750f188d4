#!/usr/bin/env bash
# Sets up what busyhour needs, builds it and runs it.
#
#   scripts/run.sh                 the quickstart profile into ./out
#   scripts/run.sh ARGUMENTS ...   busyhour ARGUMENTS ...
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
install_packages run
build_all busyhour
if [ $# -eq 0 ]; then
  set -- generate --profile quickstart --out ./out --force
fi
exec "$build/busyhour" "$@"
