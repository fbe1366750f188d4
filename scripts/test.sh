#!/usr/bin/env bash
# Installs missing packages, builds everything and runs the tests.
#
#   scripts/test.sh                       the release build; one case of each
#                                         end-to-end test, without those of the
#                                         records' content
#   scripts/test.sh --all                 all tests and cases, also those with
#                                         other tools, such as databases and
#                                         message brokers
#   BUSYHOUR_PRESET=dev scripts/test.sh   the same, with warnings as errors and
#                                         benchmarks
#   BUSYHOUR_PRESET=portable scripts/test.sh
#                                         without any call that only Linux has
#   BUSYHOUR_PRESET=asan scripts/test.sh  address and undefined sanitizers, without
#                                         these calls
#   BUSYHOUR_PRESET=tsan scripts/test.sh  thread sanitizer, tests with threads
#   scripts/test.sh ARGUMENTS ...         arguments for ctest, such as -R NAME
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
lists=(run test)
targets=()
all=OFF
if [ "${1-}" = --all ]; then
  all=ON
  shift
fi
case $preset in
  dev) benchmarks=ON ;;
  asan)
    lists+=(lint)
    # The others run no sanitized code of ours.
    set -- -E '^(install|interface\.wrong_uses)' "$@"
    ;;
  tsan)
    lists+=(lint)
    targets=(threads_tests)
    set -- -L threads "$@"
    ;;
esac
if [ "$all" = ON ]; then
  install_packages "${lists[@]}" npm
  install_charts
  # What the build does not need is downloaded meanwhile.
  {
    install_packages tools package
    unpack_packages
    install_npm_packages
  } &
else
  install_packages "${lists[@]}"
  set -- -LE 'tools|content' "$@"
  export BUSYHOUR_QUICK=1
fi
build_all "${targets[@]}"
[ "$all" = OFF ] || wait $!
case $all:$preset in
  ON:asan | ON:tsan | ON:portable) ;;
  ON:*)
    build_static static-test busyhour_c ||
      printf 'There is no static build; its tests are left out\n' >&2
    ;;
esac
# Many tests wait for a receiver or a time, unless they are slowed down.
jobs=$(nproc)
case $preset in asan | tsan) ;; *) jobs=$((2 * jobs)) ;; esac
scratch_in_memory
ctest --test-dir "$build" --output-on-failure -j "$jobs" "$@"
