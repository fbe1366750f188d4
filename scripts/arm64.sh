#!/usr/bin/env bash
# Builds the program for Linux on 64-bit ARM with Debian's cross compiler, and
# compares what it writes, under an emulator, with the golden digests: they are
# those of other processors.
#
#   scripts/arm64.sh [OPTION ...]    options of pytest, such as --every 5: every
#                                    fifth digest
#
# Exit status 77: this system cannot have what it needs.
set -euo pipefail
export BUSYHOUR_PRESET=arm64
# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
libraries=$root/build/tools/arm64

# foreign COMMAND ...: apt-get for the packages of the other architecture, with
# lists of its own. They are unpacked, not installed: an installed libsimdjson-dev
# would replace the one of this machine.
foreign() {
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
    -o Dir::State="$libraries/apt/state" -o Dir::Cache="$libraries/apt/cache" \
    -o APT::Sandbox::User= "$@"
}

# Ends the script.
cannot_build() {
  printf 'Left out: the cross compiler, an emulator, or libraries for 64-bit ARM are not to be had\n' >&2
  exit 77
}

# unpack_foreign PACKAGE ...
unpack_foreign() {
  [ ! -f "$libraries/done" ] || return 0
  printf 'Unpacking libraries for 64-bit ARM\n' >&2
  mkdir -p "$libraries/apt/state/lists/partial" \
    "$libraries/apt/cache/archives/partial" "$libraries/root"
  touch "$libraries/apt/state/status"
  (
    foreign -o Dir::State::status="$libraries/apt/state/status" update &&
      cd "$libraries/apt/cache" &&
      foreign -o Dir::State::status="$libraries/apt/state/status" \
        download "$@" &&
      for package in ./*.deb; do
        dpkg -x "$package" "$libraries/root" || exit
      done
  ) >"$libraries/log" 2>&1 || { cat "$libraries/log" >&2; cannot_build; }
  touch "$libraries/done"
}

if [ "$manager" != apt-get ]; then
  cannot_build
fi
install_packages run test arm64
for program in aarch64-linux-gnu-g++ qemu-aarch64-static; do
  command -v "$program" >/dev/null || cannot_build
done
unpack_foreign libdeflate-dev libdeflate0 libfmt-dev libfmt9 liblz4-dev \
  liblz4-1 libsimdjson-dev libsimdjson14 libsnappy-dev libsnappy1v5 \
  libzstd-dev libzstd1 zlib1g-dev zlib1g
# shellcheck disable=SC2034 # build_all reads it.
tests=OFF
build_all busyhour_program

program=$build/emulated-busyhour
cat >"$program" <<END
#!/bin/sh
export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu
export QEMU_SET_ENV=LD_LIBRARY_PATH=$libraries/root/usr/lib/aarch64-linux-gnu:$libraries/root/lib/aarch64-linux-gnu
exec qemu-aarch64-static "$build/busyhour" "\$@"
END
chmod +x "$program"
cd "$root/tests/end_to_end"
/usr/bin/python3 -B -m pytest -q golden_test.py --program "$program" \
  --tools "$root/build/tools" "$@"
