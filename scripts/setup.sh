# Sourced by the other scripts: installs what is missing, configures and builds.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${BUSYHOUR_PRESET:-release}
build=$root/build/$preset

# Names of the wanted Debian packages that are not installed.
missing_packages() {
  local package
  grep -v '^#' "$root/scripts/packages.txt" | while read -r package; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null |
      grep -qx installed || printf '%s\n' "$package"
  done
}

# Prints the command prefix that may install packages; fails if there is none.
privilege() {
  if [ "$(id -u)" -eq 0 ]; then
    return 0
  fi
  sudo -n true 2>/dev/null && printf 'sudo -n'
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    {
      printf 'This is not a Debian system. Please install, by these Debian names,\n'
      printf 'what is missing, then run cmake --preset %s yourself:\n' "$preset"
      grep -v '^#' "$root/scripts/packages.txt" | sed 's/^/  /'
    } >&2
    return 1
  fi
  local packages prefix
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  if ! prefix=$(privilege); then
    {
      printf 'These packages are missing, and only root may install them:\n'
      printf '%s\n' "$packages" | sed 's/^/  /'
      printf 'Please run: sudo apt-get install %s\n' "$(echo $packages)"
    } >&2
    return 1
  fi
  printf 'Installing %s\n' "$(echo $packages)" >&2
  export DEBIAN_FRONTEND=noninteractive
  $prefix apt-get update -qq >&2 &&
    $prefix apt-get install -y -qq --no-install-recommends $packages >&2
}

# Unpacks the packages that are not to be installed, with a script for each
# program in build/tools/bin. Tests do without those that cannot be had.
unpack_packages() {
  local tools=$root/build/tools package
  mkdir -p "$tools/bin"
  grep -v '^#' "$root/scripts/unpacked_packages.txt" | while read -r package; do
    [ ! -d "$tools/$package" ] || continue
    printf 'Unpacking %s\n' "$package" >&2
    (cd "$tools" && apt-get download -qq "$package" &&
      dpkg -x "$package"_*.deb "$package.new" && rm -f "$package"_*.deb &&
      mv "$package.new" "$package") >"$tools/log" 2>&1 ||
      printf 'There is no %s; tests with it are left out\n' "$package" >&2
  done
  cat >"$tools/bin/rsyslogd" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)/rsyslog/usr
exec "$at/sbin/rsyslogd" -M "$(echo "$at"/lib/*/rsyslog)" "$@"
END
  cat >"$tools/bin/syslog-ng" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)/syslog-ng-core/usr
LD_LIBRARY_PATH=$at/lib/syslog-ng exec "$at/sbin/syslog-ng" \
  --module-path="$(echo "$at"/lib/syslog-ng/3.*)" "$@"
END
  chmod +x "$tools/bin/rsyslogd" "$tools/bin/syslog-ng"
  [ -d "$tools/rsyslog" ] || rm "$tools/bin/rsyslogd"
  [ -d "$tools/syslog-ng-core" ] || rm "$tools/bin/syslog-ng"
}

# The storage account of the tests, in build/tools/azurite. npm may have come
# with nodejs, or be a package of its own.
install_azurite() {
  if ! command -v npm >/dev/null; then
    local prefix
    prefix=$(privilege) &&
      DEBIAN_FRONTEND=noninteractive $prefix apt-get install -y -qq \
        --no-install-recommends npm >&2
  fi
  "$root/scripts/azurite.sh" "$root/build/tools/azurite"
}

# Configures once and builds what has changed; quiet unless something is wrong.
build_all() {
  local log=$build/setup.log
  mkdir -p "$build"
  if [ ! -f "$build/build.ninja" ]; then
    printf 'Configuring %s\n' "$preset" >&2
    (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 ||
      { cat "$log" >&2; return 1; }
  fi
  if ! ninja -C "$build" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    printf 'Building\n' >&2
    cmake --build "$build" --target "${@:-all}" >"$log" 2>&1 ||
      { cat "$log" >&2; return 1; }
  fi
}
