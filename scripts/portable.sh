#!/usr/bin/env bash
# Builds the programs without any call that only Linux has, and tests what such
# calls are for: files, receivers, and how a run ends.
#
#   scripts/portable.sh [OPTION ...]    options of pytest, such as -k NAME
#
# The whole suite: BUSYHOUR_PRESET=portable scripts/test.sh --all
set -euo pipefail
export BUSYHOUR_PRESET=portable-test BUSYHOUR_QUICK=1
# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
install_packages run test
# shellcheck disable=SC2034 # build_all reads it.
tests=OFF
build_all busyhour
scratch_in_memory
cd "$root/tests/end_to_end"
/usr/bin/python3 -B -m pytest -q portable_test.py files_test.py output_test.py \
  ends_test.py load_sinks_test.py load_ends_test.py load_http_test.py \
  load_trouble_test.py --program "$build/busyhour" --portable \
  --tools "$root/build/tools" "$@"
