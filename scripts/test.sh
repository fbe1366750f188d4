#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests.
#
#   scripts/test.sh                       the release build
#   BUSYHOUR_PRESET=dev scripts/test.sh   the same, and warnings stop the build
#   BUSYHOUR_PRESET=asan scripts/test.sh  address and undefined sanitizers
#   BUSYHOUR_PRESET=tsan scripts/test.sh  thread sanitizer
#   scripts/test.sh ARGUMENTS ...         arguments for ctest, such as -R NAME
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
install_packages run test
unpack_packages
install_azurite
build_all
exec ctest --test-dir "$build" --output-on-failure -j "$(nproc)" "$@"
