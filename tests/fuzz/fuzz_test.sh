#!/usr/bin/env bash
# Builds the fuzzer of the input of `verify` with the existing library, and runs
# it for a limited time, starting with records of the program.
#
#   fuzz_test.sh CMAKE SOURCE_DIRECTORY BUILD_DIRECTORY PROGRAM LIBRARY PYTHON
#
# Exits with 77 if there is no clang with libFuzzer.
set -euo pipefail
cmake=$1 source=$2 build=$3 program=$4 library=$5 python=$6
work=$build/fuzz
mkdir -p "$work"

printf 'extern "C" int LLVMFuzzerTestOneInput(const char*, long) {return 0;}\n' \
  >"$work/probe.cc"
if ! clang++ -fsanitize=fuzzer,address "$work/probe.cc" -o "$work/probe" \
  2>/dev/null; then
  printf 'SKIPPED there is no clang++ that links libFuzzer\n'
  exit 77
fi

launcher=()
if command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
run() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
(cd "$source" && run "$cmake" --preset fuzz -B "$work/build" "${launcher[@]}" \
  -DBUSYHOUR_UNITY=ON -DBUSYHOUR_FUZZ_LIBRARY="$library")
run "$cmake" --build "$work/build" --target verify_fuzz -j 1

rm -rf "$work/corpus"
"$python" -B "$source/tests/fuzz/make_corpus.py" "$program" "$work/corpus"
cd "$work"
# Run every seed, and then a number of mutations of them.
run "$work/build/tests/fuzz/verify_fuzz" -seed=1 -runs=3000 \
  -max_total_time=15 -max_len=16384 -timeout=10 -rss_limit_mb=1024 \
  corpus/verify
tail -n 1 "$work/log"
