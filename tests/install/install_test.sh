#!/usr/bin/env bash
# Installs the build, builds a consumer with the installed files, and compares
# its output with the output of the program.
#
#   install_test.sh CMAKE BUILD_DIRECTORY CXX [CXXFLAGS]
set -euo pipefail
cmake=$1 build=$2 cxx=$3 flags=${4-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-install-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

prefix=$scratch/prefix
"$cmake" --install "$build" --prefix "$prefix" >"$scratch/log"
for path in bin/busyhour bin/busyhour-load include/busyhour/generator.h \
  share/busyhour/profiles/quickstart.json share/man/man1/busyhour.1 \
  share/man/man1/busyhour-generate.1 share/man/man1/busyhour-load.1 \
  share/bash-completion/completions/busyhour \
  share/zsh/site-functions/_busyhour \
  share/fish/vendor_completions.d/busyhour.fish; do
  [ -s "$prefix/$path" ] || fail "$path is not installed"
done
if grep -rIl --exclude-dir=bin -e "$build" "$prefix"; then
  fail 'what is installed names the build directory'
fi

# The installation must be relocatable.
mv "$prefix" "$scratch/moved"
"$cmake" -S "$here" -B "$scratch/consumer" -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$scratch/moved" -DCMAKE_CXX_COMPILER="$cxx" \
  -DCMAKE_CXX_FLAGS="$flags" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
"$cmake" --build "$scratch/consumer" >"$scratch/log" ||
  { cat "$scratch/log"; exit 1; }

"$scratch/consumer/consumer" >"$scratch/made" 2>"$scratch/count"
"$scratch/moved/bin/busyhour" generate --calls 100 --out - --quiet \
  >"$scratch/expected"
cmp "$scratch/made" "$scratch/expected" ||
  fail 'the consumer makes other bytes than the program'
[ -s "$scratch/made" ] || fail 'the consumer makes nothing'
"$scratch/moved/bin/busyhour" load --records 100 --to - --rate max --quiet \
  >"$scratch/sent"
[ "$(wc -l <"$scratch/sent")" = 100 ] || fail 'load sends other records'
# The same by pkg-config.
if command -v pkg-config >/dev/null; then
  # shellcheck disable=SC2046,SC2086
  "$cxx" $flags -std=c++20 "$here/main.cc" -o "$scratch/by_pkg_config" \
    $(PKG_CONFIG_PATH=$(echo "$scratch"/moved/lib*/pkgconfig) \
      pkg-config --cflags --libs busyhour)
  "$scratch/by_pkg_config" 2>/dev/null | cmp - "$scratch/expected" ||
    fail 'the program built by pkg-config makes other bytes'
else
  echo 'pkg-config is missing: busyhour.pc is not tried'
fi
lines=$(wc -l <"$scratch/made")
[ "$(cat "$scratch/count")" = "$lines" ] ||
  fail "the consumer counts $(cat "$scratch/count") records, not $lines"
printf 'installed, found, built; %s records, the same as the program'"'"'s\n' \
  "$lines"
