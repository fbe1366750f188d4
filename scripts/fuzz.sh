#!/usr/bin/env bash
# Installs missing packages, builds the instrumented fuzzers and runs each.
#
#   scripts/fuzz.sh            60 seconds each
#   scripts/fuzz.sh SECONDS    SECONDS seconds each
#
# The corpus stays in build/fuzz/corpus, and the next run continues from it. An
# input that causes a failure is stored in build/fuzz as crash-*, timeout-* or
# oom-*; build/fuzz/tests/fuzz/verify_fuzz FILE runs it again.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
case "${1:-60}" in
  '' | *[!0-9]*)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
seconds=${1:-60}
install_packages run test
build_all busyhour
program=$build/busyhour
preset=fuzz
build=$root/build/fuzz
build_all verify_fuzz profile_fuzz inputs_fuzz

seeds=$build/seeds
rm -rf "$seeds"
/usr/bin/python3 -B "$root/tests/fuzz/make_corpus.py" "$program" "$seeds"
cd "$build"
for target in verify profile inputs; do
  mkdir -p "corpus/$target"
  printf '%s_fuzz, %s seconds\n' "$target" "$seconds" >&2
  "tests/fuzz/${target}_fuzz" -max_total_time="$seconds" -max_len=16384 \
    -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    "corpus/$target" "$seeds/$target"
done
