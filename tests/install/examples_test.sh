#!/usr/bin/env bash
# Configures the examples that contain busyhour's source, and builds and runs the
# tests of one of them, with the library that is built already. install_test.sh
# builds the others.
#
#   examples_test.sh CMAKE SOURCE_DIRECTORY LIBRARY CXX [CXXFLAGS]
set -euo pipefail
cmake=$1 source=$2 library=$3 cxx=$4 flags=${5-}
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-examples-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# in_log COMMAND ...: runs it, and shows its output if it fails.
in_log() {
  "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
}

# configure EXAMPLE [OPTION ...]
configure() {
  local example=$1
  shift
  in_log "$cmake" -S "$source/examples/$example" -B "$scratch/$example" \
    -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER="$cxx" \
    -DCMAKE_CXX_FLAGS="$flags -Werror" "$@"
  grep -qw busyhour <<<"$("$cmake" --build "$scratch/$example" --target help)"
}

configure fetch_content -DFETCHCONTENT_SOURCE_DIR_BUSYHOUR="$source"
in_log "$cmake" --build "$scratch/fetch_content" \
  --target check_delivery.cc.o

# The example's test is compiled as its project says, which would also build the
# library again.
configure add_subdirectory
in_log "$cmake" --build "$scratch/add_subdirectory" --target parser_test.cc.o
# shellcheck disable=SC2086 # the flags are several words.
in_log "$cxx" $flags \
  "$scratch/add_subdirectory/CMakeFiles/parser_test.dir/parser_test.cc.o" \
  "$library" -lgmock_main -lgmock -lgtest -lfmt -lsimdjson -llz4 -lsnappy -lz \
  -lzstd -ldeflate -pthread -o "$scratch/parser_test"
in_log "$scratch/parser_test"
printf 'examples with the source of busyhour: built and run\n'
