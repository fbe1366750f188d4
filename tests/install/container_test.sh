#!/usr/bin/env bash
# Runs the steps of the last stage of the Containerfile one by one on a copy of
# this system, with the package of this build, and then the program as the image
# would. It needs no builder of containers, but root and Debian's servers.
#
#   container_test.sh CPACK BUILD_DIRECTORY
set -euo pipefail
cpack=$1 build=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-container-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

if [ "$(id -u)" -ne 0 ] || ! command -v dpkg-shlibdeps >/dev/null ||
  ! command -v file >/dev/null; then
  echo 'skipped: it must be root of a Debian system with dpkg-dev and file'
  exit 77
fi
"$cpack" -G DEB --config "$build/CPackConfig.cmake" -B "$scratch/made" \
  >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }

# The last stage, an instruction a line.
sed -e ':more' -e '/\\$/{N;s/\\\n//;b more' -e '}' "$here/../../Containerfile" |
  awk '/^FROM / { stage = "" } /^[A-Z]/ { stage = stage $0 "\n" }
       END { printf "%s", stage }' >"$scratch/stage"
unshare --mount "$here/on_a_copy.sh" "$scratch" "$here/container_steps.sh" \
  "$scratch/stage"
