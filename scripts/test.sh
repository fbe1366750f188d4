#!/usr/bin/env bash
# Installs missing packages, builds everything and runs the tests.
#
#   scripts/test.sh                       the release build
#   scripts/test.sh --all                 also the tests with other tools, such
#                                         as databases and message brokers
#   BUSYHOUR_PRESET=dev scripts/test.sh   the same, with warnings as errors and
#                                         benchmarks
#   BUSYHOUR_PRESET=asan scripts/test.sh  address and undefined sanitizers
#   BUSYHOUR_PRESET=tsan scripts/test.sh  thread sanitizer, tests with threads
#   scripts/test.sh ARGUMENTS ...         arguments for ctest, such as -R NAME
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
lists=(run test)
targets=()
tools=OFF
if [ "${1-}" = --all ]; then
  tools=ON
  shift
fi
case $preset in
  dev) benchmarks=ON ;;
  asan) lists+=(lint) ;;
  tsan)
    targets=(threads_tests)
    set -- -L threads "$@"
    ;;
esac
if [ "$tools" = ON ]; then
  install_packages "${lists[@]}" tools
  unpack_packages
  install_npm_packages
else
  install_packages "${lists[@]}"
  set -- -LE tools "$@"
fi
build_all "${targets[@]}"
# Many tests wait for a receiver or a time, unless they are slowed down.
jobs=$(nproc)
case $preset in asan | tsan) ;; *) jobs=$((2 * jobs)) ;; esac
exec ctest --test-dir "$build" --output-on-failure -j "$jobs" "$@"
