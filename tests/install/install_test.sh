#!/usr/bin/env bash
# Installs the build, builds the examples with the installed files, and compares
# their output with the output of the program.
#
#   install_test.sh CMAKE BUILD_DIRECTORY CXX [CXXFLAGS]
set -euo pipefail
cmake=$1 build=$2 cxx=$3 flags=${4-}
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../examples" && pwd)
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-install-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

prefix=$scratch/prefix
"$cmake" --install "$build" --prefix "$prefix" >"$scratch/log"
for path in bin/busyhour bin/busyhour-load include/busyhour/job.h \
  include/busyhour/c.h \
  share/busyhour/profiles/quickstart.json share/man/man1/busyhour.1 \
  share/man/man1/busyhour-generate.1 share/man/man1/busyhour-load.1 \
  share/bash-completion/completions/busyhour \
  share/zsh/site-functions/_busyhour \
  share/fish/vendor_completions.d/busyhour.fish \
  share/doc/busyhour/docs/find.md; do
  [ -s "$prefix/$path" ] || fail "$path is not installed"
done
if grep -rIl --exclude-dir=bin -e "$build" "$prefix"; then
  fail 'what is installed names the build directory'
fi

# The installation must be relocatable.
mv "$prefix" "$scratch/moved"
"$cmake" -S "$examples/find_package" -B "$scratch/example" \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$scratch/moved" \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="$flags" >"$scratch/log" ||
  { cat "$scratch/log"; exit 1; }
"$cmake" --build "$scratch/example" >"$scratch/log" ||
  { cat "$scratch/log"; exit 1; }

"$scratch/example/example" >"$scratch/made" 2>"$scratch/count"
"$scratch/moved/bin/busyhour" generate --calls 100 --out - --quiet \
  >"$scratch/expected"
cmp "$scratch/made" "$scratch/expected" ||
  fail 'the example makes other bytes than the program'
[ -s "$scratch/made" ] || fail 'the example makes nothing'
lines=$(wc -l <"$scratch/made")
[ "$(cat "$scratch/count")" = "$lines" ] ||
  fail "the example counts $(cat "$scratch/count") records, not $lines"
"$scratch/moved/bin/busyhour" load --records 100 --to - --rate max --quiet \
  >"$scratch/sent"
[ "$(wc -l <"$scratch/sent")" = 100 ] || fail 'load sends other records'

if ! command -v pkg-config >/dev/null; then
  echo 'pkg-config is missing: busyhour.pc is not tried'
  exit 0
fi
PKG_CONFIG_PATH=$(echo "$scratch"/moved/lib*/pkgconfig)
export PKG_CONFIG_PATH

# by_pkg_config FILE: the program of a source file.
by_pkg_config() {
  # shellcheck disable=SC2046,SC2086
  "$cxx" $flags -std=c++20 "$1" -o "$scratch/program" \
    $(pkg-config --cflags --libs busyhour)
}
by_pkg_config "$examples/pkg_config/find_silences.cc"
[ "$("$scratch/program" | grep -c ' ms')" = 20 ] ||
  fail 'the example does not find 20 silent callers'

by_pkg_config "$examples/fetch_content/check_delivery.cc"
"$scratch/moved/bin/busyhour" generate --calls 100 --out "$scratch/data" --quiet
"$scratch/program" "$scratch/data" "$scratch"/data/*.jsonl >"$scratch/log" ||
  { cat "$scratch/log"; fail 'the example does not find a data set whole'; }
status=0
"$scratch/program" "$scratch/data" "$scratch/data/Usage.jsonl" \
  >"$scratch/log" || status=$?
[ $status -eq 1 ] || fail 'the example finds a part of a data set whole'
printf 'installed, found, built; %s records, the same as the program'"'"'s\n' \
  "$lines"
