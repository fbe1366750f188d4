#!/usr/bin/env bash
# Installs missing packages and checks the sources: their format, and
# clang-tidy's checks (.clang-tidy).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
install_packages run test lint
cd "$root"
printf 'Checking the format\n' >&2
git ls-files '*.cc' '*.h' | xargs clang-format --dry-run --Werror

# Check each folder as one file, which is faster than checking file by file.
build=$root/build/lint
mkdir -p "$build"
cmake --preset fuzz -B "$build" -DBUSYHOUR_BUILD_FUZZERS=OFF \
  -DBUSYHOUR_UNITY=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
  >"$build/setup.log" 2>&1 || { cat "$build/setup.log" >&2; exit 1; }
printf 'Running clang-tidy\n' >&2
jq -r '.[].file' "$build/compile_commands.json" | grep -v /bench/ |
  xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p "$build" 2>/dev/null
printf 'Nothing to mend\n' >&2
