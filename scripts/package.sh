#!/usr/bin/env bash
# Installs missing packages, builds busyhour and packs it into build/packages.
#
#   scripts/package.sh deb        packages of Debian: busyhour, libbusyhour-dev
#
# See docs/packages.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
packages=$root/build/packages

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

make_deb() {
  install_packages run package
  build_all busyhour
  rm -f "$packages"/*.deb
  cpack -G DEB --config "$build/CPackConfig.cmake" -B "$packages" >&2
  rm -rf "$packages/_CPack_Packages"
  ls "$packages"/*.deb
}

mkdir -p "$packages"
case $* in
  deb) make_deb ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
