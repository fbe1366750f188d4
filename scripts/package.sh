#!/usr/bin/env bash
# Installs missing packages, builds busyhour and packs it into build/packages.
#
#   scripts/package.sh deb        packages of Debian: busyhour, libbusyhour-dev,
#                                 libbusyhour-c0
#   scripts/package.sh wheel      the package for Python, for any Linux with glibc
#   scripts/package.sh tarball    programs that run on any Linux
#   scripts/package.sh container  image busyhour, with docker, podman or buildah
#
# See docs/packages.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
packages=$root/build/packages

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

# pack GENERATOR ENDING BUILD: packs a build, and prints the names of the
# packages.
pack() {
  rm -f "$packages"/*."$2"
  cpack -G "$1" --config "$3/CPackConfig.cmake" -B "$packages" >&2
  rm -rf "$packages/_CPack_Packages"
  ls "$packages"/*."$2"
}

make_deb() {
  install_packages run package
  build_all busyhour busyhour_c
  pack DEB deb "$build"
}

make_tarball() {
  install_packages run
  build_static static
  pack TGZ tar.gz "$root/build/static"
}

# Where there are no static libraries, the wheel is for this system alone.
make_wheel() {
  local scratch library=libbusyhour-c.so.0
  install_packages run
  if build_static static busyhour_c; then
    library=$root/build/static/$library
  else
    build_all busyhour_c
    library=$build/$library
  fi
  # Without the names of functions that are not exported.
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' RETURN
  strip --strip-unneeded -o "$scratch/library" "$library"
  rm -f "$packages"/*.whl
  python3 -B "$root/python/wheel.py" "$scratch/library" "$packages"
}

# Docker's program may be there without its service.
make_container() {
  local version builder
  version=$(sed -n 's/^  VERSION \(.*\)/\1/p' "$root/CMakeLists.txt")
  for builder in docker podman buildah; do
    if "$builder" info >/dev/null 2>&1; then
      exec "$builder" build --file "$root/Containerfile" \
        --tag "busyhour:$version" --tag busyhour:latest "$root"
    fi
  done
  printf 'None of docker, podman and buildah works here\n' >&2
  return 1
}

mkdir -p "$packages"
case $* in
  deb) make_deb ;;
  wheel) make_wheel ;;
  tarball) make_tarball ;;
  container) make_container ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
