#!/usr/bin/env bash
# Sets up what busyhour needs, builds it, measures it and prints one table.
#
#   scripts/bench.sh                 5 rounds; each runs every benchmark once
#     --rounds N                     so many rounds
#     --filter REGEX                 only what fits, as 'encode_bench/.*usage'
#                                    or 'process/file'
#     --quick                        3 short rounds, without what takes long
#     --long                         also 100 million records
#     --out FILE                     results go there, not to
#                                    bench/results/<date>-<processor>.json
#     --markdown                     the tables for docs/performance.md
#   scripts/bench.sh --show [FILE]   the table of earlier results, the last ones
#   scripts/bench.sh --compare OLD.json [NEW.json]
#                                    what changed beyond noise; NEW is the last
#   scripts/bench.sh --stages        instructions a record, stage by stage
#   scripts/bench.sh --instructions  writes bench/instructions.json, what the
#                                    test of instruction counts expects
#   scripts/bench.sh --page [FILE]   puts tables and stages into
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
    install_packages run test
    build_all busyhour guid_bench simulate_bench order_bench encode_bench \
      pipe_bench roofline_bench
    ;;
esac
# The system's own Python, as the tests.
exec /usr/bin/python3 -B "$root/bench/bench.py" --build "$build" "$@"
