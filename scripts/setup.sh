# Sourced by the other scripts: installs missing packages, configures and
# builds.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${BUSYHOUR_PRESET:-release}
build=$root/build/$preset
benchmarks=OFF

# packages_of KIND LIST ...: prints the names of the packages of a kind,
# `needed` or `optional`, in lists such as `run`.
packages_of() {
  local kind=$1 list
  shift
  for list in "$@"; do
    awk -v kind="$kind" '$1 == kind { print $2 }' \
      "$root/scripts/packages/$list.txt"
  done
}

# Reads names of packages, and prints those that are not installed. Of
# alternatives, such as a|b, one is enough; if none is installed, prints the
# first.
missing() {
  local package
  while read -r package; do
    # Unquoted, because dpkg-query takes each name as a separate argument.
    # shellcheck disable=SC2086
    { dpkg-query -W -f '${db:Status-Status}\n' ${package//|/ } 2>/dev/null ||
      true; } | grep -qx installed || printf '%s\n' "${package%%|*}"
  done
}

# Reads names of packages, and prints those that apt-get can install without
# conflicts. For example, Debian's npm conflicts with a nodejs from another
# source.
available() {
  local package
  while read -r package; do
    if apt-get install -s -qq --no-install-recommends "$package" \
      >/dev/null 2>&1 </dev/null; then
      printf '%s\n' "$package"
    fi
  done
}

# Prints the command prefix that may install packages; fails if there is none.
privilege() {
  if [ "$(id -u)" -eq 0 ]; then
    return 0
  fi
  sudo -n true 2>/dev/null && printf 'sudo -n'
}

# install_packages LIST ...: installs the missing packages of these lists. Skips
# optional packages that are not available.
install_packages() {
  case " $* " in *" test "*) tests=ON ;; *) tests=OFF ;; esac
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    {
      printf 'This is not a Debian system. Please install, by these Debian names,\n'
      printf 'what is missing, then run cmake --preset %s yourself:\n' "$preset"
      packages_of needed "$@" | sed 's/^/  /'
      packages_of optional "$@" | sed 's/^/  /; s/$/ (optional)/'
    } >&2
    return 1
  fi
  local needed optional prefix
  needed=$(packages_of needed "$@" | missing)
  optional=$(packages_of optional "$@" | missing)
  # Do not try again to install packages that were not available before.
  local tried=$root/build/optional-packages
  if [ -z "$needed" ] && [ "$(cat "$tried" 2>/dev/null)" = "$optional" ]; then
    return 0
  fi
  if ! prefix=$(privilege); then
    if [ -z "$needed" ]; then
      printf 'Left out, for only root may install them: %s\n' \
        "$(echo $optional)" >&2
      return 0
    fi
    {
      printf 'These packages are missing, and only root may install them:\n'
      printf '%s\n' "$needed" | sed 's/^/  /'
      printf 'Please run: sudo apt-get install %s\n' "$(echo $needed $optional)"
    } >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  $prefix apt-get update -qq >&2
  optional=$(printf '%s\n' "$optional" | available)
  if [ -n "$needed$optional" ]; then
    printf 'Installing %s\n' "$(echo $needed $optional)" >&2
    $prefix apt-get install -y -qq --no-install-recommends \
      $needed $optional >&2
  fi
  mkdir -p "$root/build"
  packages_of optional "$@" | missing >"$tried"
}

# Unpacks the packages that must not be installed, and writes a script for each
# of their programs to build/tools/bin. Tests skip programs that are not
# available.
unpack_packages() {
  local tools=$root/build/tools package
  mkdir -p "$tools/bin"
  grep -v '^#' "$root/scripts/packages/unpacked.txt" | while read -r package; do
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
  cat >"$tools/bin/nginx" <<'END'
#!/bin/sh
exec "$(cd "$(dirname "$0")/.." && pwd)/nginx/usr/sbin/nginx" "$@"
END
  chmod +x "$tools/bin/nginx"
  # Erlang's libraries are found in the packages, not in /usr/lib.
  cat >"$tools/bin/erl" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)
export ROOTDIR="$at/erlang-base/usr/lib/erlang" EMU=beam PROGNAME=erl
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
ERL_LIBS=$(printf '%s:' "$at"/erlang-*/usr/lib/erlang/lib)$ERL_LIBS
export BINDIR ERL_LIBS
exec "$BINDIR/erlexec" "$@"
END
  cat >"$tools/bin/rabbitmq-server" <<'END'
#!/bin/sh
at=$(cd "$(dirname "$0")/.." && pwd)
PATH=$at/bin:$PATH exec \
  "$(echo "$at"/rabbitmq-server/usr/lib/rabbitmq/lib/*/sbin)/rabbitmq-server" "$@"
END
  chmod +x "$tools/bin/erl" "$tools/bin/rabbitmq-server"
  [ -d "$tools/erlang-base" ] && [ -d "$tools/rabbitmq-server" ] ||
    rm "$tools/bin/erl" "$tools/bin/rabbitmq-server"
  [ -d "$tools/nginx" ] || rm "$tools/bin/nginx"
  [ -d "$tools/rsyslog" ] || rm "$tools/bin/rsyslogd"
  [ -d "$tools/syslog-ng-core" ] || rm "$tools/bin/syslog-ng"
}

# Installs the npm packages that tests use in build/tools.
install_npm_packages() {
  local name rest
  grep '^[^#]' "$root/scripts/packages/npm.txt" | while read -r name rest; do
    "$root/scripts/npm.sh" "$name" "$root/build/tools/$name" </dev/null ||
      printf 'There is no %s; tests with it are left out\n' "$name" >&2
  done
}

# Installs the library for the charts of reports, if there is npm.
install_charts() {
  command -v npm >/dev/null || return 0
  "$root/scripts/npm.sh" uplot "$root/build/tools/uplot" ||
    printf 'There is no uplot; reports are made without charts\n' >&2
}

# is_off PART: whether the configured build leaves out TESTS or BENCHMARKS.
is_off() {
  grep -q "BUSYHOUR_BUILD_$1:BOOL=OFF" "$build/CMakeCache.txt"
}

# Configures the build if necessary: the first time, and to add tests or
# benchmarks, if $tests or $benchmarks is ON. Then builds what has changed.
# Prints the output only if there is an error.
build_all() {
  local log=$build/setup.log
  mkdir -p "$build"
  if [ ! -f "$build/build.ninja" ] ||
    { [ "$preset" != fuzz ] && [ "$tests" = ON ] && is_off TESTS; } ||
    { [ "$benchmarks" = ON ] && is_off BENCHMARKS; }; then
    printf 'Configuring %s\n' "$preset" >&2
    install_charts
    local parts=("-DBUSYHOUR_BUILD_BENCHMARKS=$benchmarks")
    [ "$preset" = fuzz ] || parts+=("-DBUSYHOUR_BUILD_TESTS=$tests")
    (cd "$root" && cmake --preset "$preset" "${parts[@]}") >"$log" 2>&1 ||
      { cat "$log" >&2; return 1; }
  fi
  if ! ninja -C "$build" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    printf 'Building\n' >&2
    cmake --build "$build" --target "${@:-all}" >"$log" 2>&1 ||
      { cat "$log" >&2; return 1; }
  fi
}

# Builds the programs that need no libraries, in build/static. They contain
# simdjson, of which Debian has no static library.
build_static() (
  preset=static
  build=$root/build/static
  tests=OFF
  benchmarks=OFF
  "$root/scripts/npm.sh" simdjson "$root/build/tools/simdjson"
  build_all busyhour
)
