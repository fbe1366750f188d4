#!/usr/bin/env bash
# Makes the packages of Debian from the build, and checks their files, lintian's
# opinion, and that they can be installed, used and removed, on a copy of this
# system that is discarded.
#
#   deb_test.sh CPACK BUILD_DIRECTORY
set -euo pipefail
cpack=$1 build=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-$PWD}/busyhour-deb-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED  %s\n' "$*" >&2
  exit 1
}

if ! command -v dpkg-shlibdeps >/dev/null || ! command -v file >/dev/null; then
  echo 'skipped: dpkg-dev or file is missing'
  exit 77
fi
"$cpack" -G DEB --config "$build/CPackConfig.cmake" -B "$scratch/made" \
  >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }

# expect PACKAGE FILE ...: the package has these files, and no others besides
# manual pages, profiles and pages of documentation.
expect() {
  local package=$1
  shift
  dpkg-deb -c "$scratch/made/$package"_*.deb | awk '!/^d/ { print $6 }' \
    >"$scratch/$package.files"
  printf '%s\n' "$@" "./usr/share/doc/$package/changelog.Debian.gz" \
    "./usr/share/doc/$package/changelog.gz" \
    "./usr/share/doc/$package/copyright" | sort >"$scratch/expected"
  grep -vE '/man1/busyhour-[a-z]+\.1\.gz$|/profiles/[a-z-]+\.json$|/docs/[a-z-]+\.md$' \
    "$scratch/$package.files" | sort | diff "$scratch/expected" - ||
    fail "$package has other files than expected (>)"
}
expect busyhour ./usr/bin/busyhour ./usr/bin/busyhour-load \
  ./usr/share/man/man1/busyhour.1.gz \
  ./usr/share/bash-completion/completions/busyhour \
  ./usr/share/zsh/site-functions/_busyhour \
  ./usr/share/fish/vendor_completions.d/busyhour.fish
for name in profiles/quickstart.json docs/find.md man1/busyhour-load.1.gz; do
  grep -q "/$name$" "$scratch/busyhour.files" || fail "there is no $name"
done
(cd "$here/../../include" && find busyhour -type f -printf './usr/include/%p\n') \
  >"$scratch/headers"
# shellcheck disable=SC2046
expect libbusyhour-dev $(cat "$scratch/headers") ./usr/lib/libbusyhour.a \
  ./usr/lib/libbusyhour-c.so \
  ./usr/lib/cmake/busyhour/busyhourConfig.cmake \
  ./usr/lib/cmake/busyhour/busyhourConfigVersion.cmake \
  ./usr/lib/cmake/busyhour/busyhourTargets.cmake \
  ./usr/lib/cmake/busyhour/busyhourTargets-release.cmake \
  ./usr/lib/pkgconfig/busyhour.pc

expect libbusyhour-c0 ./usr/lib/libbusyhour-c.so.0 \
  ./usr/lib/libbusyhour-c.so.0.1.0

for package in "$scratch"/made/*.deb; do
  ! dpkg-deb -c "$package" | grep -v ' root/root ' ||
    fail 'these files do not belong to root'
done
# Every library that the programs load is of a package they depend on.
depends=$(dpkg-deb -f "$scratch"/made/busyhour_*.deb Depends)
for library in libc6 libstdc++6 libsimdjson libzstd1; do
  [[ $depends == *"$library"* ]] || fail "no dependency on $library: $depends"
done

if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error "$scratch"/made/*.deb >"$scratch/lintian" ||
    { cat "$scratch/lintian"; fail 'lintian finds errors'; }
else
  echo 'lintian is missing: it was not asked'
fi

# The copy is an overlay in a mount namespace of its own.
namespace=(unshare --mount)
[ "$(id -u)" -eq 0 ] || namespace+=(--user --map-root-user)
status=0
"${namespace[@]}" "$here/on_a_copy.sh" "$scratch" "$here/use_packages.sh" \
  "$here/../../examples/find_package/main.cc" || status=$?
if [ $status -eq 77 ]; then
  echo 'no overlay is possible: the packages were not installed'
elif [ $status -eq 0 ] && [ -s "$scratch/left" ]; then
  cat "$scratch/left"
  fail 'these files are left after the removal'
fi
exit $status
