#!/usr/bin/env bash
# Runs the fuzzer of inputs other than profiles and received records for a
# limited time, starting with files of the program.
#
#   inputs_test.sh SOURCE_DIRECTORY BUILD_DIRECTORY PROGRAM FUZZER PYTHON
set -euo pipefail
source=$1 build=$2 program=$3 fuzzer=$4 python=$5
work=$build/fuzz_inputs
rm -rf "$work"
mkdir -p "$work"
"$python" -B "$source/make_corpus.py" "$program" "$work/corpus"
cd "$work"
"$fuzzer" -seed=1 -max_total_time=20 -max_len=16384 -timeout=10 \
  -rss_limit_mb=1024 corpus/inputs >log 2>&1 || { cat log; exit 1; }
tail -n 1 log
