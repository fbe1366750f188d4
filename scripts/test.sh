#!/usr/bin/env bash
# Installs missing packages, builds everything and runs all tests.
#
#   scripts/test.sh                       the release build
#   BUSYHOUR_PRESET=dev scripts/test.sh   the same, with warnings as errors
#   BUSYHOUR_PRESET=asan scripts/test.sh  address and undefined sanitizers,
#                                         without the tests of other tools
#   BUSYHOUR_PRESET=tsan scripts/test.sh  thread sanitizer, tests with threads
#   scripts/test.sh ARGUMENTS ...         arguments for ctest, such as -R NAME
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
lists=(run test)
targets=()
case $preset in
  asan)
    lists+=(lint)
    set -- -LE tools "$@"
    ;;
  tsan)
    targets=(threads_tests)
    set -- -L threads "$@"
    ;;
esac
install_packages "${lists[@]}"
unpack_packages
install_npm_packages
build_all "${targets[@]}"
# Many tests wait for a receiver or a time, unless they are slowed down.
jobs=$(nproc)
case $preset in asan | tsan) ;; *) jobs=$((2 * jobs)) ;; esac
exec ctest --test-dir "$build" --output-on-failure -j "$jobs" "$@"
