#!/usr/bin/env bash
# Builds the example with busyhour's source, and configures the one that fetches
# it. install_test.sh builds the others.
#
#   examples_test.sh CMAKE SOURCE_DIRECTORY CXX [CXXFLAGS]
set -euo pipefail
cmake=$1 source=$2 cxx=$3 flags=${4-}
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-examples-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# in_log COMMAND ...: runs it, and shows its output if it fails.
in_log() {
  "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
}

# configure EXAMPLE [OPTION ...]: without optimization, and with few compiler
# runs.
configure() {
  local example=$1
  shift
  in_log "$cmake" -S "$source/examples/$example" -B "$scratch/$example" \
    -DCMAKE_BUILD_TYPE=Debug -DBUSYHOUR_UNITY=ON -DCMAKE_CXX_COMPILER="$cxx" \
    -DCMAKE_CXX_FLAGS="$flags -g0 -Werror" "$@"
}

configure add_subdirectory
in_log "$cmake" --build "$scratch/add_subdirectory" --parallel 2
in_log "$scratch/add_subdirectory/parser_test"

# The library is the same, so this is not built.
configure fetch_content -DFETCHCONTENT_SOURCE_DIR_BUSYHOUR="$source"
"$cmake" --build "$scratch/fetch_content" --target help |
  grep -q check_delivery
printf 'examples with the source of busyhour: built and run\n'
