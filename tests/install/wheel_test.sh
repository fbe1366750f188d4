#!/usr/bin/env bash
# Makes the wheel of the static build, and checks that it needs the C library
# alone, that pip takes it, and that it makes the same bytes as the program under
# test.
#
#   wheel_test.sh STATIC_BUILD_DIRECTORY PROGRAM
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1 program=$2
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-wheel-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

library=$build/libbusyhour-c.so.0
if [ ! -e "$library" ]; then
  echo "skipped: $library is not built (scripts/package.sh wheel)"
  exit 77
fi
wheel=$(/usr/bin/python3 -B "$root/python/wheel.py" "$library" "$scratch")
needs=$(readelf -dW "$library" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
! grep -vE '^(libc|libm|libgcc_s|ld-linux.*)\.so\.[0-9]$' <<<"$needs" ||
  fail 'the library needs others than the C library'
glibc=$(objdump -T "$library" | grep -o 'GLIBC_2\.[0-9]*' | sort -Vu | tail -1)
[[ $wheel == *-py3-none-manylinux_2_"${glibc#GLIBC_2.}"_*.whl ]] ||
  fail "the wheel for $glibc is named $wheel"

if /usr/bin/python3 -m pip --version >/dev/null 2>&1; then
  /usr/bin/python3 -m pip install --no-index --quiet --no-compile \
    --root-user-action=ignore --target "$scratch/installed" "$wheel"
else
  /usr/bin/python3 -m zipfile -e "$wheel" "$scratch/installed"
fi
for profile in contact-center reminder-campaign; do
  "$program" generate --calls 200 --profile "$profile" --out - --quiet \
    --logs operational >"$scratch/expected"
  PYTHONPATH=$scratch/installed /usr/bin/python3 -B - "$profile" \
    >"$scratch/made" <<'END'
import sys

import busyhour

sys.stdout.buffer.write(busyhour.text(sys.argv[1], calls=200, logs="operational"))
END
  cmp "$scratch/expected" "$scratch/made" || fail "other bytes: $profile"
done
printf '%s, the same bytes\n' "$(basename "$wheel")"
