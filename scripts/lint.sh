#!/usr/bin/env bash
# Sets up what is needed and checks how the sources are written: their format,
# what they include, and clang-tidy's checks of .clang-tidy.
#
#   scripts/lint.sh            all files of src for clang-tidy
#   scripts/lint.sh FILE ...   only these
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
install_packages run test lint
cd "$root"
git ls-files '*.cc' '*.h' | xargs clang-format --dry-run --Werror
/usr/bin/python3 -B tests/layering_test.py
/usr/bin/python3 -B tests/includes_test.py
preset=asan
build=$root/build/$preset
mkdir -p "$build"
cmake --preset "$preset" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >"$build/setup.log" 2>&1 ||
  { cat "$build/setup.log" >&2; exit 1; }
printf 'Running clang-tidy\n' >&2
[ $# -gt 0 ] || set -- $(git ls-files 'src/*.cc')
printf '%s\n' "$@" |
  xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p "$build" 2>/dev/null
printf 'Nothing to mend\n' >&2
