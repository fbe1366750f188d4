#!/usr/bin/env bash
# Builds the program for Linux on 64-bit ARM with Debian's cross compiler, and
# compares what it writes, under an emulator, with the golden digests: they are
# those of other processors.
#
#   scripts/arm64.sh [OPTION ...]    options of pytest, such as --every 5: every
#                                    fifth digest
set -euo pipefail
export BUSYHOUR_PRESET=arm64
# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

if [ "$manager" != apt-get ]; then
  printf 'Cross-building is for Debian only\n' >&2
  exit 1
fi
if ! dpkg --print-foreign-architectures | grep -qx arm64; then
  prefix=$(privilege) || {
    printf 'Please run: sudo dpkg --add-architecture arm64\n' >&2
    exit 1
  }
  $prefix dpkg --add-architecture arm64
  $prefix apt-get update -qq >&2
fi
install_packages run test arm64
tests=OFF
build_all busyhour_program

program=$build/emulated-busyhour
printf '#!/bin/sh\nexec qemu-aarch64-static "%s/busyhour" "$@"\n' "$build" \
  >"$program"
chmod +x "$program"
cd "$root/tests/end_to_end"
/usr/bin/python3 -B -m pytest -q golden_test.py --program "$program" \
  --tools "$root/build/tools" "$@"
