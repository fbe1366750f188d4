#!/usr/bin/env bash
# Installs missing packages, builds busyhour, measures it and prints a table.
#
#   scripts/bench.sh                 5 rounds; each runs every benchmark once
#     --rounds N                     number of rounds
#     --filter REGEX                 only matching benchmarks, such as
#                                    'encode_bench/.*usage' or 'process/file'
#     --quick                        3 short rounds, without long benchmarks
#     --long                         also 100 million records
#     --out FILE                     file for the results (default:
#                                    bench/results/<date>-<processor>.json)
#     --markdown                     the tables for docs/performance.md
#   scripts/bench.sh --show [FILE]   the table of stored results (default: the
#                                    latest)
#   scripts/bench.sh --compare OLD.json [NEW.json]
#                                    changes that exceed the noise (default for
#                                    NEW: the latest)
#   scripts/bench.sh --stages        instructions per record, by stage
#   scripts/bench.sh --instructions  writes bench/instructions.json, which the
#                                    test of instruction counts reads
#   scripts/bench.sh --page [FILE]   writes tables and stages into
#                                    docs/performance.md
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
case " $* " in
  *" -h "* | *" --help "*)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *" --compare "* | *" --show "*) ;;
  *)
    benchmarks=ON
    install_packages run test npm bench
    for name in duckdb faker; do
      "$root/scripts/npm.sh" "$name" "$root/build/tools/$name" ||
        printf 'There is no %s; it is not compared\n' "$name" >&2
    done
    build_all busyhour arrow_bench guid_bench simulate_bench order_bench \
      encode_bench pipe_bench roofline_bench
    ;;
esac
# Use the system's Python, like the tests.
exec /usr/bin/python3 -B "$root/bench/bench.py" --build "$build" "$@"
