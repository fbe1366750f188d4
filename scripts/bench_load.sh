#!/usr/bin/env bash
# Measures `busyhour load` and compares it with a bare write() loop and a bare
# librdkafka loop that send the same bytes to the same receiver, or with a bare
# libcurl loop.
#
#   scripts/bench_load.sh [ROUNDS]       rounds (default: 5); each runs all
#                                        three in turn
#   scripts/bench_load.sh --http [ROUNDS]
#                                        `load` over HTTP, a bare libcurl loop,
#                                        and making the records alone, pinned
#                                        to cores 0 and 1; about a minute
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
case " $* " in
  *" -h "* | *" --help "*)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac
benchmarks=ON
install_packages run test
if [ "${1-}" = --http ]; then
  shift
  build_all busyhour http_loop http_receiver
  exec /usr/bin/python3 -B "$root/bench/http_bench.py" "$build" "$@"
fi
build_all busyhour load_yardsticks
# This target exists only with librdkafka.
build_all kafka_cluster 2>/dev/null || true
exec /usr/bin/python3 -B "$root/bench/load_bench.py" "$build" "$@"
