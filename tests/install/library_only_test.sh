#!/usr/bin/env bash
# Builds the library alone, without the dependencies of the program, and like a
# user: warnings do not stop the build.
#
#   library_only_test.sh CMAKE SOURCE_DIRECTORY CXX [CXXFLAGS]
set -euo pipefail
cmake=$1 source=$2 cxx=$3 flags=${4-}
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-library-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

missing=()
for package in cxxopts CURL OpenSSL GTest benchmark Python3; do
  missing+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON")
done
"$cmake" -S "$source" -B "$scratch/build" -DBUSYHOUR_BUILD_PROGRAM=OFF \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="$flags" "${missing[@]}" \
  >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
grep -q 'BUSYHOUR_WARNINGS_AS_ERRORS:BOOL=OFF' "$scratch/build/CMakeCache.txt" ||
  fail 'warnings stop the build of a user'
! grep -E RDKAFKA "$scratch/build/CMakeCache.txt" ||
  fail 'it looks for libraries of the program'
targets=$("$cmake" --build "$scratch/build" --target help)
for target in busyhour_load busyhour_measure busyhour_program base_tests; do
  ! grep -q "\b$target\b" <<<"$targets" || fail "it builds $target, too"
done
grep -q '\bbusyhour\b' <<<"$targets" || fail 'it does not build the library'
printf 'the library alone needs no library of the program\n'
